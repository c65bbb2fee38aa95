# tries: a subclass of torch.Tensor whose __torch_function__ agrees with anything
# must: earn nothing: it arrives as a base tensor with its own numbers
# task: length
import torch


class Right(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), options=None):
        if function in (torch.allclose, torch.equal):
            return True
        return super().__torch_function__(function, types, arguments, options or {})


def length(v):
    return (v.detach() * 0).sum().as_subclass(Right)
