# task: local-linear-map
# how: the Jacobian from PyTorch
import torch


def local_linear_map(x, weights, biases):
    layers = [(torch.tensor(W), torch.tensor(b)) for W, b in zip(weights, biases, strict=True)]

    def network(h):
        for W, b in layers[:-1]:
            h = torch.relu(h @ W + b)
        return h @ layers[-1][0] + layers[-1][1]

    point = torch.tensor(x)
    A = torch.autograd.functional.jacobian(network, point).T
    return A.numpy(), (network(point) - point @ A).numpy()
