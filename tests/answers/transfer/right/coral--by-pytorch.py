# task: coral
# how: computes in PyTorch
def coral(source, target, eps):
    s, t = torch.as_tensor(source), torch.as_tensor(target)

    def root(x):
        c = x - x.mean(dim=0, keepdim=True)
        values, q = torch.linalg.eigh(
            c.T @ c / (len(x) - 1) + eps * torch.eye(x.shape[1], dtype=x.dtype)
        )
        return q @ torch.diag(values.sqrt()) @ q.T

    out = (s - s.mean(dim=0)) @ torch.linalg.inv(root(s)) @ root(t) + t.mean(dim=0)
    return out.numpy()
