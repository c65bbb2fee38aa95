"""Running implementations side by side: what is compared, what is refused, what is put back."""

import copy
import subprocess
import sys

import numpy as np
import pytest

keras = pytest.importorskip("keras")
torch = pytest.importorskip("torch")

import tensorflow as tf  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from sidebyside import parity  # noqa: E402
from sidebyside.errors import (  # noqa: E402
    NonFiniteError,
    ParityError,
    ShapeError,
    TranslationError,
)

L = keras.layers
DTYPE = {"dtype": "float64"}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 5))
LABELS = RNG.integers(0, 3, 8)
IMAGES = RNG.normal(size=(4, 6, 5, 3))


@pytest.fixture(autouse=True)
def _same_weights_every_time():
    """A tolerance of 1e-9 holds for most initial weights, not all: RMSprop has two epsilons."""
    keras.utils.set_random_seed(0)


def sequential(shape, *layers, dtype="float64"):
    return keras.Sequential([keras.Input(shape, dtype=dtype), *layers])


def mlp(*between, torch_between=()):
    keras_net = sequential((5,), L.Dense(6, activation="tanh", **DTYPE), *between,
                           L.Dense(3, **DTYPE))  # fmt: skip
    torch_net = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), *torch_between, nn.Linear(6, 3))
    torch_net = torch_net.double()
    parity.translate(keras_net, torch_net)
    return keras_net, torch_net


class NumpyMLP:
    """The same network by hand: Keras' layouts, Algorithm 1 of Kingma and Ba or plain SGD."""

    def __init__(self, keras_net, rule="sgd", learning_rate=0.1):
        self.rule, self.learning_rate, self.t = rule, learning_rate, 0
        names = ("w1", "b1", "w2", "b2")
        self.p = {n: v.numpy() for n, v in zip(names, keras_net.weights, strict=True)}
        self.m = {n: np.zeros_like(v) for n, v in self.p.items()}
        self.v = {n: np.zeros_like(v) for n, v in self.p.items()}

    def forward(self, x):
        self.hidden = np.tanh(x @ self.p["w1"] + self.p["b1"])
        return self.hidden @ self.p["w2"] + self.p["b2"]

    def loss_and_gradients(self, x, y):
        logits = self.forward(x)
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = shifted / shifted.sum(axis=1, keepdims=True)
        loss = -np.log(probabilities[np.arange(len(y)), y]).mean()
        probabilities[np.arange(len(y)), y] -= 1
        d_logits = probabilities / len(y)
        d_hidden = d_logits @ self.p["w2"].T * (1 - self.hidden**2)
        return loss, {
            "w1": x.T @ d_hidden,
            "b1": d_hidden.sum(axis=0),
            "w2": self.hidden.T @ d_logits,
            "b2": d_logits.sum(axis=0),
        }

    def parameters(self):
        return self.p

    def step(self, gradients):
        self.t += 1
        for name, g in gradients.items():
            if self.rule == "sgd":
                self.p[name] -= self.learning_rate * g
                continue
            self.m[name] = 0.9 * self.m[name] + 0.1 * g
            self.v[name] = 0.999 * self.v[name] + 0.001 * g**2
            m = self.m[name] / (1 - 0.9**self.t)
            v = self.v[name] / (1 - 0.999**self.t)
            self.p[name] -= self.learning_rate * m / (np.sqrt(v) + 1e-8)


# --- optimisers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("sgd", {"learning_rate": 0.1}),
        ("sgd", {"learning_rate": 0.1, "momentum": 0.9}),
        ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
        ("adam", {"learning_rate": 0.01}),
        ("adam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3}),
        ("adam", {"learning_rate": 0.01, "amsgrad": True}),
        ("adamw", {"learning_rate": 0.01}),
        ("adamw", {"learning_rate": 0.01, "weight_decay": 0.1}),
        ("rmsprop", {"learning_rate": 0.01}),
        ("rmsprop", {"learning_rate": 0.01, "momentum": 0.5}),
        ("rmsprop", {"learning_rate": 0.01, "centered": True}),
        ("adagrad", {"learning_rate": 0.1}),
        ("adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.5}),
    ],
)
def test_ten_steps_of_an_optimiser_agree(name, settings):
    comparison = parity.compare(
        *mlp(),
        X,
        LABELS,
        loss="sparse_categorical_crossentropy",
        optimizer=(name, settings),
        steps=10,
        tolerance=1e-9,
    )
    assert {row.what for row in comparison.rows} >= {"gradient", "parameter after 10 steps"}


