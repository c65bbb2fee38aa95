"""Every row of the translation table is seen to be true, with the numbers that the page prints."""

import re
from functools import partial

import numpy as np
import pytest

from sidebyside import training
from sidebyside.authoring.notebooks import ROOT

training.setup(seed=0)

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

PAGE = ROOT / "book" / "translation-table.md"
LINE = re.compile(r"^\| \[.*?\]\{#([\w-]+)\} \| (.*?) \| (.*?) \| (.*?) \|$", re.M)
ROWS = {name: cells for name, *cells in LINE.findall(PAGE.read_text(encoding="utf-8"))}
TESTED = set()


def row(name):
    """Marks the test of one row and hands it the numbers of the two frameworks' columns."""

    def mark(test):
        TESTED.add(name)
        numbers = [
            [float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e-\d+)?(?![\w.])", cell)]
            for cell in ROWS[name][:2]
        ]
        return pytest.mark.parametrize(("in_keras", "in_torch"), [numbers], ids=[name])(test)

    return mark


def rng():
    return np.random.default_rng(0)


def close(a, b, tolerance=1e-5):
    return np.allclose(np.asarray(a), np.asarray(b), rtol=tolerance, atol=tolerance)


def built(layer, *shape):
    layer.build((None, *shape))
    return layer


def steps(keras_optimizer, torch_optimizer, gradients, start=1.0):
    """The parameter after each step of both optimisers on the same gradients, in float64."""
    variable = keras.Variable(np.full(2, start), dtype="float64")
    parameter = nn.Parameter(torch.full((2,), start, dtype=torch.float64))
    optimizer, rates = torch_optimizer([parameter]), keras_optimizer.learning_rate
    keras_optimizer.build([variable])
    seen = []
    for gradient in gradients:
        keras_optimizer.apply([tf.constant(gradient, tf.float64)], [variable])
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        seen.append((variable.numpy().copy(), parameter.detach().numpy().copy()))
    assert rates is not None
    return np.array(seen)  # (steps, framework, parameter)


GRADIENTS = [[0.5, -1.0], [0.2, 0.3], [-0.4, 0.1], [0.7, 0.7]]

# layout


@row("image-layout")
def test_images(in_keras, in_torch):
    x = rng().normal(size=(2, 5, 6, 3)).astype("float32")
    assert keras.layers.Conv2D(4, 3)(x).shape == (2, 3, 4, 4)
    assert nn.Conv2d(3, 4, 3)(torch.from_numpy(x).permute(0, 3, 1, 2)).shape == (2, 4, 3, 4)
    with pytest.raises(RuntimeError):
        nn.Conv2d(3, 4, 3)(torch.from_numpy(x))


@row("dense-kernel")
def test_dense_weights(in_keras, in_torch):
    layer, module = built(keras.layers.Dense(2), 3), nn.Linear(3, 2)
    assert layer.kernel.shape == (3, 2) and tuple(module.weight.shape) == (2, 3)
    x = rng().normal(size=(4, 3)).astype("float32")
    module.weight.data = torch.from_numpy(layer.kernel.numpy().T.copy())
    module.bias.data.zero_()
    assert close(layer(x), module(torch.from_numpy(x)).detach())


def same_convolution(layer, module, kernel, x, axes):
    """Whether both give one output once the module has the layer's weights."""
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(np.ascontiguousarray(kernel)))
        module.bias.zero_()
        back = (0, *range(2, len(axes)), 1)
        out = module(torch.from_numpy(np.ascontiguousarray(x.transpose(axes)))).numpy()
    return close(layer(x), out.transpose(back))


@row("conv2d-kernel")
def test_conv2d_weights(in_keras, in_torch):
    layer, module = built(keras.layers.Conv2D(4, (2, 3)), 8, 8, 5), nn.Conv2d(5, 4, (2, 3))
    assert layer.kernel.shape == (2, 3, 5, 4) and tuple(module.weight.shape) == (4, 5, 2, 3)
    x = rng().normal(size=(1, 8, 8, 5)).astype("float32")
    kernel = layer.kernel.numpy().transpose(3, 2, 0, 1)
    assert same_convolution(layer, module, kernel, x, (0, 3, 1, 2))


@row("conv1d-kernel")
def test_conv1d_weights(in_keras, in_torch):
    layer, module = built(keras.layers.Conv1D(4, 3), 8, 5), nn.Conv1d(5, 4, 3)
    assert layer.kernel.shape == (3, 5, 4) and tuple(module.weight.shape) == (4, 5, 3)
    x = rng().normal(size=(1, 8, 5)).astype("float32")
    assert same_convolution(layer, module, layer.kernel.numpy().transpose(2, 1, 0), x, (0, 2, 1))


@row("conv-transpose-kernel")
def test_conv_transpose_weights(in_keras, in_torch):
    layer = built(keras.layers.Conv2DTranspose(4, (2, 3)), 8, 8, 5)
    module = nn.ConvTranspose2d(5, 4, (2, 3))
    assert layer.kernel.shape == (2, 3, 4, 5) and tuple(module.weight.shape) == (5, 4, 2, 3)
    x = rng().normal(size=(1, 8, 8, 5)).astype("float32")
    kernel = layer.kernel.numpy().transpose(3, 2, 0, 1)
    assert same_convolution(layer, module, kernel, x, (0, 3, 1, 2))


