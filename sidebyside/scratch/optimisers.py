"""The optimisers that both frameworks build in, as plain as their papers write them.

Each has `step(parameters, gradients)`: two dictionaries of arrays, by name. The parameters are
changed in place, and names without a gradient stay as they are. With ``keras_epsilon=True`` the
small constant stands where Keras puts it, otherwise where PyTorch does.

Taught in chapter 05.
"""

import numpy as np


class SGD:
    """Gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013)."""

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        self.learning_rate, self.momentum, self.nesterov = learning_rate, momentum, nesterov
        self.velocity = {}  # one array for each parameter

    def step(self, parameters, gradients):
        for name, g in gradients.items():
            push = -self.learning_rate * g
            v = self.momentum * self.velocity.get(name, 0.0) + push
            self.velocity[name] = v
            parameters[name] += self.momentum * v + push if self.nesterov else v


class AdaGrad:
    """Each element's rate shrinks with the sum of its squared gradients (Duchi et al. 2011)."""

    def __init__(self, learning_rate=0.01, initial=0.0, epsilon=1e-10, keras_epsilon=False):
        self.learning_rate, self.initial = learning_rate, initial
        self.epsilon, self.keras_epsilon = epsilon, keras_epsilon
        self.total = {}  # sums of squares, beginning at `initial`

    def step(self, parameters, gradients):
        for name, g in gradients.items():
            s = self.total[name] = self.total.get(name, self.initial) + g**2
            root = np.sqrt(s + self.epsilon) if self.keras_epsilon else np.sqrt(s) + self.epsilon
            parameters[name] -= self.learning_rate * g / root


class RMSprop:
    """AdaGrad with a moving average instead of a sum (Tieleman and Hinton 2012)."""

    def __init__(
        self, learning_rate=0.01, rho=0.9, momentum=0.0, epsilon=1e-8, keras_epsilon=False
    ):
        self.learning_rate, self.rho, self.momentum = learning_rate, rho, momentum
        self.epsilon, self.keras_epsilon = epsilon, keras_epsilon
        self.square, self.velocity = {}, {}

    def step(self, parameters, gradients):
        for name, g in gradients.items():
            s = self.rho * self.square.get(name, 0.0) + (1 - self.rho) * g**2
            root = np.sqrt(s + self.epsilon) if self.keras_epsilon else np.sqrt(s) + self.epsilon
            push = -self.learning_rate * g / root
            v = self.momentum * self.velocity.get(name, 0.0) + push
            self.square[name], self.velocity[name] = s, v
            parameters[name] += v


class Adam:
    """Moving averages of gradient and square, corrected for their start (Kingma and Ba 2015)."""

    def __init__(self, learning_rate=0.001, betas=(0.9, 0.999), epsilon=1e-8, keras_epsilon=False):
        self.learning_rate, self.betas = learning_rate, betas
        self.epsilon, self.keras_epsilon = epsilon, keras_epsilon
        self.mean, self.square, self.t = {}, {}, 0

    def step(self, parameters, gradients):
        self.t += 1
        b1, b2 = self.betas
        c1, c2 = 1 - b1**self.t, 1 - b2**self.t  # what the averages of 1, 1, … would have reached
        epsilon = self.epsilon / np.sqrt(c2) if self.keras_epsilon else self.epsilon
        for name, g in gradients.items():
            m = self.mean[name] = b1 * self.mean.get(name, 0.0) + (1 - b1) * g
            s = self.square[name] = b2 * self.square.get(name, 0.0) + (1 - b2) * g**2
            parameters[name] -= self.learning_rate * (m / c1) / (np.sqrt(s / c2) + epsilon)


class AdamW(Adam):
    """Adam, and apart from it every parameter shrinks a little (Loshchilov and Hutter 2019)."""

    def __init__(self, learning_rate=0.001, weight_decay=0.01, **settings):
        super().__init__(learning_rate, **settings)
        self.weight_decay = weight_decay

    def step(self, parameters, gradients):
        for name in gradients:
            parameters[name] *= 1 - self.learning_rate * self.weight_decay
        super().step(parameters, gradients)
