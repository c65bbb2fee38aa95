"""Every kind of layer, carried both ways, agrees in outputs, gradients and after steps."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from sidebyside import parity  # noqa: E402
from sidebyside.errors import ParityError  # noqa: E402

L = keras.layers
EXACT = 1e-9
DTYPE = {"dtype": "float64"}


def sequential(shape, *layers, dtype="float64"):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *layers])


class First(nn.Module):
    """A recurrent or attention module that returns only its output, perhaps only the last step."""

    def __init__(self, inner, last=False):
        super().__init__()
        self.inner, self.last = inner, last

    def forward(self, x):
        if isinstance(self.inner, nn.MultiheadAttention):
            return self.inner(x, x, x)[0]
        out = self.inner(x)[0]
        if not self.last:
            return out
        if self.inner.bidirectional:
            half = out.shape[-1] // 2
            return torch.cat([out[:, -1, :half], out[:, 0, half:]], dim=-1)
        return out[:, -1]


class PadRight(nn.Module):
    """What Keras' padding="same" does for an even size, a kernel of 3 and strides of 2."""

    def forward(self, x):
        return nn.functional.pad(x, (0, 1, 0, 1))


def attention(**settings):
    tokens = keras.Input((4, 6), dtype="float64")
    out = L.MultiHeadAttention(2, 3, **DTYPE, **settings)(tokens, tokens)
    return keras.Model(tokens, out)


class CrossKeras(keras.Model):
    def __init__(self):
        super().__init__(**DTYPE)
        self.attention = L.MultiHeadAttention(2, 3, **DTYPE)

    def call(self, query, memory):
        return self.attention(query, memory)


class CrossTorch(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, kdim=5, vdim=5, batch_first=True)

    def forward(self, query, memory):
        return self.attention(query, memory, memory)[0]


