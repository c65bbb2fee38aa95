# task: group-norm
# how: PyTorch's group normalisation and its gradients
import torch


def group_norm(x, gamma, beta, groups, upstream, epsilon=1e-5):
    leaves = [torch.tensor(np.array(a, dtype=float), requires_grad=True) for a in (x, gamma, beta)]
    out = torch.nn.functional.group_norm(
        leaves[0].permute(0, 2, 1), groups, leaves[1], leaves[2], epsilon
    ).permute(0, 2, 1)
    out.backward(torch.tensor(np.array(upstream, dtype=float)))
    return out.detach().numpy(), *(leaf.grad.numpy() for leaf in leaves)