@row("depthwise-kernel")
def test_depthwise_weights(in_keras, in_torch):
    layer = built(keras.layers.DepthwiseConv2D(3, depth_multiplier=2), 8, 8, 5)
    module = nn.Conv2d(5, 10, 3, groups=5)
    assert layer.kernel.shape == (3, 3, 5, 2) and tuple(module.weight.shape) == (10, 1, 3, 3)
    x = rng().normal(size=(1, 8, 8, 5)).astype("float32")
    kernel = layer.kernel.numpy().transpose(2, 3, 0, 1).reshape(10, 1, 3, 3)
    assert same_convolution(layer, module, kernel, x, (0, 3, 1, 2))


@row("flatten-order")
def test_flatten_order(in_keras, in_torch):
    x = np.arange(12, dtype="float32").reshape(1, 2, 2, 3)  # pixel by pixel, its channels together
    assert list(keras.layers.Flatten()(x)[0].numpy()[:3]) == [0, 1, 2]
    first = nn.Flatten()(torch.from_numpy(x).permute(0, 3, 1, 2))[0][:4]
    assert first.tolist() == [0, 3, 6, 9]


@row("sequence-layout")
def test_sequences(in_keras, in_torch):
    x = np.zeros((2, 7, 3), "float32")
    assert keras.layers.LSTM(4, return_sequences=True)(x).shape == (2, 7, 4)
    _, (state, _) = nn.LSTM(3, 4)(torch.from_numpy(x))
    assert state.shape == (1, 7, 4)  # it took the second axis for the batch
    _, (state, _) = nn.LSTM(3, 4, batch_first=True)(torch.from_numpy(x))
    assert state.shape == (1, 2, 4)
    assert nn.MultiheadAttention(4, 2).batch_first is False


@row("float-type")
def test_float_type(in_keras, in_torch):
    x = np.zeros((2, 3))
    assert keras.layers.Dense(1)(x).dtype == tf.float32
    assert torch.from_numpy(x).dtype == torch.float64
    with pytest.raises(RuntimeError):
        nn.Linear(3, 1)(torch.from_numpy(x))


# initial weights


def reaches(values, bound):
    """Uniform on ±bound: within it, and close to it."""
    largest = np.abs(np.asarray(values)).max()
    return 0.97 * bound < largest <= bound * (1 + 1e-6)


@row("dense-initialiser")
def test_dense_initialiser(in_keras, in_torch):
    assert reaches(built(keras.layers.Dense(40), 60).kernel, np.sqrt(6 / 100))
    assert reaches(nn.Linear(60, 40).weight.detach(), 1 / np.sqrt(60))
    module = nn.Linear(60, 40)
    nn.init.xavier_uniform_(module.weight)
    assert reaches(module.weight.detach(), np.sqrt(6 / 100))


@row("bias-initialiser")
def test_bias_initialiser(in_keras, in_torch):
    assert not built(keras.layers.Dense(400), 60).bias.numpy().any()
    assert reaches(nn.Linear(60, 400).bias.detach(), 1 / np.sqrt(60))


@row("conv-initialiser")
def test_conv_initialiser(in_keras, in_torch):
    kernel = built(keras.layers.Conv2D(40, 3), 8, 8, 20).kernel
    assert reaches(kernel, np.sqrt(6 / (9 * 60)))
    assert reaches(nn.Conv2d(20, 40, 3).weight.detach(), 1 / np.sqrt(9 * 20))


@row("embedding-initialiser")
def test_embedding_initialiser(in_keras, in_torch):
    layer = built(keras.layers.Embedding(500, 40))
    assert reaches(layer.embeddings, in_keras[0])
    assert abs(nn.Embedding(500, 40).weight.std().item() - in_torch[0]) < 0.03


@row("lstm-initialiser")
def test_lstm_initialiser(in_keras, in_torch):
    layer, module = built(keras.layers.LSTM(30), 7, 20), nn.LSTM(20, 30)
    assert reaches(layer.cell.kernel, np.sqrt(6 / (20 + 120)))
    recurrent = layer.cell.recurrent_kernel.numpy()  # (units, 4 units)
    assert close(recurrent @ recurrent.T, np.eye(30), 1e-4)
    assert reaches(module.weight_ih_l0.detach(), 1 / np.sqrt(30))
    assert reaches(module.weight_hh_l0.detach(), 1 / np.sqrt(30))
    nn.init.xavier_uniform_(module.weight_ih_l0)  # all gates at once, as Keras does it
    assert reaches(module.weight_ih_l0.detach(), np.sqrt(6 / (20 + 120)))
    nn.init.orthogonal_(module.weight_hh_l0)
    recurrent = module.weight_hh_l0.detach().numpy()  # (4 units, units)
    assert close(recurrent.T @ recurrent, np.eye(30), 1e-4)


@row("forget-bias")
def test_forget_bias(in_keras, in_torch):
    bias = built(keras.layers.LSTM(30), 7, 20).cell.bias.numpy().reshape(4, 30)
    assert (bias[1] == in_keras[0]).all() and not bias[[0, 2, 3]].any()
    assert reaches(nn.LSTM(20, 30).bias_ih_l0.detach(), 1 / np.sqrt(30))


# normalisation


@row("batch-norm-epsilon")
def test_batch_norm_epsilon(in_keras, in_torch):
    assert [keras.layers.BatchNormalization().epsilon] == in_keras
    assert [nn.BatchNorm1d(3).eps] == in_torch


