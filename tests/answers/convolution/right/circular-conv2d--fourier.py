# task: circular-conv2d
# how: The discrete Fourier transform turns it into products
import numpy as np


def circular_conv2d(x, kernel):
    _, rows, columns, _ = x.shape
    height, width, inputs, outputs = kernel.shape
    wrapped = np.zeros((rows, columns, inputs, outputs))
    for a, b in np.ndindex(height, width):
        wrapped[(a - (height - 1) // 2) % rows, (b - (width - 1) // 2) % columns] += kernel[a, b]
    spectrum = np.fft.fft2(x, axes=(1, 2))
    response = np.conj(np.fft.fft2(wrapped, axes=(0, 1)))
    product = np.einsum("nijc,ijco->nijo", spectrum, response)
    return np.fft.ifft2(product, axes=(1, 2)).real