@pytest.mark.parametrize(("rule", "rate"), [("sgd", 0.1), ("adam", 0.01)])
def test_numpy_written_from_the_paper_takes_the_same_steps(rule, rate):
    keras_net, torch_net = mlp()
    comparison = parity.compare(
        keras_net,
        torch_net,
        X,
        LABELS,
        numpy_net=NumpyMLP(keras_net, rule, rate),
        loss="sparse_categorical_crossentropy",
        optimizer=(rule, {"learning_rate": rate}),
        steps=5,
        tolerance=1e-9,
    )
    assert comparison.frameworks == ("numpy", "tensorflow", "pytorch")
    pairs = {row.pair for row in comparison.rows if row.what == "parameter after 5 steps"}
    assert pairs == {("numpy", "tensorflow"), ("numpy", "pytorch"), ("tensorflow", "pytorch")}


def test_rmsprop_with_a_large_epsilon_cannot_be_made_equal():
    settings = {"learning_rate": 0.01, "epsilon": 1e-3}
    comparison = parity.compare(
        *mlp(), X, LABELS, loss="sparse_categorical_crossentropy",
        optimizer=("rmsprop", settings), steps=1,
    )  # fmt: skip
    assert 1e-6 < comparison.largest < 0.1


@pytest.mark.parametrize(
    ("keras_optimizer", "torch_optimizer"),
    [
        (
            lambda: keras.optimizers.SGD(0.1, momentum=0.9),
            lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        ),
        (
            lambda: keras.optimizers.Adam(0.01, epsilon=1e-14),
            lambda p: torch.optim.Adam(p, lr=0.01, eps=1e-14),
        ),
    ],
)
def test_optimisers_of_ones_own_are_used_and_left_untouched(keras_optimizer, torch_optimizer):
    own = keras_optimizer()
    parity.compare(
        *mlp(),
        X,
        LABELS,
        loss="sparse_categorical_crossentropy",
        optimizer=(own, torch_optimizer),
        steps=5,
        tolerance=1e-9,
    )
    assert int(own.iterations) == 0 and not own.built


def test_the_defaults_of_adam_differ_between_the_frameworks():
    comparison = parity.compare(
        *mlp(),
        X,
        LABELS,
        loss="sparse_categorical_crossentropy",
        optimizer=(keras.optimizers.Adam(0.01), lambda p: torch.optim.Adam(p, lr=0.01)),
        steps=3,
    )
    assert comparison.largest > 1e-9


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (("lion", {}), "no optimiser 'lion'; the names are 'sgd', 'adam'"),
        (("adam", {"lr": 0.1}), "'adam' has no setting 'lr' here; it has learning_rate, beta_1"),
        (("sgd", {"weight_decay": 0.1}), "no setting 'weight_decay'"),
        (None, "steps=1 needs a loss and an optimizer"),
    ],
)
def test_an_optimiser_that_is_not_known_is_refused(optimizer, message):
    with pytest.raises(TranslationError, match=message):
        parity.compare(*mlp(), X, LABELS, loss="mse" if optimizer is None else
                       "sparse_categorical_crossentropy", optimizer=optimizer, steps=1)  # fmt: skip