@row("batch-norm-momentum")
def test_batch_norm_momentum(in_keras, in_torch):
    layer, module = built(keras.layers.BatchNormalization(), 1), nn.BatchNorm1d(1)
    assert [layer.momentum] == in_keras and [module.momentum] == in_torch
    x = np.full((4, 1), 10.0, "float32")
    layer(x, training=True)
    module(torch.from_numpy(x))
    assert close(layer.moving_mean.numpy(), 10 * (1 - layer.momentum))
    assert close(module.running_mean, 10 * module.momentum)


@row("batch-norm-variance")
def test_batch_norm_variance(in_keras, in_torch):
    x = rng().normal(size=(5, 1)).astype("float32")
    layer = built(keras.layers.BatchNormalization(momentum=0.0), 1)
    module = nn.BatchNorm1d(1, momentum=1.0)
    layer(x, training=True)
    module(torch.from_numpy(x))
    assert close(layer.moving_variance.numpy(), x.var())
    assert close(module.running_var, x.var() * 5 / 4)


@row("batch-norm-frozen")
def test_batch_norm_frozen(in_keras, in_torch):
    x = rng().normal(3, 2, size=(16, 4)).astype("float32")
    layer, module = built(keras.layers.BatchNormalization(), 4), nn.BatchNorm1d(4)
    layer.trainable = False
    module.requires_grad_(False)
    assert close(layer(x, training=True), x / np.sqrt(1 + layer.epsilon))
    assert close(layer.moving_mean.numpy(), 0)
    assert abs(module(torch.from_numpy(x)).mean()) < 1e-5
    moved = module.running_mean.clone()
    assert not close(moved, 0)
    net = nn.Sequential(nn.Linear(4, 4), module).train()
    module.eval()
    expected = (x.mean(0) - moved.numpy()) / module.running_var.sqrt().numpy()
    assert close(module(torch.from_numpy(x)).mean(0), expected)
    assert torch.equal(module.running_mean, moved)
    net.train()
    assert module.training


@row("layer-norm-epsilon")
def test_layer_norm_epsilon(in_keras, in_torch):
    assert [keras.layers.LayerNormalization().epsilon] == in_keras
    assert [nn.LayerNorm(3).eps] == in_torch


@row("layer-norm-axes")
def test_layer_norm_axes(in_keras, in_torch):
    x = rng().normal(size=(2, 3, 4)).astype("float32")
    layer = keras.layers.LayerNormalization(epsilon=1e-5)
    assert layer.axis == -1
    assert close(layer(x), nn.LayerNorm(4)(torch.from_numpy(x)).detach())


# recurrent layers


@row("lstm-gates")
def test_lstm_gates(in_keras, in_torch):
    layer, module = built(keras.layers.LSTM(4, return_sequences=True), 7, 3), nn.LSTM(3, 4)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.from_numpy(layer.cell.kernel.numpy().T))
        module.weight_hh_l0.copy_(torch.from_numpy(layer.cell.recurrent_kernel.numpy().T))
        module.bias_ih_l0.copy_(torch.from_numpy(layer.cell.bias.numpy()))
        module.bias_hh_l0.zero_()
    x = rng().normal(size=(2, 7, 3)).astype("float32")
    output, _ = module(torch.from_numpy(x).transpose(0, 1))
    assert close(layer(x), output.detach().transpose(0, 1))


@row("gru-gates")
def test_gru_gates(in_keras, in_torch):
    layer = built(keras.layers.GRU(4, return_sequences=True), 7, 3)
    x = rng().normal(size=(2, 7, 3)).astype("float32")

    def in_torch_with(order):
        module = nn.GRU(3, 4, batch_first=True)

        def blocks(weights):  # (…, 3 units) → the blocks of gates in the wanted order, as rows
            pieces = np.split(weights.numpy(), 3, axis=-1)
            return torch.from_numpy(np.concatenate([pieces[i] for i in order], axis=-1).T.copy())

        with torch.no_grad():
            module.weight_ih_l0.copy_(blocks(layer.cell.kernel))
            module.weight_hh_l0.copy_(blocks(layer.cell.recurrent_kernel))
            module.bias_ih_l0.zero_()
            module.bias_hh_l0.zero_()
        return module(torch.from_numpy(x))[0].detach()

    assert close(layer(x), in_torch_with([1, 0, 2]))
    assert not close(layer(x), in_torch_with([0, 1, 2]), 1e-3)


@row("recurrent-biases")
def test_recurrent_biases(in_keras, in_torch):
    assert built(keras.layers.LSTM(4), 7, 3).cell.bias.shape == (16,)
    assert built(keras.layers.SimpleRNN(4), 7, 3).cell.bias.shape == (4,)
    names = {name for name, _ in nn.LSTM(3, 4).named_parameters()}
    assert {"bias_ih_l0", "bias_hh_l0"} <= names


@row("recurrent-output")
def test_recurrent_output(in_keras, in_torch):
    x = np.zeros((2, 7, 3), "float32")
    assert keras.layers.GRU(4)(x).shape == (2, 4)
    output, state = nn.GRU(3, 4, batch_first=True)(torch.from_numpy(x))
    assert output.shape == (2, 7, 4) and state.shape == (1, 2, 4)


@row("recurrent-dropout")
def test_recurrent_dropout(in_keras, in_torch):
    x = np.ones((2, 7, 3), "float32")
    layer = keras.layers.LSTM(4, dropout=0.5)
    assert not close(layer(x, training=True), layer(x, training=False), 1e-4)
    with pytest.warns(UserWarning, match="num_layers greater than 1"):
        module = nn.LSTM(3, 4, dropout=0.5)
    t = torch.from_numpy(x)
    assert torch.equal(module(t)[0], module.eval()(t)[0])
    stacked = nn.LSTM(3, 4, num_layers=2, dropout=0.5)
    assert not torch.equal(stacked(t)[0], stacked.eval()(t)[0])


