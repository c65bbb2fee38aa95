"""Which layer goes with which, what is refused, what is named, and in what order features come."""

import re

import numpy as np
import pytest

keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from sidebyside import parity  # noqa: E402
from sidebyside.errors import NonFiniteError, TranslationError  # noqa: E402

L = keras.layers
DTYPE = {"dtype": "float64"}


def sequential(shape, *layers):
    return keras.Sequential([keras.Input(shape, dtype="float64"), *layers])


def carried(keras_net, torch_net, x, **settings):
    """Translate a scrambled Keras model and compare; the comparison."""
    torch_net = torch_net.double()
    keras_net(x)
    rng = np.random.default_rng(0)
    for variable in keras_net.weights:
        variable.assign(rng.uniform(0.1, 0.9, variable.shape))
    translation = parity.translate(keras_net, torch_net, **settings)
    return translation, parity.compare(keras_net, torch_net, x, **settings)


# --- alignment -----------------------------------------------------------------------------------


class KerasBlock(L.Layer):
    def __init__(self, size, **kwargs):
        super().__init__(**DTYPE, **kwargs)
        self.inner = L.Dense(size, activation="relu", **DTYPE)
        self.norm = L.LayerNormalization(epsilon=1e-5, **DTYPE)

    def call(self, x):
        return self.norm(x + self.inner(x))


class KerasSubclass(keras.Model):
    def __init__(self):
        super().__init__(**DTYPE)
        self.blocks = [KerasBlock(4) for _ in range(3)]
        self.head = L.Dense(2, **DTYPE)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


class TorchBlock(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.inner, self.norm = nn.Linear(size, size), nn.LayerNorm(size)

    def forward(self, x):
        return self.norm(x + torch.relu(self.inner(x)))


class TorchNested(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList(TorchBlock(4) for _ in range(3))
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def functional_with_branches():
    x = keras.Input((4,), dtype="float64")
    left = L.Dense(4, name="left", **DTYPE)(x)
    right = L.Dense(4, name="right", **DTYPE)(x)
    out = L.Dense(2, name="out", **DTYPE)(L.Concatenate(**DTYPE)([left, L.ReLU(**DTYPE)(right)]))
    return keras.Model(x, out)


class TorchBranches(nn.Module):
    def __init__(self, first="left", second="right"):
        super().__init__()
        for name in (first, second):
            setattr(self, name, nn.Linear(4, 4))
        self.out = nn.Linear(8, 2)
        self.names = (first, second)

    def forward(self, x):
        layers = {name: getattr(self, name) for name in self.names}
        left, right = sorted(layers)
        return self.out(torch.cat([layers[left](x), torch.relu(layers[right](x))], dim=-1))


X = np.random.default_rng(3).normal(size=(5, 4))


def test_subclassed_models_of_nested_blocks_are_paired_in_order():
    translation, comparison = carried(KerasSubclass(), TorchNested(), X)
    assert [torch_path for _, torch_path, _ in translation.layers][:3] == [
        "blocks.0.inner",
        "blocks.0.norm",
        "blocks.1.inner",
    ]
    assert comparison.largest < 1e-12


def test_sequential_models_inside_sequential_models_are_paired_in_order():
    inner = sequential((4,), L.Dense(4, activation="relu", **DTYPE), L.Dense(3, **DTYPE))
    keras_net = sequential((4,), inner, L.Dense(2, **DTYPE))
    torch_net = nn.Sequential(
        nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 3)), nn.Linear(3, 2)
    )
    _, comparison = carried(keras_net, torch_net, X)
    assert comparison.largest < 1e-12
    assert comparison.rows[0].name.startswith(inner.name)


def test_branches_with_equal_names_are_paired_by_name_whatever_the_order():
    _, comparison = carried(functional_with_branches(), TorchBranches("right", "left"), X)
    assert comparison.largest < 1e-12


def test_branches_in_another_order_need_pairs_and_differ_without():
    pairs = {"left": "a", "right": "b", "out": "out"}
    _, with_pairs = carried(functional_with_branches(), TorchBranches("b", "a"), X, pairs=pairs)
    _, without = carried(functional_with_branches(), TorchBranches("b", "a"), X)
    assert with_pairs.largest < 1e-12
    assert without.largest > 1e-3