def test_weight_decay_acts_on_both_recurrent_biases_of_torch_as_on_the_one_of_keras():
    keras_net = sequential((4, 5), L.LSTM(3, return_sequences=True, **DTYPE))

    class Sequence(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.LSTM(5, 3, batch_first=True)

        def forward(self, x):
            return self.inner(x)[0]

    torch_net = Sequence().double()
    parity.translate(torch_net, keras_net)
    assert torch_net.inner.bias_hh_l0.abs().min() > 0
    x, y = RNG.normal(size=(2, 4, 5)), RNG.normal(size=(2, 4, 3))
    settings = {"learning_rate": 0.01, "weight_decay": 0.1}
    parity.compare(
        keras_net, torch_net, x, y, loss="mse", optimizer=("adamw", settings), steps=3,
        tolerance=1e-9,
    )  # fmt: skip
    assert torch_net.inner.bias_hh_l0.requires_grad
    assert torch_net.inner.bias_hh_l0.abs().min() > 0


# --- losses --------------------------------------------------------------------------------------

ONE_HOT = np.eye(3)[LABELS]


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ("sparse_categorical_crossentropy", LABELS),
        ("sparse_categorical_crossentropy", LABELS[:, None]),
        ("categorical_crossentropy", ONE_HOT),
        ("categorical_crossentropy", 0.8 * ONE_HOT + 0.2 / 3),
        ("binary_crossentropy", ONE_HOT),
        ("mse", ONE_HOT),
        ((keras.losses.MeanAbsoluteError(dtype="float64"), F.l1_loss), ONE_HOT),
    ],
)
def test_a_loss_and_its_gradients_agree(loss, y):
    comparison = parity.compare(*mlp(), X, y, loss=loss, tolerance=1e-12)
    assert [row.what for row in comparison.rows].count("gradient") == 4


def test_binary_labels_of_one_axis_fit_one_logit():
    keras_net, torch_net = sequential((5,), L.Dense(1, **DTYPE)), nn.Linear(5, 1).double()
    parity.translate(keras_net, torch_net)
    y = LABELS > 0
    parity.compare(keras_net, torch_net, X, y, loss="binary_crossentropy", tolerance=1e-12)


def test_two_losses_that_are_not_the_same_are_told_apart():
    pair = (keras.losses.MeanSquaredError(dtype="float64"), nn.MSELoss(reduction="sum"))
    with pytest.raises(ParityError, match="loss, shape"):
        parity.compare(*mlp(), X, ONE_HOT, loss=pair, tolerance=1e-6)


def test_a_loss_that_is_not_known_is_refused():
    with pytest.raises(TranslationError, match="no loss 'hinge'; the names are"):
        parity.compare(*mlp(), X, LABELS, loss="hinge")


# --- NumPy ---------------------------------------------------------------------------------------


def test_a_gradient_of_numpy_without_the_mean_is_found():
    keras_net, torch_net = mlp()

    class NoMean(NumpyMLP):
        def loss_and_gradients(self, x, y):
            loss, gradients = super().loss_and_gradients(x, y)
            return loss, {name: g * len(y) for name, g in gradients.items()}

    with pytest.raises(ParityError, match=r"gradient: .*NumPy and TensorFlow") as caught:
        parity.compare(
            keras_net, torch_net, X, LABELS, numpy_net=NoMean(keras_net),
            loss="sparse_categorical_crossentropy", tolerance=1e-6,
        )  # fmt: skip
    assert "TensorFlow and PyTorch" not in str(caught.value)


def test_numpy_gradients_must_be_as_many_and_of_the_shapes_of_keras():
    keras_net, torch_net = mlp()

    class TooFew(NumpyMLP):
        def loss_and_gradients(self, x, y):
            loss, gradients = super().loss_and_gradients(x, y)
            return loss, {"w1": gradients["w1"]}

    class Transposed(NumpyMLP):
        def loss_and_gradients(self, x, y):
            loss, gradients = super().loss_and_gradients(x, y)
            return loss, gradients | {"w1": gradients["w1"].T}

    for cls, message in (
        (TooFew, r"has 1 arrays \(w1\) and the Keras model 4 trainable"),
        (Transposed, r"shape \(6, 5\) in NumPy and \(5, 6\) in TensorFlow"),
    ):
        with pytest.raises(ShapeError, match=message):
            parity.compare(
                keras_net, torch_net, X, LABELS, numpy_net=cls(keras_net),
                loss="sparse_categorical_crossentropy",
            )  # fmt: skip