CASES = {
    "dense": lambda: (
        sequential((5,), L.Dense(3, **DTYPE)),
        nn.Linear(5, 3),
        (4, 5),
    ),
    "dense without bias": lambda: (
        sequential((5,), L.Dense(3, use_bias=False, **DTYPE)),
        nn.Linear(5, 3, bias=False),
        (4, 5),
    ),
    "dense with activation": lambda: (
        sequential((5,), L.Dense(7, activation="tanh", **DTYPE), L.Dense(3, **DTYPE)),
        nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3)),
        (4, 5),
    ),
    "conv1d": lambda: (
        sequential((9, 3), L.Conv1D(4, 3, strides=2, dilation_rate=1, **DTYPE)),
        nn.Conv1d(3, 4, 3, stride=2),
        (2, 9, 3),
    ),
    "conv1d same, dilated": lambda: (
        sequential((9, 3), L.Conv1D(4, 2, dilation_rate=3, padding="same", **DTYPE)),
        nn.Conv1d(3, 4, 2, dilation=3, padding="same"),
        (2, 9, 3),
    ),
    "conv2d": lambda: (
        sequential((6, 5, 3), L.Conv2D(4, (3, 2), **DTYPE)),
        nn.Conv2d(3, 4, (3, 2)),
        (2, 6, 5, 3),
    ),
    "conv2d same": lambda: (
        sequential((6, 5, 3), L.Conv2D(4, 3, padding="same", activation="relu", **DTYPE)),
        nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU()),
        (2, 6, 5, 3),
    ),
    "conv2d same, odd size, strides": lambda: (
        sequential((7, 5, 3), L.Conv2D(4, 3, strides=2, padding="same", **DTYPE)),
        nn.Conv2d(3, 4, 3, stride=2, padding=1),
        (2, 7, 5, 3),
    ),
    "conv2d same, even size, strides, padded by hand": lambda: (
        sequential((6, 6, 3), L.Conv2D(4, 3, strides=2, padding="same", **DTYPE)),
        nn.Sequential(PadRight(), nn.Conv2d(3, 4, 3, stride=2)),
        (2, 6, 6, 3),
    ),
    "conv2d with groups": lambda: (
        sequential((5, 5, 4), L.Conv2D(6, 3, groups=2, **DTYPE)),
        nn.Conv2d(4, 6, 3, groups=2),
        (2, 5, 5, 4),
    ),
    "conv3d": lambda: (
        sequential((3, 4, 5, 2), L.Conv3D(3, 2, **DTYPE)),
        nn.Conv3d(2, 3, 2),
        (2, 3, 4, 5, 2),
    ),
    "conv1d transpose": lambda: (
        sequential((5, 3), L.Conv1DTranspose(4, 3, strides=2, **DTYPE)),
        nn.ConvTranspose1d(3, 4, 3, stride=2),
        (2, 5, 3),
    ),
    "conv2d transpose": lambda: (
        sequential((4, 3, 3), L.Conv2DTranspose(2, (3, 2), **DTYPE)),
        nn.ConvTranspose2d(3, 2, (3, 2)),
        (2, 4, 3, 3),
    ),
    "conv2d transpose same, kernel 4, strides 2": lambda: (
        sequential((4, 3, 3), L.Conv2DTranspose(2, 4, strides=2, padding="same", **DTYPE)),
        nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1),
        (2, 4, 3, 3),
    ),
    "depthwise conv1d": lambda: (
        sequential((7, 3), L.DepthwiseConv1D(3, depth_multiplier=2, **DTYPE)),
        nn.Conv1d(3, 6, 3, groups=3),
        (2, 7, 3),
    ),
    "depthwise conv2d": lambda: (
        sequential((6, 5, 3), L.DepthwiseConv2D(3, depth_multiplier=2, **DTYPE)),
        nn.Conv2d(3, 6, 3, groups=3),
        (2, 6, 5, 3),
    ),
    "separable conv1d": lambda: (
        sequential((6, 3), L.SeparableConv1D(4, 3, depth_multiplier=2, **DTYPE)),
        nn.Sequential(nn.Conv1d(3, 6, 3, groups=3, bias=False), nn.Conv1d(6, 4, 1)),
        (2, 6, 3),
    ),
    "separable conv2d": lambda: (
        sequential((6, 5, 3), L.SeparableConv2D(4, 3, **DTYPE)),
        nn.Sequential(nn.Conv2d(3, 3, 3, groups=3, bias=False), nn.Conv2d(3, 4, 1)),
        (2, 6, 5, 3),
    ),
    "batch normalisation": lambda: (
        sequential((5,), L.BatchNormalization(momentum=0.9, epsilon=1e-5, **DTYPE)),
        nn.BatchNorm1d(5),
        (6, 5),
    ),
    "batch normalisation without scale and centre": lambda: (
        sequential(
            (5,),
            L.Dense(4, **DTYPE),
            L.BatchNormalization(momentum=0.9, epsilon=1e-5, scale=False, center=False, **DTYPE),
        ),
        nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4, affine=False)),
        (6, 5),
    ),
    "batch normalisation of images": lambda: (
        sequential(
            (5, 4, 3),
            L.Conv2D(4, 2, **DTYPE),
            L.BatchNormalization(momentum=0.9, epsilon=1e-5, **DTYPE),
        ),
        nn.Sequential(nn.Conv2d(3, 4, 2), nn.BatchNorm2d(4)),
        (6, 5, 4, 3),
    ),
    "layer normalisation": lambda: (
        sequential((4, 5), L.LayerNormalization(epsilon=1e-5, **DTYPE)),
        nn.LayerNorm(5),
        (3, 4, 5),
    ),
    "group normalisation": lambda: (
        sequential(
            (4, 3, 3), L.Conv2D(6, 1, **DTYPE), L.GroupNormalization(3, epsilon=1e-5, **DTYPE)
        ),
        nn.Sequential(nn.Conv2d(3, 6, 1), nn.GroupNorm(3, 6)),
        (2, 4, 3, 3),
    ),
    "rms normalisation": lambda: (
        sequential((5,), L.RMSNormalization(epsilon=1e-6, **DTYPE)),
        nn.RMSNorm(5, eps=1e-6),
        (3, 5),
    ),
    "embedding": lambda: (
        sequential((4,), L.Embedding(7, 3, **DTYPE), dtype="int64"),
        nn.Embedding(7, 3),
        "tokens",
    ),
    "simple rnn": lambda: (
        sequential((5, 3), L.SimpleRNN(4, return_sequences=True, **DTYPE)),
        First(nn.RNN(3, 4, batch_first=True)),
        (2, 5, 3),
    ),
    "simple rnn with relu": lambda: (
        sequential((5, 3), L.SimpleRNN(4, activation="relu", **DTYPE)),
        First(nn.RNN(3, 4, nonlinearity="relu", batch_first=True), last=True),
        (2, 5, 3),
    ),
    "lstm": lambda: (
        sequential((5, 3), L.LSTM(4, **DTYPE)),
        First(nn.LSTM(3, 4, batch_first=True), last=True),
        (2, 5, 3),
    ),
    "lstm without bias": lambda: (
        sequential((5, 3), L.LSTM(4, use_bias=False, return_sequences=True, **DTYPE)),
        First(nn.LSTM(3, 4, bias=False, batch_first=True)),
        (2, 5, 3),
    ),
    "stacked lstm": lambda: (
        sequential(
            (5, 3),
            L.LSTM(4, return_sequences=True, **DTYPE),
            L.LSTM(4, return_sequences=True, **DTYPE),
        ),
        First(nn.LSTM(3, 4, num_layers=2, batch_first=True)),
        (2, 5, 3),
    ),
    "lstm from a cell": lambda: (
        sequential((5, 3), L.RNN(L.LSTMCell(4, **DTYPE), return_sequences=True, **DTYPE)),
        First(nn.LSTM(3, 4, batch_first=True)),
        (2, 5, 3),
    ),
    "gru": lambda: (
        sequential((5, 3), L.GRU(4, **DTYPE)),
        First(nn.GRU(3, 4, batch_first=True), last=True),
        (2, 5, 3),
    ),
    "bidirectional simple rnn": lambda: (
        sequential(
            (5, 3), L.Bidirectional(L.SimpleRNN(4, return_sequences=True, **DTYPE), **DTYPE)
        ),
        First(nn.RNN(3, 4, bidirectional=True, batch_first=True)),
        (2, 5, 3),
    ),
    "bidirectional lstm": lambda: (
        sequential((5, 3), L.Bidirectional(L.LSTM(4, **DTYPE), **DTYPE)),
        First(nn.LSTM(3, 4, bidirectional=True, batch_first=True), last=True),
        (2, 5, 3),
    ),
    "bidirectional gru": lambda: (
        sequential((5, 3), L.Bidirectional(L.GRU(4, return_sequences=True, **DTYPE), **DTYPE)),
        First(nn.GRU(3, 4, bidirectional=True, batch_first=True)),
        (2, 5, 3),
    ),
    "multi-head attention": lambda: (
        attention(),
        First(nn.MultiheadAttention(6, 2, batch_first=True)),
        (2, 4, 6),
    ),
    "multi-head attention without bias": lambda: (
        attention(use_bias=False),
        First(nn.MultiheadAttention(6, 2, bias=False, batch_first=True)),
        (2, 4, 6),
    ),
    "multi-head attention over another sequence": lambda: (
        CrossKeras(),
        CrossTorch(),
        [(2, 4, 6), (2, 3, 5)],
    ),
}