def test_a_functional_model_is_paired_in_the_order_its_code_called_the_layers():
    """model.layers lists the deeper branch first, and interleaves branches by depth."""
    keras_net = functional_with_branches()
    weighted = [layer.name for layer in keras_net.layers if layer.weights]
    assert weighted == ["right", "left", "out"]
    _, comparison = carried(keras_net, TorchBranches("a", "b"), X)
    assert comparison.largest < 1e-12


def test_pairs_may_name_whole_blocks():
    keras_net, torch_net = KerasSubclass(), TorchNested()
    keras_net(X)
    names = [block.name for block in keras_net.blocks]
    pairs = {name: f"blocks.{2 - i}" for i, name in enumerate(names)} | {
        keras_net.head.name: "head"
    }
    translation = parity.translate(keras_net, torch_net.double(), pairs=pairs)
    assert translation.layers[0][1] == "blocks.2.inner"


class KerasEncoder(L.Layer):
    def __init__(self, **kwargs):
        super().__init__(**DTYPE, **kwargs)
        self.attention = L.MultiHeadAttention(2, 3, **DTYPE)
        self.norm_1 = L.LayerNormalization(epsilon=1e-5, **DTYPE)
        self.hidden = L.Dense(8, activation="relu", **DTYPE)
        self.back = L.Dense(6, **DTYPE)
        self.norm_2 = L.LayerNormalization(epsilon=1e-5, **DTYPE)

    def call(self, x):
        x = self.norm_1(x + self.attention(x, x))
        return self.norm_2(x + self.back(self.hidden(x)))


def test_an_encoder_layer_of_torch_is_paired_by_naming_its_parts():
    encoder = KerasEncoder(name="encoder")
    keras_net = sequential((4, 6), encoder)
    torch_net = nn.Sequential(nn.TransformerEncoderLayer(6, 2, 8, batch_first=True))
    with pytest.raises(TranslationError, match=r"'encoder/layer_norm\S*' .*'0\.linear1' .*pairs="):
        parity.translate(keras_net, torch_net)
    names = ("self_attn", "norm1", "linear1", "linear2", "norm2")
    layers = (encoder.attention, encoder.norm_1, encoder.hidden, encoder.back, encoder.norm_2)
    pairs = {
        f"encoder/{layer.name}": f"0.{name}" for layer, name in zip(layers, names, strict=True)
    }
    x = np.random.default_rng(0).normal(size=(2, 4, 6))
    _, comparison = carried(keras_net, torch_net, x, pairs=pairs)
    assert comparison.largest < 1e-12


def test_one_dense_layer_and_one_linear_module_need_no_model_around_them():
    dense, linear = L.Dense(3, **DTYPE), nn.Linear(4, 3).double()
    dense.build((None, 4))
    parity.translate(linear, dense)
    np.testing.assert_array_equal(dense.kernel.numpy(), linear.weight.detach().numpy().T)


def test_tied_weights_of_torch_are_counted_once():
    torch_net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4, bias=False)).double()
    torch_net[1].weight = torch_net[0].weight
    translation = parity.translate(sequential((4,), L.Dense(4, **DTYPE)), torch_net)
    assert len(translation.layers) == 1


class KerasScale(L.Layer):
    def __init__(self, weight_name="scale"):
        super().__init__(**DTYPE)
        self.weight_name = weight_name

    def build(self, shape):
        self.own = self.add_weight(shape=(shape[-1],), name=self.weight_name)

    def call(self, x):
        return x * self.own


class TorchScale(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))

    def forward(self, x):
        return x * self.scale


def test_weights_of_a_custom_layer_are_copied_where_names_and_shapes_are_equal():
    _, comparison = carried(sequential((4,), KerasScale()), nn.Sequential(TorchScale()), X)
    assert comparison.largest < 1e-12


# --- refusals ------------------------------------------------------------------------------------


def gru(**settings):
    return sequential((5, 3), L.GRU(4, **settings, **DTYPE))