# --- nothing is changed --------------------------------------------------------------------------


def test_a_comparison_changes_nothing():
    keras_net, torch_net = mlp(
        L.BatchNormalization(epsilon=1e-5, momentum=0.9, **DTYPE),
        L.Dropout(0.3, seed=1, **DTYPE),
        torch_between=(nn.BatchNorm1d(6), nn.Dropout(0.3)),
    )
    torch_net.eval()
    torch_net[1].train()
    torch_net[0].bias.requires_grad_(False)
    torch_net[0].weight.grad = torch.ones(6, 5, dtype=torch.float64)
    keras_before = [v.numpy() for v in keras_net.variables]
    torch_before = copy.deepcopy(torch_net.state_dict())
    random = torch.get_rng_state()
    with pytest.raises(ParityError):  # even where it fails
        parity.compare(
            keras_net,
            torch_net,
            X,
            LABELS,
            loss="sparse_categorical_crossentropy",
            optimizer=("adam", {"learning_rate": 0.1}),
            steps=3,
            tolerance=1e-30,
        )
    for before, variable in zip(keras_before, keras_net.variables, strict=True):
        np.testing.assert_array_equal(before, variable.numpy())
    for name, tensor in torch_net.state_dict().items():
        assert torch.equal(tensor, torch_before[name]), name
    assert not torch_net[0].bias.requires_grad and torch_net[0].weight.requires_grad
    assert torch_net[0].weight.grad.eq(1).all() and torch_net[-1].weight.grad is None
    assert [m.training for m in torch_net] == [False, True, False, False, False]
    assert torch_net[3].p == 0.3 and keras_net.layers[2].rate == 0.3
    assert torch.equal(random, torch.get_rng_state())
    assert not any(module._forward_hooks for module in torch_net.modules())
    assert not any("call" in vars(layer) for layer in keras_net.layers)
    assert keras_net.layers[0].activation is keras.activations.tanh


def test_the_numpy_network_is_copied():
    keras_net, torch_net = mlp()
    numpy_net = NumpyMLP(keras_net)
    before = copy.deepcopy(numpy_net.p)
    parity.compare(
        keras_net, torch_net, X, LABELS, numpy_net=numpy_net,
        loss="sparse_categorical_crossentropy", optimizer=("sgd", {"learning_rate": 0.1}), steps=2,
    )  # fmt: skip
    for name, array in before.items():
        np.testing.assert_array_equal(array, numpy_net.p[name])


# --- inputs and outputs --------------------------------------------------------------------------


def convolutions(last=None):
    keras_net = sequential((6, 5, 3), L.Conv2D(4, 3, padding="same", activation="relu", **DTYPE),
                           L.Conv2D(2, 1, **DTYPE))  # fmt: skip
    torch_net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 2, 1))
    torch_net = torch_net.double()
    parity.translate(keras_net, torch_net)
    return keras_net, torch_net


def test_images_go_to_torch_with_channels_first_and_come_back():
    comparison = parity.compare(*convolutions(), IMAGES, tolerance=1e-12)
    assert comparison.rows[-1].shape == (4, 6, 5, 2)
    assert any("(4, 6, 5, 3) to (4, 3, 6, 5)" in note for note in comparison.notes)


def test_torch_x_is_used_as_it_is():
    torch_x = np.ascontiguousarray(IMAGES.transpose(0, 3, 1, 2))
    parity.compare(*convolutions(), IMAGES, torch_x=torch_x, tolerance=1e-12)
    with pytest.raises(ParityError):
        parity.compare(*convolutions(), IMAGES, torch_x=torch_x[:, ::-1], tolerance=1e-12)


