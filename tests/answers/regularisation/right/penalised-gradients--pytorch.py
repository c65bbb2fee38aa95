# task: penalised-gradients
# how: automatic differentiation of the penalty in PyTorch
import torch


def penalised_gradients(parameters, gradients, l1, l2):
    total, new = 0.0, {}
    for name in parameters:
        leaf = torch.tensor(np.array(parameters[name], dtype=float), requires_grad=True)
        new[name] = np.array(gradients[name], dtype=float)
        if leaf.dim() > 1:
            penalty = l1 * leaf.abs().sum() + l2 * leaf.pow(2).sum()
            penalty.backward()
            total += penalty.item()
            new[name] = new[name] + leaf.grad.numpy()
    return total, new