# attention and masks


@row("attention-mask")
def test_attention_mask(in_keras, in_torch):
    x = rng().normal(size=(1, 3, 4)).astype("float32")
    first_only = np.array([[[True, False, False]] * 3])  # (batch, query, key)
    _, weights = keras.layers.MultiHeadAttention(1, 4)(
        x, x, attention_mask=first_only, return_attention_scores=True
    )
    assert close(weights[0, 0, :, 0], 1.0)
    module, t = nn.MultiheadAttention(4, 1, batch_first=True), torch.from_numpy(x)
    for masks in (
        {"attn_mask": torch.from_numpy(first_only[0])},
        {"key_padding_mask": torch.from_numpy(first_only[0, :1])},
    ):
        assert close(module(t, t, t, **masks)[1][0, :, 0].detach(), 0.0)


@row("sdpa-mask")
def test_sdpa_mask(in_keras, in_torch):
    v = torch.tensor([[[1.0], [2.0], [3.0]]])
    q = torch.zeros(1, 1, 4)
    mask = torch.tensor([[[True, False, False]]])
    out = F.scaled_dot_product_attention(q, torch.zeros(1, 3, 4), v, attn_mask=mask)
    assert out.item() == 1.0


@row("fully-masked")
def test_fully_masked(in_keras, in_torch):
    x = rng().normal(size=(1, 3, 4)).astype("float32")
    layer = keras.layers.MultiHeadAttention(1, 4)
    nothing = np.zeros((1, 3, 3), bool)
    _, weights = layer(x, x, attention_mask=nothing, return_attention_scores=True)
    assert close(weights, 0.0)
    mean_of_values = layer(np.zeros_like(x), x)  # without a query all weights are equal
    assert close(layer(x, x, attention_mask=nothing), mean_of_values)
    t, everything = torch.from_numpy(x), torch.ones(1, 3, dtype=torch.bool)
    module = nn.MultiheadAttention(4, 1, batch_first=True)
    assert module(t, t, t, key_padding_mask=everything)[0].isnan().all()
    out, _ = module(t, t, t, key_padding_mask=everything, need_weights=False)
    assert close(out.detach(), module.out_proj.bias.detach())


@row("head-size")
def test_head_size(in_keras, in_torch):
    layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=8)
    layer(np.zeros((1, 3, 8), "float32"), np.zeros((1, 3, 8), "float32"))
    assert layer.query_dense.kernel.shape == (8, 2, 8)  # 16 columns for the two heads
    assert nn.MultiheadAttention(embed_dim=8, num_heads=2).head_dim == 4


@row("attention-weights")
def test_attention_weights(in_keras, in_torch):
    x = np.zeros((1, 3, 4), "float32")
    layer = keras.layers.MultiHeadAttention(2, 2)
    assert layer(x, x, return_attention_scores=True)[1].shape == (1, 2, 3, 3)
    module, t = nn.MultiheadAttention(4, 2, batch_first=True), torch.from_numpy(x)
    assert module(t, t, t)[1].shape == (1, 3, 3)
    assert module(t, t, t, average_attn_weights=False)[1].shape == (1, 2, 3, 3)


@row("embedding-padding")
def test_embedding_padding(in_keras, in_torch):
    tokens = np.array([[5, 7, 0, 0]])
    layer = keras.layers.Embedding(9, 2, mask_zero=True)
    assert layer.compute_mask(tokens).numpy().tolist() == [[True, True, False, False]]
    assert np.abs(layer(tokens)[0, 2]).sum() > 0
    module = nn.Embedding(9, 2, padding_idx=0)
    module(torch.from_numpy(tokens)).sum().backward()
    assert not module.weight[0].any() and not module.weight.grad[0].any()


# optimisers


def default(optimizer, name):
    return optimizer([nn.Parameter(torch.zeros(1))]).defaults[name]


@row("sgd-learning-rate")
def test_sgd_learning_rate(in_keras, in_torch):
    assert close(keras.optimizers.SGD().learning_rate, in_keras)
    assert [default(torch.optim.SGD, "lr")] == in_torch


@pytest.mark.parametrize("nesterov", [False, True])
@row("sgd-momentum")
def test_sgd_momentum(in_keras, in_torch, nesterov):
    seen = momentum_steps(nesterov, [0.1, 0.1, 0.1])
    assert close(seen[:, 0], seen[:, 1], 1e-7)
    seen = momentum_steps(nesterov, [0.1, 0.1, 0.01])
    assert not close(seen[:, 0], seen[:, 1], 1e-3)


@row("sgd-nesterov")
def test_sgd_nesterov(in_keras, in_torch):
    plain, nesterov = (momentum_steps(which, [0.1, 0.1]) for which in (False, True))
    assert close(nesterov[:, 0], nesterov[:, 1], 1e-7)
    assert not close(plain, nesterov, 1e-3)


def momentum_steps(nesterov, rates):
    variable = keras.Variable(np.ones(2), dtype="float64")
    parameter = nn.Parameter(torch.ones(2, dtype=torch.float64))
    in_keras = keras.optimizers.SGD(momentum=0.9, nesterov=nesterov)
    in_torch = torch.optim.SGD([parameter], momentum=0.9, nesterov=nesterov)
    seen = []
    for rate, gradient in zip(rates, GRADIENTS, strict=False):
        in_keras.learning_rate = rate
        in_torch.param_groups[0]["lr"] = rate
        in_keras.apply([tf.constant(gradient, tf.float64)], [variable])
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        in_torch.step()
        seen.append((variable.numpy().copy(), parameter.detach().numpy().copy()))
    return np.array(seen)