@pytest.mark.parametrize(
    ("loss", "y"),
    [
        ("sparse_categorical_crossentropy", RNG.integers(0, 2, (4, 6, 5))),
        ("mse", RNG.normal(size=(4, 6, 5, 2))),
        (
            (keras.losses.MeanSquaredError(dtype="float64"), nn.MSELoss()),
            RNG.normal(size=(4, 6, 5, 2)),
        ),
        (
            (
                lambda y, p: tf.reduce_mean(
                    keras.losses.sparse_categorical_crossentropy(y, p, from_logits=True)
                ),
                nn.CrossEntropyLoss(),
            ),
            RNG.integers(0, 2, (4, 6, 5)),
        ),
    ],
)
def test_losses_over_every_pixel_agree(loss, y):
    parity.compare(
        *convolutions(), IMAGES, y, loss=loss, optimizer=("sgd", {}), steps=2, tolerance=1e-9
    )


def test_a_map_that_is_as_wide_as_it_has_channels_is_not_confused():
    keras_net = sequential((3, 3, 3), L.Conv2D(3, 1, **DTYPE))
    torch_net = nn.Conv2d(3, 3, 1).double()
    parity.translate(keras_net, torch_net)
    parity.compare(keras_net, torch_net, RNG.normal(size=(2, 3, 3, 3)), tolerance=1e-12)


class TwoKeras(keras.Model):
    def __init__(self):
        super().__init__(**DTYPE)
        self.a, self.b = L.Dense(2, **DTYPE), L.Dense(2, **DTYPE)

    def call(self, first, second):
        return {"sum": self.a(first) + self.b(second), "difference": self.a(first) * 2}


class TwoTorch(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(5, 2), nn.Linear(3, 2)

    def forward(self, first, second):
        return {"sum": self.a(first) + self.b(second), "difference": self.a(first) * 2}


def test_several_inputs_and_outputs_with_a_layer_called_twice():
    keras_net, torch_net = TwoKeras(), TwoTorch().double()
    x = [X, RNG.normal(size=(8, 3))]
    keras_net(*x)
    parity.translate(keras_net, torch_net)
    loss = (
        lambda y, p: tf.reduce_mean(p["sum"] ** 2) + tf.reduce_mean(p["difference"] * y),
        lambda p, y: (p["sum"] ** 2).mean() + (p["difference"] * y).mean(),
    )
    comparison = parity.compare(
        keras_net, torch_net, x, RNG.normal(size=(8, 2)), loss=loss, tolerance=1e-12
    )
    names = [row.label for row in comparison.rows]
    assert "output: 0" in names and "output: 1" in names
    assert f"layer output: {keras_net.a.name}, call 2" in names


def test_a_functional_model_takes_its_inputs_as_a_list():
    first, second = keras.Input((5,), dtype="float64"), keras.Input((3,), dtype="float64")
    out = L.Add(**DTYPE)(
        [L.Dense(2, name="a", **DTYPE)(first), L.Dense(2, name="b", **DTYPE)(second)]
    )
    keras_net = keras.Model([first, second], out)

    class Sum(TwoTorch):
        def forward(self, first, second):
            return super().forward(first, second)["sum"]

    torch_net = Sum().double()
    parity.translate(keras_net, torch_net)
    parity.compare(keras_net, torch_net, (X, RNG.normal(size=(8, 3))), tolerance=1e-12)


def test_a_layer_is_recorded_before_an_activation_overwrites_its_output():
    keras_net = sequential((5,), L.Dense(6, activation="relu", **DTYPE), L.Dense(3, **DTYPE))
    torch_net = nn.Sequential(nn.Linear(5, 6), nn.ReLU(inplace=True), nn.Linear(6, 3)).double()
    parity.translate(keras_net, torch_net)
    comparison = parity.compare(keras_net, torch_net, X, tolerance=1e-12)
    assert [row.what for row in comparison.rows].count("layer output") == 2


@pytest.mark.parametrize("make", [list, tf.constant, torch.from_numpy])
def test_a_batch_may_be_of_any_framework(make):
    x = X.tolist() if make is list else make(X)
    assert parity.compare(*mlp(), x, tolerance=1e-12).dtype == "float64"


def test_float32_models_agree_to_float32():
    keras_net = keras.Sequential([keras.Input((5,)), L.Dense(6, activation="tanh"), L.Dense(3)])
    torch_net = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3))
    parity.translate(torch_net, keras_net)
    comparison = parity.compare(
        keras_net,
        torch_net,
        X,
        LABELS,
        loss="sparse_categorical_crossentropy",
        optimizer=("adam", {"learning_rate": 0.01}),
        steps=3,
        tolerance=1e-5,
    )
    assert comparison.dtype == "float32" and comparison.largest > 1e-12