def attention(heads, size):
    x = keras.Input((4, 6), dtype="float64")
    return keras.Model(x, L.MultiHeadAttention(heads, size, name="attend", **DTYPE)(x, x))


REFUSED = {
    "kinds": (
        lambda: sequential((4,), L.Dense(4, **DTYPE), L.LayerNormalization(name="ln", **DTYPE)),
        lambda: nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)),
        r"'ln' \(LayerNormalization\).*'1' \(Linear\).*pairs=",
    ),
    "counts": (
        lambda: sequential((4,), L.Dense(4, **DTYPE), L.Dense(2, name="last", **DTYPE)),
        lambda: nn.Sequential(nn.Linear(4, 4)),
        r"2 layers with weights and the torch module 1: 'last'",
    ),
    "sizes": (
        lambda: sequential((4,), L.Dense(4, name="first", **DTYPE)),
        lambda: nn.Sequential(nn.Linear(4, 5)),
        r"first/kernel' is \(4, 4\).*'0.weight' is \(5, 4\)",
    ),
    "bias": (
        lambda: sequential((4,), L.Dense(3, use_bias=False, name="first", **DTYPE)),
        lambda: nn.Sequential(nn.Linear(4, 3)),
        r"'0' \(Linear\) has a 'bias' and 'first' \(Dense\) has none",
    ),
    "gru formula": (
        lambda: gru(reset_after=False),
        lambda: nn.GRU(3, 4, batch_first=True),
        "reset_after=False.*build the Keras layer with reset_after=True",
    ),
    "lstm activation": (
        lambda: sequential((5, 3), L.LSTM(4, activation="relu", name="memory", **DTYPE)),
        lambda: nn.LSTM(3, 4, batch_first=True),
        r"'memory' \(LSTM\) has activation='relu'.*'tanh'",
    ),
    "gru gate": (
        lambda: gru(recurrent_activation="hard_sigmoid"),
        lambda: nn.GRU(3, 4, batch_first=True),
        "recurrent_activation='hard_sigmoid'.*'sigmoid'",
    ),
    "rnn activation": (
        lambda: sequential((5, 3), L.SimpleRNN(4, **DTYPE)),
        lambda: nn.RNN(3, 4, nonlinearity="relu", batch_first=True),
        "activation='tanh'.*'relu'",
    ),
    "heads": (
        lambda: attention(3, 2),
        lambda: nn.MultiheadAttention(6, 2, batch_first=True),
        r"number of heads of 'attend'.*is 3, that of .* is 2",
    ),
    "head size": (
        lambda: attention(2, 4),
        lambda: nn.MultiheadAttention(6, 2, batch_first=True),
        r"heads × key_dim.*is 8, that of .* is 6",
    ),
    "groups": (
        lambda: sequential((5, 5, 4), L.Conv2D(4, 3, name="conv", **DTYPE)),
        lambda: nn.Conv2d(4, 4, 3, groups=2),
        r"'conv' \(Conv2D\) has 1 group\(s\).*has 2",
    ),
    "merging": (
        lambda: sequential((5, 3), L.Bidirectional(L.LSTM(4, **DTYPE), merge_mode="sum", **DTYPE)),
        lambda: nn.LSTM(3, 4, bidirectional=True, batch_first=True),
        "'sum'.*merge_mode='concat'",
    ),
    "own weights": (
        lambda: sequential((4,), KerasScale("factor")),
        lambda: nn.Sequential(TorchScale()),
        r"no rule is known for .*KerasScale.*factor and scale",
    ),
    "not built": (
        lambda: keras.Sequential([L.Dense(3, name="first", **DTYPE)]),
        lambda: nn.Sequential(nn.Linear(4, 3)),
        "'first'.*no weights yet; call the model on one batch",
    ),
    "lazy": (
        lambda: sequential((4,), L.Dense(3, **DTYPE)),
        lambda: nn.Sequential(nn.LazyLinear(3)),
        "'0'.*no weights yet; call the model on one batch",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("forwards", [True, False], ids=["to torch", "to Keras"])
def test_what_cannot_be_equal_is_refused_and_named(case, forwards):
    make_keras, make_torch, message = REFUSED[case]
    pair = (make_keras(), make_torch())
    with pytest.raises(TranslationError, match=message):
        parity.translate(*(pair if forwards else reversed(pair)))


def test_a_refusal_leaves_every_weight_as_it_was():
    keras_net = sequential((4,), L.Dense(4, **DTYPE), L.Dense(3, **DTYPE))
    torch_net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2)).double()
    before = [p.detach().clone() for p in torch_net.parameters()]
    with pytest.raises(TranslationError):
        parity.translate(keras_net, torch_net)
    assert all(torch.equal(a, b) for a, b in zip(before, torch_net.parameters(), strict=True))


