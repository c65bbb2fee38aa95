"""NumPy's convolutions beside torch and TensorFlow: ``python -m benchmarks.convolution``.

The same work for all, forward and backward (gradients of the input, the weights and the bias), in
float32: the second layer of chapter 10's network and a strided layer on colour pictures; the loop
over single outputs, which is hundreds of times slower, has two pictures only and its time is
reckoned up. Every way is run once before it is measured and then several times in turn; the
ratio is that of the fastest times to torch's in the same run. Times are those of the processor, so
set ``OMP_NUM_THREADS=1``: then each works on one core.
"""

import time

import keras
import numpy as np
import tensorflow as tf
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import sliding_window_view

from sidebyside.scratch import convolution as scratch

PICTURES, LOOPED, TURNS = 32, 2, 5
CASES = {  # height = width, channels in, channels out, kernel, stride
    "14 × 14, 32 to 64, 3 × 3": (14, 32, 64, 3, 1),
    "28 × 28, 3 to 16, 5 × 5, stride 2": (28, 3, 16, 5, 2),
}


def loops(x, w, b, grad, stride, padding):
    """One output after another, both ways."""
    padded = scratch.pad(x, padding)
    d_x, d_w, out = np.zeros_like(padded), np.zeros_like(w), np.zeros_like(grad)
    for n, i, j, o in np.ndindex(grad.shape):
        rows = slice(i * stride, i * stride + w.shape[0])
        columns = slice(j * stride, j * stride + w.shape[1])
        out[n, i, j, o] = (padded[n, rows, columns] * w[..., o]).sum() + b[o]
        d_w[..., o] += grad[n, i, j, o] * padded[n, rows, columns]
        d_x[n, rows, columns] += grad[n, i, j, o] * w[..., o]
    return out, scratch.crop(d_x, padding), d_w, grad.sum(axis=(0, 1, 2))


def view(x, w, b, grad, stride, padding):
    """``sliding_window_view`` and ``tensordot``, as chapter 10 has them."""
    out = scratch.conv2d(x, w, b, stride, padding)
    return out, *scratch.conv2d_backward(grad, x, w, stride, padding)


def im2col(x, w, b, grad, stride, padding):
    """The windows as the rows of one matrix, which both passes share."""
    padded, flat = scratch.pad(x, padding), grad.reshape(-1, grad.shape[3])
    found = sliding_window_view(padded, w.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    columns = found.transpose(0, 1, 2, 4, 5, 3).reshape(len(flat), -1)
    out = (columns @ w.reshape(-1, w.shape[3]) + b).reshape(grad.shape)
    d_columns = (flat @ w.reshape(-1, w.shape[3]).T).reshape(*grad.shape[:3], *w.shape[:3])
    d_x = scratch.scatter(np.moveaxis(d_columns, 5, 3), padded.shape, stride)
    d_w = (columns.T @ flat).reshape(w.shape)
    return out, scratch.crop(d_x, padding), d_w, flat.sum(axis=0)


def in_torch(x, w, b, grad, stride, padding):
    x, w, b = (torch.from_numpy(a).requires_grad_() for a in (x, w, b))
    first = F.pad(x.permute(0, 3, 1, 2), (*padding[1], *padding[0]))
    out = F.conv2d(first, w.permute(3, 2, 0, 1).contiguous(), b, stride).permute(0, 2, 3, 1)
    out.backward(torch.from_numpy(grad))
    return [a.detach().numpy() for a in (out, x.grad, w.grad, b.grad)]


def in_tensorflow(x, w, b, grad, stride, padding):
    x, w, b = (tf.constant(a) for a in (x, w, b))
    with tf.GradientTape() as tape:
        tape.watch([x, w, b])
        out = tf.nn.conv2d(tf.pad(x, [(0, 0), *padding, (0, 0)]), w, stride, "VALID") + b
    return [a.numpy() for a in (out, *tape.gradient(out, [x, w, b], output_gradients=grad))]


WAYS = {
    "torch": in_torch,
    "TensorFlow": in_tensorflow,
    "NumPy, im2col": im2col,
    "NumPy, sliding_window_view": view,
    "NumPy, loops": loops,
}


def batch(case, pictures):
    size, channels, filters, kernel, stride = case
    rng = np.random.default_rng(0)
    one = scratch.same_padding(size, kernel, stride)
    out = scratch.output_size(size, kernel, stride, sum(one))
    shapes = [(pictures, size, size, channels), (kernel, kernel, channels, filters), (filters,)]
    arrays = [
        rng.normal(size=s).astype(np.float32) for s in (*shapes, (pictures, out, out, filters))
    ]
    return (*arrays, stride, (one, one))


def seconds(way, given):
    start = time.process_time()
    way(*given)
    return time.process_time() - start


def main():
    print("numpy", np.__version__, " torch", torch.__version__, " keras", keras.__version__)
    for name, case in CASES.items():
        few, many = batch(case, LOOPED), batch(case, PICTURES)
        want = [np.asarray(a) for a in in_torch(*few)]
        fastest, gaps = {}, {}
        for label, way in WAYS.items():
            found = way(*few)
            gaps[label] = max(
                np.abs(a - b).max() / np.abs(b).max() for a, b in zip(found, want, strict=True)
            )
        for _ in range(TURNS):
            for label, way in WAYS.items():
                given, share = (few, PICTURES / LOOPED) if way is loops else (many, 1)
                if way is loops and label in fastest:
                    continue
                fastest[label] = min(fastest.get(label, np.inf), seconds(way, given) * share)
        print(f"{name}: {PICTURES} pictures, forward and backward")
        for label, time_taken in fastest.items():
            ratio = time_taken / fastest["torch"]
            print(
                f"  {label:27s} {1000 * time_taken:9.1f} ms   ratio {ratio:8.1f}   "
                f"largest relative difference {gaps[label]:.0e}"
            )


if __name__ == "__main__":
    main()