def test_models_of_two_precisions_are_told_so():
    keras_net = keras.Sequential([keras.Input((5,)), L.Dense(3)])
    torch_net = nn.Linear(5, 3).double()
    parity.translate(keras_net, torch_net)
    comparison = parity.compare(keras_net, torch_net, X, tolerance=1e-5)
    assert comparison.dtype == "float32"
    assert any("float32 and the torch module in float64" in note for note in comparison.notes)


# --- notes ---------------------------------------------------------------------------------------


def notes_of(keras_net, torch_net, y=LABELS):
    loss = "sparse_categorical_crossentropy"
    return " | ".join(parity.compare(keras_net, torch_net, X, y, loss=loss).notes)


def test_dropout_is_set_to_zero_and_said_to_be():
    keras_net, torch_net = mlp(L.Dropout(0.5, **DTYPE), torch_between=(nn.Dropout(0.5),))
    loss = "sparse_categorical_crossentropy"
    comparison = parity.compare(keras_net, torch_net, X, LABELS, loss=loss, tolerance=1e-12)
    assert any("dropout was set to 0" in note for note in comparison.notes)


@pytest.mark.parametrize(
    ("keras_layer", "torch_layer", "x"),
    [
        (
            lambda: L.LSTM(4, dropout=0.5, recurrent_dropout=0.5, **DTYPE),
            lambda: nn.LSTM(5, 4, batch_first=True),
            (2, 3, 5),
        ),
        (
            lambda: L.Bidirectional(L.GRU(4, dropout=0.5, **DTYPE), **DTYPE),
            lambda: nn.GRU(5, 4, batch_first=True, bidirectional=True),
            (2, 3, 5),
        ),
    ],
)
def test_dropout_inside_a_recurrent_layer_is_set_to_zero_too(keras_layer, torch_layer, x):
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = torch_layer()

        def forward(self, x):
            state = self.inner(x)[1]
            state = state[0] if isinstance(state, tuple) else state
            return torch.cat(list(state), dim=-1)

    keras_net, torch_net = sequential(x[1:], keras_layer()), Last().double()
    parity.translate(keras_net, torch_net)
    batch = RNG.normal(size=x)
    y = RNG.normal(size=np.asarray(keras_net(batch)).shape)
    comparison = parity.compare(keras_net, torch_net, batch, y, loss="mse", tolerance=1e-12)
    assert any("dropout was set to 0" in note for note in comparison.notes)