def test_a_weight_that_is_not_a_number_is_refused_before_anything_is_copied():
    keras_net = sequential((4,), L.Dense(4, **DTYPE), L.Dense(3, name="last", **DTYPE))
    torch_net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 3)).double()
    keras_net.layers[-1].bias.assign([0.0, np.nan, 1.0])
    before = [p.detach().clone() for p in torch_net.parameters()]
    with pytest.raises(NonFiniteError, match=r"last/bias.*1 NaN.*nothing was copied"):
        parity.translate(keras_net, torch_net)
    assert all(torch.equal(a, b) for a, b in zip(before, torch_net.parameters(), strict=True))


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ({"left": "left"}, "leaves out 'right'"),
        ({"nowhere": "left"}, "Keras layer 'nowhere'.*those with weights are 'left', 'right'"),
        ({"left": "nowhere"}, "torch module 'nowhere'"),
        ({"left": "left", "right": "left", "out": "out"}, "twice"),
    ],
)
def test_pairs_that_do_not_fit_are_refused(pairs, message):
    with pytest.raises(TranslationError, match=message):
        parity.translate(functional_with_branches(), TorchBranches().double(), pairs=pairs)


@pytest.mark.parametrize("pair", [(1, 2), (nn.Linear(1, 1), nn.Linear(1, 1)), ("a", None)])
def test_two_models_of_one_framework_are_refused(pair):
    with pytest.raises(TranslationError, match="one Keras model and one torch module"):
        parity.translate(*pair)


# --- settings that differ ------------------------------------------------------------------------


def conv(**settings):
    return sequential((6, 6, 3), L.Conv2D(4, 3, **settings, **DTYPE))