@row("sgd-weight-decay")
def test_sgd_weight_decay(in_keras, in_torch):
    for momentum, equal in ((0.0, True), (0.9, False)):
        settings = {"momentum": momentum, "weight_decay": 0.1}
        seen = steps(
            keras.optimizers.SGD(0.1, **settings),
            lambda p, s=settings: torch.optim.SGD(p, lr=0.1, **s),
            GRADIENTS,
        )
        # without momentum only the order of decay and step differs: a term in learning rate squared
        tolerance = 2e-2 if equal else 1e-3
        assert close(seen[:, 0], seen[:, 1], tolerance) is equal


@row("adam-epsilon")
def test_adam_epsilon(in_keras, in_torch):
    assert [keras.optimizers.Adam().epsilon] == in_keras
    assert [default(torch.optim.Adam, "eps")] == in_torch


@row("adam-epsilon-place")
def test_adam_epsilon_place(in_keras, in_torch):
    def largest_difference(epsilon):
        seen = steps(
            keras.optimizers.Adam(0.1, epsilon=epsilon),
            lambda p: torch.optim.Adam(p, lr=0.1, eps=epsilon),
            GRADIENTS,
        )
        return np.abs(seen[:, 0] - seen[:, 1]).max(axis=1)

    assert largest_difference(0.0).max() < 1e-5  # Keras keeps the rate in float32
    with_epsilon = largest_difference(1e-2)
    assert with_epsilon[0] > 1e-2

    gradient, epsilon = 0.5, 1e-2  # the first step by hand: v = (1 − β₂) g², m̂ = g
    seen = steps(
        keras.optimizers.Adam(0.1, epsilon=epsilon),
        lambda p: torch.optim.Adam(p, lr=0.1, eps=epsilon),
        [[gradient] * 2],
    )
    root = np.sqrt(0.001) * gradient
    assert close(seen[0, 0], 1 - 0.1 * gradient * np.sqrt(0.001) / (root + epsilon), 1e-6)
    assert close(seen[0, 1], 1 - 0.1 * gradient / (gradient + epsilon), 1e-6)


@row("adamw-decay")
def test_adamw_decay(in_keras, in_torch):
    assert [keras.optimizers.AdamW().weight_decay] == in_keras
    assert [default(torch.optim.AdamW, "weight_decay")] == in_torch


@row("rmsprop-learning-rate")
def test_rmsprop_learning_rate(in_keras, in_torch):
    assert close(keras.optimizers.RMSprop().learning_rate, in_keras)
    assert [default(torch.optim.RMSprop, "lr")] == in_torch


@row("rmsprop-rho")
def test_rmsprop_rho(in_keras, in_torch):
    assert [keras.optimizers.RMSprop().rho] == in_keras
    assert [default(torch.optim.RMSprop, "alpha")] == in_torch


@row("rmsprop-epsilon")
def test_rmsprop_epsilon(in_keras, in_torch):
    assert [keras.optimizers.RMSprop().epsilon] == in_keras
    assert [default(torch.optim.RMSprop, "eps")] == in_torch

    def first_step(epsilon):
        return steps(
            keras.optimizers.RMSprop(0.1, rho=0.9, epsilon=epsilon),
            lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.9, eps=epsilon),
            [[0.5, 0.5]],
        )[0]

    v = 0.1 * 0.25
    inside, outside = first_step(1e-2)
    assert close(inside, 1 - 0.1 * 0.5 / np.sqrt(v + 1e-2), 1e-6)
    assert close(outside, 1 - 0.1 * 0.5 / (np.sqrt(v) + 1e-2), 1e-6)
    assert close(*first_step(0.0), 1e-7)


@row("adagrad-learning-rate")
def test_adagrad_learning_rate(in_keras, in_torch):
    assert close(keras.optimizers.Adagrad().learning_rate, in_keras)
    assert [default(torch.optim.Adagrad, "lr")] == in_torch


@row("adagrad-accumulator")
def test_adagrad_accumulator(in_keras, in_torch):
    assert [keras.optimizers.Adagrad().initial_accumulator_value] == in_keras
    assert [default(torch.optim.Adagrad, "initial_accumulator_value")] == in_torch


@row("adagrad-epsilon")
def test_adagrad_epsilon(in_keras, in_torch):
    assert [keras.optimizers.Adagrad().epsilon] == in_keras
    assert [default(torch.optim.Adagrad, "eps")] == in_torch

    def first_step(epsilon):
        return steps(
            keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.1, epsilon=epsilon),
            lambda p: torch.optim.Adagrad(p, lr=0.1, initial_accumulator_value=0.1, eps=epsilon),
            [[0.5, 0.5]],
        )[0]

    total = 0.1 + 0.25
    inside, outside = first_step(1e-2)
    assert close(inside, 1 - 0.1 * 0.5 / np.sqrt(total + 1e-2), 1e-6)
    assert close(outside, 1 - 0.1 * 0.5 / (np.sqrt(total) + 1e-2), 1e-6)
    assert close(*first_step(0.0), 1e-7)