def test_dropout_inside_attention_is_set_to_zero_too():
    tokens = keras.Input((4, 6), dtype="float64")
    attend = L.MultiHeadAttention(2, 3, dropout=0.5, **DTYPE)
    keras_net = keras.Model(tokens, attend(tokens, tokens))

    class Self(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.MultiheadAttention(6, 2, dropout=0.5, batch_first=True)

        def forward(self, x):
            return self.inner(x, x, x)[0]

    torch_net = Self().double()
    parity.translate(keras_net, torch_net)
    x = RNG.normal(size=(2, 4, 6))
    comparison = parity.compare(keras_net, torch_net, x, x, loss="mse", tolerance=1e-9)
    assert any("dropout was set to 0" in note for note in comparison.notes)
    assert attend.dropout == 0.5 and torch_net.inner.dropout == 0.5


def test_different_weights_are_noted():
    keras_net, torch_net = mlp()
    keras_net.layers[-1].bias.assign([1.0, 2.0, 3.0])
    assert "call translate first" in notes_of(keras_net, torch_net)


def test_regularisers_are_noted():
    keras_net = sequential((5,), L.Dense(3, kernel_regularizer="l2", name="penalised", **DTYPE))
    torch_net = nn.Linear(5, 3).double()
    parity.translate(keras_net, torch_net)
    assert "regularisers of 'penalised'" in notes_of(keras_net, torch_net)


def test_what_rounds_to_float32_inside_a_float64_model_is_noted():
    keras_net = keras.Sequential(
        [keras.Input((5,)), L.Activation("relu", name="coarse"), L.Dense(3, **DTYPE)]
    )
    torch_net = nn.Sequential(nn.ReLU(), nn.Linear(5, 3)).double()
    parity.translate(keras_net, torch_net)
    notes = notes_of(keras_net, torch_net)
    assert "keras.Input declares float32" in notes and "'coarse' compute in float32" in notes
    gelu = sequential((5,), L.Dense(3, activation="gelu", name="bell", **DTYPE))
    parity.translate(torch_net[1], gelu)
    assert "activation of 'bell'" in notes_of(gelu, nn.Sequential(torch_net[1], nn.GELU()))


def test_moving_statistics_agree_once_the_unbiased_factor_is_out():
    keras_net, torch_net = mlp(
        L.BatchNormalization(epsilon=1e-5, momentum=0.9, **DTYPE),
        torch_between=(nn.BatchNorm1d(6),),
    )
    comparison = parity.compare(
        keras_net,
        torch_net,
        X,
        LABELS,
        loss="sparse_categorical_crossentropy",
        optimizer=("sgd", {"learning_rate": 0.1}),
        steps=3,
        tolerance=1e-9,
    )
    names = [row.name for row in comparison.rows if row.what == "statistic after 3 training passes"]
    assert len(names) == 2 and any("(n − 1)/n" in name for name in names)
    assert any("divided by n in Keras and by n − 1 in torch" in note for note in comparison.notes)


# --- errors --------------------------------------------------------------------------------------


def test_a_batch_that_is_not_finite_is_refused():
    x = X.copy()
    x[2, 3] = np.nan
    with pytest.raises(NonFiniteError, match=r"x holds 1 NaN .*the first at \(2, 3\)"):
        parity.compare(*mlp(), x)
    with pytest.raises(NonFiniteError, match=r"x\[1\] holds 0 NaN and 1 infinite"):
        parity.compare(*mlp(), (X, np.array([np.inf])))


def test_an_output_that_is_not_finite_is_refused_and_its_layer_named():
    keras_net, torch_net = mlp()
    with torch.no_grad():
        torch_net[0].bias[2] = np.inf
    with pytest.raises(NonFiniteError, match=r"layer output: dense\S* in PyTorch"):
        parity.compare(keras_net, torch_net, X)


def test_a_gradient_that_is_not_finite_is_refused():
    loss = (
        lambda y, p: tf.reduce_sum(tf.sqrt(tf.maximum(p - p, 0.0))),
        lambda p, y: (p - p).clamp(min=0).sqrt().sum(),
    )
    with pytest.raises(NonFiniteError, match=r"gradient: .* in (TensorFlow|PyTorch)"):
        parity.compare(*mlp(), X, LABELS, loss=loss)


@pytest.mark.parametrize(
    ("y", "loss", "message"),
    [
        (
            LABELS[:4],
            "sparse_categorical_crossentropy",
            r"y has shape \(4,\) and the output \(8, 3",
        ),
        (LABELS + 1, "sparse_categorical_crossentropy", "labels from 1 to 3 .* must be 0 to 2"),
        (LABELS, "categorical_crossentropy", r"y has shape \(8,\) and the output \(8, 3\)"),
        (None, "mse", "a loss and no y"),
    ],
)
def test_targets_that_do_not_fit_are_refused(y, loss, message):
    with pytest.raises(ShapeError, match=message):
        parity.compare(*mlp(), X, y, loss=loss)


def test_outputs_of_different_shapes_are_refused():
    keras_net, torch_net = mlp()

    class Pooled(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = torch_net

        def forward(self, x):
            return self.net(x).mean(dim=0)

    with pytest.raises(ShapeError, match=r"output has shape \(8, 3\) in TensorFlow and \(3,\) in"):
        parity.compare(keras_net, Pooled(), X)


def test_a_batch_that_torch_cannot_take_is_explained():
    keras_net, torch_net = convolutions()
    with pytest.raises(ShapeError, match=r"inputs of shape \(4, 6, 5, 3\): .*Pass torch_x"):
        parity.compare(keras_net, torch_net, IMAGES, torch_x=IMAGES)


def test_a_batch_that_keras_cannot_take_is_explained():
    with pytest.raises(ShapeError, match=r"the Keras model failed on inputs of shape \(8, 4\)"):
        parity.compare(*mlp(), X[:, :4])


def test_a_keras_model_may_take_its_inputs_as_one_list():
    class Listed(TwoKeras):
        def call(self, inputs, training=None):
            return super().call(*inputs)

    keras_net, torch_net = Listed(), TwoTorch().double()
    x = [X, RNG.normal(size=(8, 3))]
    keras_net(x)
    parity.translate(keras_net, torch_net)
    parity.compare(keras_net, torch_net, x, tolerance=1e-12)


def test_a_loss_of_keras_that_rounds_to_float32_is_noted():
    pair = (keras.losses.MeanSquaredError(), nn.MSELoss())
    comparison = parity.compare(*mlp(), X, ONE_HOT, loss=pair)
    assert any("loss rounds to float32" in note for note in comparison.notes)
    assert comparison.largest > 1e-12


def test_what_is_no_model_is_refused():
    with pytest.raises(TranslationError, match=r"expected a Keras model or layer, got torch"):
        parity.compare(nn.Linear(5, 3), nn.Linear(5, 3), X)
    with pytest.raises(TranslationError, match=r"expected a torch\.nn\.Module, got builtins\.int"):
        parity.compare(mlp()[0], 3, X)


def test_nothing_is_printed(tmp_path):
    """In a process of its own: frameworks write to the file descriptors, past Python's streams."""
    program = tmp_path / "quiet.py"
    program.write_text(
        "import os, sys\n"
        "null = os.open(os.devnull, os.O_WRONLY)\n"
        "err = os.dup(2); os.dup2(null, 2)  # start-up lines of TensorFlow are training.setup's\n"
        "import keras, numpy as np, tensorflow as tf\n"
        "from torch import nn\n"
        "tf.add(1, 1)\n"
        "os.dup2(err, 2)\n"
        "from sidebyside import parity\n"
        "k = keras.Sequential([keras.Input((4, 3)), keras.layers.LSTM(2, dropout=0.1),"
        " keras.layers.Dense(2)])\n"
        "class T(nn.Module):\n"
        "    def __init__(s):\n"
        "        super().__init__(); s.r = nn.LSTM(3, 2, batch_first=True); s.d = nn.Linear(2, 2)\n"
        "    def forward(s, x): return s.d(s.r(x)[0][:, -1])\n"
        "t = T(); parity.translate(k, t)\n"
        "c = parity.compare(k, t, np.ones((2, 4, 3)), np.ones((2, 2)), loss='mse',\n"
        "                   optimizer=('adam', {}), steps=2)\n"
        "c._repr_mimebundle_()\n"
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"steps": -1}, "steps is -1"),
        ({"optimizer": ("sgd", {"learning_rate": 0.1})}, "compares no step"),
    ],
)
def test_an_optimizer_without_steps_and_negative_steps_are_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        parity.compare(*mlp(), X, LABELS, loss="sparse_categorical_crossentropy", **settings)