def batch_for(shape, rng):
    if shape == "tokens":
        return rng.integers(0, 7, (3, 4))
    if isinstance(shape, list):
        return tuple(rng.normal(size=one) for one in shape)
    return rng.normal(size=shape)


def scramble(model, rng):
    """Weights that are all different, none of them symmetric or zero; variances positive."""
    if isinstance(model, nn.Module):
        with torch.no_grad():
            for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
                if tensor.is_floating_point():
                    low = 0.5 if name.endswith("running_var") else -0.6
                    tensor.copy_(torch.from_numpy(rng.uniform(low, 0.9, tuple(tensor.shape))))
    else:
        for variable in model.weights:
            low = 0.5 if variable.name == "moving_variance" else -0.6
            variable.assign(rng.uniform(low, 0.9, variable.shape))


@pytest.mark.parametrize("direction", ["to torch", "to Keras"])
@pytest.mark.parametrize("kind", CASES)
def test_a_layer_agrees_after_its_weights_are_carried_across(kind, direction):
    rng = np.random.default_rng(0)
    keras_net, torch_net, shape = CASES[kind]()
    torch_net = torch_net.double()
    x = batch_for(shape, rng)
    keras_net(*x) if isinstance(x, tuple) else keras_net(x)
    scramble(keras_net, rng)
    scramble(torch_net, rng)
    if direction == "to torch":
        parity.translate(keras_net, torch_net)
    else:
        parity.translate(torch_net, keras_net)
    output = np.asarray(keras_net(*x) if isinstance(x, tuple) else keras_net(x))
    assert np.abs(output).max() > 0.05, "a comparison of zeros would show nothing"
    comparison = parity.compare(
        keras_net,
        torch_net,
        x,
        rng.normal(size=output.shape),
        loss="mse",
        optimizer=("sgd", {"learning_rate": 0.1, "momentum": 0.9}),
        steps=3,
        tolerance=EXACT,
    )
    trained = {row.name for row in comparison.rows if row.what == "gradient"}
    assert len(trained) == len(keras_net.trainable_variables)
    assert any(row.what == "layer output" for row in comparison.rows)
    moved = [row for row in comparison.rows if row.what == "gradient"]
    assert max((row.reference for row in moved), default=1.0) > 1e-4
    if "kernel 3" not in kind and "padded by hand" not in kind:
        assert comparison.differences == ()