@row("clipping")
def test_clipping(in_keras, in_torch):
    gradients = [np.array([3.0, 4.0]), np.array([6.0, 8.0])]  # norms 5 and 10

    def clipped(**settings):
        variables = [keras.Variable(np.zeros(2), dtype="float64") for _ in gradients]
        optimizer = keras.optimizers.SGD(1.0, **settings)
        optimizer.apply([tf.constant(g) for g in gradients], variables)
        return [-variable.numpy() for variable in variables]

    parameters = [nn.Parameter(torch.zeros(2, dtype=torch.float64)) for _ in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = torch.from_numpy(gradient.copy())
    nn.utils.clip_grad_norm_(parameters, 1.0)
    together = [parameter.grad.numpy() for parameter in parameters]
    assert close(np.linalg.norm(clipped(clipnorm=1.0), axis=1), [1.0, 1.0])
    assert close(together, clipped(global_clipnorm=1.0))
    assert not close(together, clipped(clipnorm=1.0), 1e-2)


# activations


@row("gelu")
def test_gelu(in_keras, in_torch):
    x = np.linspace(-3, 3, 13)
    exact = F.gelu(torch.from_numpy(x)).numpy()
    approximate = F.gelu(torch.from_numpy(x), approximate="tanh").numpy()
    assert np.abs(exact - approximate).max() > 1e-4
    assert close(keras.activations.gelu(tf.constant(x)), exact, 1e-6)
    assert close(keras.layers.Activation("gelu", dtype="float64")(x), exact, 1e-6)
    assert close(keras.ops.gelu(tf.constant(x)), approximate, 1e-6)
    assert nn.GELU().approximate == "none"


@row("leaky-relu")
def test_leaky_relu(in_keras, in_torch):
    layer, function = in_keras
    assert keras.layers.LeakyReLU().negative_slope == layer
    assert close(keras.ops.leaky_relu(np.array([-1.0])), -function)
    assert [nn.LeakyReLU().negative_slope] == in_torch


@row("softmax-axis")
def test_softmax_axis(in_keras, in_torch):
    x = rng().normal(size=(2, 3, 4)).astype("float32")
    assert close(np.sum(keras.layers.Softmax()(x), axis=-1), 1.0)
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        nn.Softmax()(torch.from_numpy(x))


# convolution and pooling


@row("same-padding")
def test_same_padding(in_keras, in_torch):
    x = np.ones((1, 4, 1), "float32")
    layer = keras.layers.Conv1D(1, 3, strides=2, padding="same", kernel_initializer="ones")
    assert layer(x)[0, :, 0].numpy().tolist() == [3.0, 2.0]  # the zero is at the far side
    with pytest.raises(ValueError, match="strided"):
        nn.Conv1d(1, 1, 3, stride=2, padding="same")


@row("local-response")
def test_local_response(in_keras, in_torch):
    x = 30 * rng().normal(size=(1, 2, 2, 8)).astype("float32")
    by_tf = tf.nn.local_response_normalization(x, 2, bias=2.0, alpha=1e-4, beta=0.75)
    channels_first = torch.from_numpy(x).permute(0, 3, 1, 2)

    def by_torch(alpha):
        norm = nn.LocalResponseNorm(5, alpha=alpha, beta=0.75, k=2.0)
        return norm(channels_first).permute(0, 2, 3, 1)

    assert close(by_tf, by_torch(5 * 1e-4))
    assert not close(by_tf, by_torch(1e-4), 1e-2)


@row("parameter-count")
def test_parameter_count(in_keras, in_torch):
    net = keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization()])
    assert net.count_params() == 4 * 4
    assert sum(w.numpy().size for w in net.trainable_weights) == 2 * 4
    assert sum(p.numel() for p in nn.BatchNorm1d(4).parameters()) == 2 * 4


@row("average-pooling")
def test_average_pooling(in_keras, in_torch):
    x = np.ones((1, 3, 3, 1), "float32")
    pooled = keras.layers.AveragePooling2D(3, strides=1, padding="same")(x)
    assert close(pooled, 1.0)
    t = torch.ones(1, 1, 3, 3)
    assert close(nn.AvgPool2d(3, 1, padding=1)(t)[0, 0, 0, 0], 4 / 9)
    assert close(nn.AvgPool2d(3, 1, padding=1, count_include_pad=False)(t), 1.0)


@row("stride-and-dilation")
def test_stride_and_dilation(in_keras, in_torch):
    with pytest.raises(ValueError, match="dilation_rate"):
        keras.layers.Conv2D(1, 3, strides=2, dilation_rate=2)
    x = rng().normal(size=(1, 9, 8, 2)).astype("float32")
    layer, module = built(keras.layers.Conv2D(4, 3, dilation_rate=2), 9, 8, 2), nn.Conv2d(2, 4, 3)
    module.stride, module.dilation = (2, 2), (2, 2)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(layer.kernel.numpy().transpose(3, 2, 0, 1)))
        module.bias.zero_()
    theirs = module(torch.from_numpy(x).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    assert close(layer(x)[:, ::2, ::2], theirs.detach())


@row("circular-padding")
def test_circular_padding(in_keras, in_torch):
    with pytest.raises(ValueError, match="padding"):
        keras.layers.Conv1D(1, 3, padding="circular")
    module = nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular", bias=False)
    layer = keras.layers.Conv1D(1, 3, use_bias=False, kernel_initializer="ones")
    nn.init.ones_(module.weight)
    x = np.array([[[1.0], [2.0], [4.0], [8.0]]], "float32")
    wrapped = np.concatenate([x[:, -1:], x, x[:, :1]], axis=1)
    theirs = module(torch.from_numpy(x).permute(0, 2, 1))
    assert theirs.flatten().tolist() == [11.0, 7.0, 14.0, 13.0]
    assert close(layer(wrapped), theirs.detach().permute(0, 2, 1))


# losses

LOGITS = np.array([[2.0, 1.0, 0.1], [0.3, -1.0, 0.5]], "float32")
LABELS = np.array([0, 1])


@row("loss-arguments")
def test_loss_arguments(in_keras, in_torch):
    expected = F.cross_entropy(torch.from_numpy(LOGITS), torch.from_numpy(LABELS))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert close(loss(LABELS, LOGITS), expected)


@row("cross-entropy-input")
def test_cross_entropy_input(in_keras, in_torch):
    probabilities = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    expected = F.cross_entropy(torch.from_numpy(LOGITS), torch.from_numpy(LABELS))
    assert close(keras.losses.SparseCategoricalCrossentropy()(LABELS, probabilities), expected)


@row("cross-entropy-labels")
def test_cross_entropy_labels(in_keras, in_torch):
    one_hot = np.eye(3, dtype="float32")[LABELS]
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, LOGITS)
    assert close(keras.losses.CategoricalCrossentropy(from_logits=True)(one_hot, LOGITS), sparse)
    logits = torch.from_numpy(LOGITS)
    assert close(F.cross_entropy(logits, torch.from_numpy(one_hot)), sparse)
    assert close(F.cross_entropy(logits, torch.from_numpy(LABELS)), sparse)