DIFFERENT = {
    "epsilon": (
        lambda: sequential((4,), L.LayerNormalization(**DTYPE)),
        lambda: nn.LayerNorm(4),
        "epsilon is 0.001 .* 1e-05",
    ),
    "momentum": (
        lambda: sequential((4,), L.BatchNormalization(epsilon=1e-5, **DTYPE)),
        lambda: nn.BatchNorm1d(4),
        "momentum is 0.99 .* 0.1 .*torch needs 0.01",
    ),
    "padding": (
        lambda: conv(padding="same"),
        lambda: nn.Conv2d(3, 4, 3),
        r"padding is 'same', that is \(1, 1\)",
    ),
    "padding of an even kernel": (
        lambda: sequential((6, 6, 3), L.Conv2D(4, 2, **DTYPE)),
        lambda: nn.Conv2d(3, 4, 2, padding="same"),
        r"padding is 'valid', that is \(0, 0\) .* and same in torch's",
    ),
    "asymmetric padding": (
        lambda: conv(padding="same", strides=2),
        lambda: nn.Conv2d(3, 4, 3, stride=2, padding=1),
        r"\(\(0, 1\), \(0, 1\)\).*pad by hand",
    ),
    "strides": (lambda: conv(), lambda: nn.Conv2d(3, 4, 3, stride=2), r"strides is \(1, 1\)"),
    "dilation": (
        lambda: conv(dilation_rate=2),
        lambda: nn.Conv2d(3, 4, 3),
        r"dilation is \(2, 2\).*\(1, 1\)",
    ),
    "padding mode": (
        lambda: conv(),
        lambda: nn.Conv2d(3, 4, 3, padding_mode="circular"),
        "padding mode is zeros .* circular",
    ),
    "transposed, same, odd kernel": (
        lambda: sequential((4, 4, 3), L.Conv2DTranspose(2, 3, strides=2, padding="same", **DTYPE)),
        lambda: nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1),
        r"\(\(0, 1\), \(0, 1\)\) .*\(\(1, 0\), \(1, 0\)\)",
    ),
    "batch axis": (
        lambda: sequential((5, 3), L.LSTM(4, **DTYPE)),
        lambda: nn.LSTM(3, 4),
        "batch axis is first .* second",
    ),
    "dropout": (
        lambda: sequential((4,), L.Dense(3, **DTYPE), L.Dropout(0.5, name="drop")),
        lambda: nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.2)),
        "rate of the dropout is 0.5 in Keras' 'drop' and 0.2 in torch's '1'",
    ),
    "leaky slope": (
        lambda: sequential((4,), L.Dense(3, **DTYPE), L.LeakyReLU(**DTYPE)),
        lambda: nn.Sequential(nn.Linear(4, 3), nn.LeakyReLU()),
        "negative slope of the leaky ReLU is 0.3 .* 0.01",
    ),
    "gelu": (
        lambda: sequential((4,), L.Dense(3, activation="gelu", **DTYPE)),
        lambda: nn.Sequential(nn.Linear(4, 3), nn.GELU(approximate="tanh")),
        "GELU is exact .* approximate='tanh'",
    ),
    "pooling": (
        lambda: sequential((6, 6, 3), L.Conv2D(4, 3, **DTYPE), L.MaxPooling2D(2)),
        lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(3)),
        "window of the max pooling is 2 .* 3",
    ),
    "frozen": (
        lambda: sequential((4,), L.Dense(3, trainable=False, **DTYPE)),
        lambda: nn.Linear(4, 3),
        "trainable is False .* True",
    ),
    "padding index": (
        lambda: keras.Sequential([keras.Input((3,), dtype="int64"), L.Embedding(5, 2, **DTYPE)]),
        lambda: nn.Embedding(5, 2, padding_idx=0),
        "padding_idx is absent",
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_a_setting_that_differs_is_named_with_both_values(case):
    make_keras, make_torch, message = DIFFERENT[case]
    translation = parity.translate(make_keras(), make_torch().double())
    assert re.search(message, " | ".join(translation.differences))
    assert "Different setting" in str(translation)


def test_a_parity_error_names_the_setting_behind_it():
    keras_net = sequential((4,), L.LayerNormalization(**DTYPE))
    torch_net = nn.LayerNorm(4).double()
    parity.translate(keras_net, torch_net)
    with pytest.raises(AssertionError, match=r"epsilon is 0\.001"):
        parity.compare(keras_net, torch_net, X, tolerance=1e-9)


# --- the order of features -----------------------------------------------------------------------

IMAGES = np.random.default_rng(4).normal(size=(2, 6, 5, 3))


def keras_cnn(*between):
    return sequential(
        (6, 5, 3),
        L.Conv2D(4, 3, **DTYPE),
        L.Flatten(**DTYPE),
        *between,
        L.Dense(7, **DTYPE),
    )


def test_dense_rows_follow_flatten():
    torch_net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(48, 7))
    translation, comparison = carried(keras_cnn(), torch_net, IMAGES)
    assert comparison.largest < 1e-12
    assert any("reordered" in note for note in translation.notes)
    assert not any("assumed" in note for note in translation.notes)


def test_gradients_come_back_in_the_order_of_keras():
    torch_net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(48, 7)).double()
    keras_net = keras_cnn()
    parity.translate(torch_net, keras_net)
    y = np.random.default_rng(0).normal(size=(2, 7))
    parity.compare(
        keras_net,
        torch_net,
        IMAGES,
        y,
        loss="mse",
        optimizer=("adam", {}),
        steps=2,
        tolerance=1e-9,
    )


def test_normalisation_between_flatten_and_dense_follows_too():
    between = [L.BatchNormalization(momentum=0.9, epsilon=1e-5, **DTYPE)]
    torch_net = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.Flatten(), nn.BatchNorm1d(48), nn.Linear(48, 7)
    )
    _, comparison = carried(keras_cnn(*between), torch_net, IMAGES)
    assert comparison.largest < 1e-12