@pytest.mark.parametrize("kind", ["dense", "conv2d", "lstm", "gru", "multi-head attention"])
def test_a_round_trip_brings_the_weights_back_bit_for_bit(kind):
    rng = np.random.default_rng(1)
    keras_net, torch_net, _ = CASES[kind]()
    torch_net = torch_net.double()
    scramble(keras_net, rng)
    before = [variable.numpy() for variable in keras_net.weights]
    parity.translate(keras_net, torch_net)
    for variable in keras_net.weights:
        variable.assign(np.zeros(variable.shape))
    parity.translate(torch_net, keras_net)
    for old, variable in zip(before, keras_net.weights, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())


def test_the_lstm_of_torch_adds_its_two_biases_into_the_one_of_keras():
    keras_net, torch_net, _ = CASES["lstm"]()
    torch_net = torch_net.double()
    parity.translate(torch_net, keras_net)
    lstm = torch_net.inner
    expected = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach().numpy()
    np.testing.assert_allclose(keras_net.layers[0].cell.bias.numpy(), expected, rtol=1e-14)


def test_keras_lstm_bias_goes_into_one_of_the_two_of_torch_and_the_note_says_so():
    keras_net, torch_net, _ = CASES["lstm"]()
    torch_net = torch_net.double()
    translation = parity.translate(keras_net, torch_net)
    assert not torch_net.inner.bias_hh_l0.any()
    assert torch_net.inner.bias_ih_l0.any()  # Keras starts the forget gate's bias at 1
    assert any("bias_hh" in note for note in translation.notes)


def test_batch_statistics_of_torch_are_larger_by_the_unbiased_factor():
    keras_net, torch_net, shape = CASES["batch normalisation"]()
    torch_net = torch_net.double()
    parity.translate(keras_net, torch_net)
    x = np.random.default_rng(0).normal(size=shape)
    keras_net(x, training=True)
    torch_net.train()(torch.from_numpy(x))
    layer = keras_net.layers[0]
    ours = layer.moving_variance.numpy() - 0.9
    theirs = torch_net.running_var.numpy() - 0.9
    np.testing.assert_allclose(theirs / ours, 6 / 5, rtol=1e-6)


# --- a mistake in the layout is seen -------------------------------------------------------------


def spoil_gates(torch_net):
    weight = torch_net.inner.weight_ih_l0
    blocks = weight.detach().chunk(len(weight) // 4)
    return weight, torch.cat([blocks[1], blocks[0], *blocks[2:]])


def spoil_transposed(torch_net):
    weight = torch_net.weight
    return weight, weight.detach().T.reshape(weight.shape)


def spoil_window(torch_net):
    return torch_net.weight, torch_net.weight.detach().flip(-1)


def spoil_heads(torch_net):
    weight = torch_net.inner.in_proj_weight
    q, k, v = weight.detach().chunk(3)
    return weight, torch.cat([q, v, k])


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("lstm", spoil_gates),
        ("gru", spoil_gates),
        ("dense", spoil_transposed),
        ("conv2d", spoil_window),
        ("depthwise conv2d", spoil_window),
        ("multi-head attention", spoil_heads),
    ],
)
def test_weights_in_a_wrong_order_are_found(kind, spoil):
    rng = np.random.default_rng(2)
    keras_net, torch_net, shape = CASES[kind]()
    torch_net = torch_net.double()
    scramble(keras_net, rng)
    parity.translate(keras_net, torch_net)
    x = batch_for(shape, rng)
    assert parity.compare(keras_net, torch_net, x).largest < EXACT
    weight, spoiled = spoil(torch_net)
    with torch.no_grad():
        weight.copy_(spoiled.clone())
    with pytest.raises(ParityError, match="output"):
        parity.compare(keras_net, torch_net, x, tolerance=1e-3)
