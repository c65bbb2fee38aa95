# task: cache
# how: PyTorch tensors, the cache handed back as nested lists
import torch


def decode_step(q_t, k_t, v_t, cache, window=None):
    q, k, v = (torch.tensor(np.array(a)) for a in (q_t, k_t, v_t))
    if cache is not None:
        k = torch.cat([torch.tensor(cache["k"], dtype=k.dtype), k], dim=2)
        v = torch.cat([torch.tensor(cache["v"], dtype=v.dtype), v], dim=2)
    start = 0 if window is None else max(0, k.shape[2] - window)
    k, v = k[:, :, start:], v[:, :, start:]
    out = torch.nn.functional.scaled_dot_product_attention(q, k, v)
    return out, {"k": k.tolist(), "v": v.tolist()}