class MovesChannelsLast(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.dense = nn.Conv2d(3, 4, 3), nn.Linear(48, 7)

    def forward(self, x):
        return self.dense(self.conv(x).permute(0, 2, 3, 1).reshape(len(x), -1))


def test_a_module_that_flattens_channels_last_can_say_so():
    _, comparison = carried(keras_cnn(), MovesChannelsLast(), IMAGES, flatten="channels_last")
    assert comparison.largest < 1e-12
    translation, wrong = carried(keras_cnn(), MovesChannelsLast(), IMAGES)
    assert wrong.largest > 1e-3
    assert any("assumed" in note for note in translation.notes)


def test_another_word_for_the_order_is_refused():
    with pytest.raises(TranslationError, match=r"flatten='nchw'.*'channels_first'"):
        parity.translate(keras_cnn(), MovesChannelsLast(), flatten="nchw")


def test_a_sequence_of_channels_is_flattened_channel_by_channel_in_torch():
    keras_net = sequential((6, 3), L.Conv1D(4, 3, **DTYPE), L.Flatten(**DTYPE), L.Dense(2, **DTYPE))
    torch_net = nn.Sequential(nn.Conv1d(3, 4, 3), nn.Flatten(), nn.Linear(16, 2))
    _, comparison = carried(keras_net, torch_net, IMAGES[..., 0, :])
    assert comparison.largest < 1e-12


def test_flattened_embeddings_have_one_order_in_both():
    keras_net = keras.Sequential(
        [keras.Input((4,), dtype="int64"), L.Embedding(7, 3, **DTYPE), L.Flatten(**DTYPE),
         L.Dense(2, **DTYPE)]
    )  # fmt: skip
    torch_net = nn.Sequential(nn.Embedding(7, 3), nn.Flatten(), nn.Linear(12, 2))
    translation, comparison = carried(keras_net, torch_net, np.array([[0, 1, 2, 6], [3, 3, 5, 1]]))
    assert comparison.largest < 1e-12
    assert translation.notes == ()


def test_a_subclassed_model_whose_shapes_are_unknown_is_reordered_too():
    class Net(keras.Model):
        def __init__(self):
            super().__init__(**DTYPE)
            self.conv = L.Conv2D(4, 3, **DTYPE)
            self.flatten = L.Flatten(**DTYPE)
            self.dense = L.Dense(7, **DTYPE)

        def call(self, x):
            return self.dense(self.flatten(self.conv(x)))

    torch_net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(48, 7))
    _, comparison = carried(Net(), torch_net, IMAGES)
    assert comparison.largest < 1e-12


def test_a_globally_pooled_map_is_not_reordered():
    keras_net = sequential(
        (6, 5, 3), L.Conv2D(4, 3, **DTYPE), L.GlobalAveragePooling2D(**DTYPE), L.Dense(8, **DTYPE)
    )
    torch_net = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 8)
    )
    translation, _ = carried(keras_net, torch_net, IMAGES)
    assert translation.notes == ()


def test_a_vector_reshaped_into_a_feature_map_has_its_columns_reordered():
    keras_net = sequential(
        (5,),
        L.Dense(2 * 3 * 4, **DTYPE),
        L.BatchNormalization(momentum=0.9, epsilon=1e-5, **DTYPE),
        L.Reshape((2, 3, 4), **DTYPE),
        L.Conv2DTranspose(2, 4, strides=2, padding="same", **DTYPE),
    )
    torch_net = nn.Sequential(
        nn.Linear(5, 24),
        nn.BatchNorm1d(24),
        nn.Unflatten(1, (4, 2, 3)),
        nn.ConvTranspose2d(4, 2, 4, stride=2, padding=1),
    )
    translation, comparison = carried(keras_net, torch_net, IMAGES[:, :5, 0, 0].repeat(2, 0))
    assert comparison.largest < 1e-12
    assert any("columns" in note for note in translation.notes)
