"""Convolution and pooling in NumPy: what has to hold for every shape and setting."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from sidebyside.scratch import convolution as scratch

SEEDS = pytest.mark.parametrize("seed", range(8))


def drawn(seed):
    """A random convolution: (x, w, b) and its settings, one-sided padding included."""
    rng = np.random.default_rng(seed)
    stride, dilation = (int(n) for n in rng.integers(1, 4, 2))
    kernel, channels, filters = rng.integers(1, 4, 2), *rng.integers(1, 4, 2)
    padding = tuple((int(a), int(b)) for a, b in rng.integers(0, 3, (2, 2)))
    height, width = dilation * (kernel - 1) + 1 + rng.integers(0, 5, 2)
    x = rng.normal(size=(2, height, width, channels))
    w, b = rng.normal(size=(*kernel, channels, filters)), rng.normal(size=filters)
    return (x, w, b), {"stride": stride, "padding": padding, "dilation": dilation}


def in_torch(x, w, b, stride, padding, dilation):
    x = F.pad(x.permute(0, 3, 1, 2), (*padding[1], *padding[0]))
    w = w.permute(3, 2, 0, 1).contiguous()
    return F.conv2d(x, w, b, stride=stride, dilation=dilation).permute(0, 2, 3, 1)


def pooling(seed):
    rng = np.random.default_rng(seed)
    size, stride = tuple(int(n) for n in rng.integers(1, 4, 2)), int(rng.integers(1, 4))
    padding = tuple((int(n) // 2, int(n) // 2) for n in size)
    return rng.normal(size=(2, *(rng.integers(0, 6, 2) + size), 3)), size, stride, padding


def numerical(f, x, grad, step=1e-6):
    """The gradient of sum(f(x) * grad) by central differences."""
    found = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[at] += step
        down[at] -= step
        found[at] = ((f(up) - f(down)) * grad).sum() / (2 * step)
    return found


def test_the_example_by_hand():
    picture = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0]], dtype=float)
    edge = np.array([[-1.0, 0, 1]] * 3)
    out = scratch.conv2d(picture[None, ..., None], edge[..., None, None], np.zeros(1))
    assert out[0, ..., 0].tolist() == [[3, 3], [2, 2]]


@SEEDS
def test_a_convolution_is_torchs_forward_and_backward(seed):
    (x, w, b), settings = drawn(seed)
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    want = in_torch(*tensors, **settings)
    grad = np.random.default_rng(seed).normal(size=want.shape)
    want.backward(torch.from_numpy(grad))
    np.testing.assert_allclose(scratch.conv2d(x, w, b, **settings), want.detach(), atol=1e-12)
    found = scratch.conv2d_backward(grad, x, w, **settings)
    for ours, tensor in zip(found, tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad, atol=1e-12)


@SEEDS
def test_scatter_is_the_transpose_of_windows(seed):
    (x, w, _), settings = drawn(seed)
    stride, dilation = settings["stride"], settings["dilation"]
    patches = scratch.windows(x, w.shape[:2], stride, dilation)
    other = np.random.default_rng(seed).normal(size=patches.shape)
    back = scratch.scatter(other, x.shape, stride, dilation)
    assert np.vdot(patches, other) == pytest.approx(np.vdot(x, back), abs=1e-10)


@SEEDS
def test_windows_are_a_view(seed):
    (x, w, _), _ = drawn(seed)
    assert np.shares_memory(scratch.windows(x, w.shape[:2]), x)


@SEEDS
def test_crop_undoes_pad(seed):
    (x, *_), settings = drawn(seed)
    np.testing.assert_array_equal(
        scratch.crop(scratch.pad(x, settings["padding"]), settings["padding"]), x
    )


@SEEDS
def test_the_output_has_the_size_that_is_predicted(seed):
    (x, w, b), settings = drawn(seed)
    found = scratch.conv2d(x, w, b, **settings).shape[1:3]
    want = [
        scratch.output_size(n, k, settings["stride"], sum(p), settings["dilation"])
        for n, k, p in zip(x.shape[1:3], w.shape[:2], settings["padding"], strict=True)
    ]
    assert list(found) == want


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "dilation", "want"),
    [
        (4, 3, 2, 1, (0, 1)),
        (5, 3, 2, 1, (1, 1)),
        (7, 3, 1, 2, (2, 2)),
        (6, 2, 1, 1, (0, 1)),
        (4, 1, 3, 1, (0, 0)),
    ],
)
def test_same_pads_more_on_the_far_side(n, kernel, stride, dilation, want):
    assert scratch.same_padding(n, kernel, stride, dilation) == want


@SEEDS
def test_max_pooling_is_torchs_forward_and_backward(seed):
    x, size, stride, padding = pooling(seed)
    tensor = torch.tensor(x, requires_grad=True)
    want = F.max_pool2d(tensor.permute(0, 3, 1, 2), size, stride, [p[0] for p in padding])
    want = want.permute(0, 2, 3, 1)
    grad = np.random.default_rng(seed).normal(size=want.shape)
    want.backward(torch.from_numpy(grad))
    np.testing.assert_array_equal(scratch.max_pool(x, size, stride, padding), want.detach())
    found = scratch.max_pool_backward(grad, x, size, stride, padding)
    np.testing.assert_allclose(found, tensor.grad, atol=1e-12)


def test_of_equal_values_the_first_gets_the_gradient():
    x = np.zeros((1, 2, 2, 1))
    found = scratch.max_pool_backward(np.ones((1, 1, 1, 1)), x, (2, 2), 2)
    assert found[0, ..., 0].tolist() == [[1, 0], [0, 0]]


@pytest.mark.parametrize("counted", [True, False])
@SEEDS
def test_average_pooling_is_torchs_forward_and_backward(seed, counted):
    x, size, stride, padding = pooling(seed)
    tensor = torch.tensor(x, requires_grad=True)
    sides = [p[0] for p in padding]
    want = F.avg_pool2d(
        tensor.permute(0, 3, 1, 2), size, stride, sides, count_include_pad=counted
    ).permute(0, 2, 3, 1)
    grad = np.random.default_rng(seed).normal(size=want.shape)
    want.backward(torch.from_numpy(grad))
    out, count = scratch.average_pool(x, size, stride, padding, count_padding=counted)
    np.testing.assert_allclose(out, want.detach(), atol=1e-12)
    found = scratch.average_pool_backward(grad, x, count, size, stride, padding)
    np.testing.assert_allclose(found, tensor.grad, atol=1e-12)


def test_the_gradients_are_those_of_finite_differences():
    (x, w, b), settings = drawn(3)
    grad = np.random.default_rng(0).normal(size=scratch.conv2d(x, w, b, **settings).shape)
    d_x, d_w, d_b = scratch.conv2d_backward(grad, x, w, **settings)

    def of_x(value):
        return scratch.conv2d(value, w, b, **settings)

    def of_w(value):
        return scratch.conv2d(x, value, b, **settings)

    def of_b(value):
        return scratch.conv2d(x, w, value, **settings)

    for f, at, found in ((of_x, x, d_x), (of_w, w, d_w), (of_b, b, d_b)):
        np.testing.assert_allclose(found, numerical(f, at, grad), atol=1e-6)