@row("ignored-labels")
def test_ignored_labels(in_keras, in_torch):
    assert keras.losses.SparseCategoricalCrossentropy().ignore_class is None
    assert [-nn.CrossEntropyLoss().ignore_index] == in_torch
    first = F.cross_entropy(torch.from_numpy(LOGITS[:1]), torch.tensor([0]))
    both = F.cross_entropy(torch.from_numpy(LOGITS), torch.tensor([0, -100]))
    assert close(first, both)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1)
    assert close(loss(LABELS, LOGITS), first)


@row("bce-clipping")
def test_bce_clipping(in_keras, in_torch):
    epsilon, most = in_keras
    assert keras.config.epsilon() == epsilon
    loss = keras.losses.BinaryCrossentropy()(np.array([[1.0]]), np.array([[0.0]]))
    assert abs(float(loss) - most) < 0.1
    for sigmoid, expected in ((keras.activations.sigmoid, 40), (tf.sigmoid, most)):
        loss = keras.losses.BinaryCrossentropy()(tf.zeros((1, 1)), sigmoid(tf.constant([[40.0]])))
        assert abs(float(loss) - expected) < 0.2
    assert [F.binary_cross_entropy(torch.tensor([0.0]), torch.tensor([1.0])).item()] == in_torch


@row("kl-divergence")
def test_kl_divergence(in_keras, in_torch):
    p = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
    q = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3]])
    expected = (p * np.log(p / q)).sum(axis=1).mean()
    assert close(keras.losses.KLDivergence()(p, q), expected)
    log_q, p = torch.from_numpy(q).log(), torch.from_numpy(p)
    assert close(F.kl_div(log_q, p, reduction="batchmean"), expected)
    with pytest.warns(UserWarning, match="batchmean"):
        assert close(F.kl_div(log_q, p, reduction="mean"), expected / 3)


# training


@row("training-mode")
def test_training_mode(in_keras, in_torch):
    x = np.ones((1, 100), "float32")
    assert close(keras.layers.Dropout(0.5)(x), x)
    module = nn.Dropout(0.5)
    assert module.training and not close(module(torch.from_numpy(x)), x)
    assert close(module.eval()(torch.from_numpy(x)), x)


@row("batch-size")
def test_batch_size(in_keras, in_torch):
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    net.compile("sgd", "mse")
    seen = []
    callback = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(1))
    net.fit(np.zeros((64, 1)), np.zeros((64, 1)), verbose=0, callbacks=[callback])
    assert 64 / len(seen) == in_keras[0]
    assert [torch.utils.data.DataLoader([1, 2]).batch_size] == in_torch


@row("shuffling")
def test_shuffling(in_keras, in_torch):
    import inspect

    assert inspect.signature(keras.Model.fit).parameters["shuffle"].default is True
    in_order = [batch.item() for batch in torch.utils.data.DataLoader(list(range(100)))]
    assert in_order == list(range(100))


@row("zero-grad")
def test_zero_grad(in_keras, in_torch):
    w = torch.tensor(3.0, requires_grad=True)
    for _ in range(2):
        (w * w).backward()
    assert w.grad.item() == 12.0
    variable = tf.Variable(3.0)
    for _ in range(2):
        with tf.GradientTape() as tape:
            square = variable * variable
        assert tape.gradient(square, variable).numpy() == 6.0


# --- found by chapters 05 to 08


@row("normal-initialisers")
def test_normal_initialisers(in_keras, in_torch):
    keras_w = np.asarray(keras.ops.convert_to_numpy(keras.initializers.HeNormal(0)((300, 200))))
    torch_w = nn.init.kaiming_normal_(torch.empty(200, 300), nonlinearity="relu").numpy()
    std = np.sqrt(2 / 300)
    assert close([keras_w.std() / std, torch_w.std() / std], 1, 0.02)
    assert abs(keras_w).max() / std <= in_keras[1] < 3.5 < abs(torch_w).max() / std
    assert abs(keras_w).max() / std > in_keras[1] - 0.02


@row("adam-weight-decay")
def test_adam_weight_decay(in_keras, in_torch):
    def after_three(in_torch):
        in_keras = keras.optimizers.Adam(0.125, weight_decay=0.5)
        make = lambda p: in_torch(p, lr=0.125, weight_decay=0.5)
        return steps(in_keras, make, [[1.0, 1.0]] * 3)[-1]

    by_keras, by_torch = after_three(torch.optim.Adam)
    assert not close(by_keras, by_torch, 1e-3)
    by_keras, by_torch = after_three(torch.optim.AdamW)
    assert close(by_keras, by_torch)
    by_keras, by_torch = after_three(partial(torch.optim.Adam, decoupled_weight_decay=True))
    assert close(by_keras, by_torch)


def torch_rates(make, count):
    """The rates that a scheduler gives to the first ``count`` steps."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, found = make(optimizer), []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


@row("step-boundary")
def test_step_boundary(in_keras, in_torch):
    def in_steps(boundary):
        schedule = keras.optimizers.schedules.PiecewiseConstantDecay([boundary], [1.0, 0.1])
        return [float(schedule(step)) for step in range(14)]

    by_torch = torch_rates(lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [10]), 14)
    assert in_steps(10).count(1.0) == 11
    assert by_torch.count(1.0) == 10
    assert close(in_steps(9), by_torch)


@row("cosine-end")
def test_cosine_end(in_keras, in_torch):
    schedule = keras.optimizers.schedules.CosineDecay(1.0, 8)
    by_keras = [float(schedule(step)) for step in range(17)]
    by_torch = torch_rates(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 8), 17)
    assert close(by_keras[:9], by_torch[:9])
    assert close(by_keras[9:], 0) and close(by_torch[16], 1)


@row("class-weights")
def test_class_weights(in_keras, in_torch):
    logits, y = rng().normal(size=(6, 3)).astype("float32"), np.array([0, 0, 0, 0, 1, 2])
    weights = np.array([1.0, 4.0, 2.0], "float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    by_keras = float(loss(y, logits, sample_weight=weights[y]))
    loss = nn.CrossEntropyLoss(weight=torch.from_numpy(weights))
    by_torch = loss(torch.from_numpy(logits), torch.from_numpy(y)).item()
    assert not close(by_keras, by_torch)
    assert close(by_keras, by_torch * weights[y].mean())


@row("softmax-twice")
def test_softmax_twice(in_keras, in_torch):
    logits, y = np.array([[2.0, 1.0, 0.1]], "float32"), np.array([0])
    once = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(y)).item()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with pytest.warns(UserWarning, match="produced by a Softmax activation"):
        by_keras = float(loss(y, keras.activations.softmax(tf.constant(logits))))
    assert float(loss(y, tf.nn.softmax(tf.constant(logits)))) > once + 0.3  # not Keras' own
    probabilities = torch.softmax(torch.from_numpy(logits), dim=-1)
    by_torch = F.cross_entropy(probabilities, torch.from_numpy(y)).item()
    assert close(by_keras, once) and by_torch > once + 0.3


@row("batch-of-one")
def test_batch_of_one(in_keras, in_torch):
    layer = built(keras.layers.BatchNormalization(), 3)
    one, other = (np.full((1, 3), value, "float32") for value in (1.0, 5.0))
    assert close(layer(one, training=True), layer(other, training=True))
    with pytest.raises(ValueError, match="Expected more than 1 value per channel"):
        nn.BatchNorm1d(3).train()(torch.from_numpy(one))


@row("crop-coordinates")
def test_crop_coordinates(in_keras, in_torch):
    first_in_keras, last_in_keras = in_keras
    rows, columns = 4, 6
    picture = np.arange(rows * columns, dtype="float32").reshape(1, rows, columns, 1)
    whole = np.array([[first_in_keras, first_in_keras, last_in_keras, last_in_keras]], "float32")
    same = tf.image.crop_and_resize(picture, whole, [0], (rows, columns))
    assert close(same, picture)  # the middles of the outer pixels

    def in_tf(row, column):
        y, x = (row - 0.5) / (rows - 1), (column - 0.5) / (columns - 1)
        point = np.array([[y, x, y, x]], "float32")
        return float(tf.image.crop_and_resize(picture, point, [0], (1, 1))[0, 0, 0, 0])

    def in_pytorch(row, column):
        where = torch.tensor([[[[2 * column / columns - 1, 2 * row / rows - 1]]]])
        image = torch.from_numpy(picture).permute(0, 3, 1, 2)
        return float(F.grid_sample(image, where, align_corners=False))

    for row_, column in ((0.5, 0.5), (1.0, 2.5), (3.5, 5.5), (2.2, 1.7)):
        assert in_tf(row_, column) == pytest.approx(in_pytorch(row_, column), abs=1e-4)
    edges = torch.tensor([[[[1.0, -1.0]]]])  # the right and upper edge, half a pixel outside
    image = torch.ones(1, 1, rows, columns)
    assert float(F.grid_sample(image, edges, align_corners=False)) == pytest.approx(0.25)


@row("huber-mean")
def test_huber_mean(in_keras, in_torch):
    found, wanted = (rng().normal(0, k, (5, 4)).astype("float32") for k in (1, 3))
    by_keras = np.asarray(keras.losses.huber(wanted, found))
    by_torch = F.huber_loss(*map(torch.from_numpy, (found, wanted)), reduction="none")
    assert by_keras.shape == (5,) and by_torch.shape == (5, 4)
    assert close(by_keras, by_torch.mean(dim=-1))


def test_every_row_has_its_test_and_every_test_its_row():
    assert len(ROWS) > 40
    assert set(ROWS) == TESTED
