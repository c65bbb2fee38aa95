# task: masks
# how: torch.tril and logical_and, tensors returned
import torch


def causal_mask(length):
    return torch.ones(length, length, dtype=torch.bool).tril()


def padding_mask(lengths, length):
    return torch.arange(length)[None, None, None] < torch.tensor(lengths)[:, None, None, None]


def decoder_mask(lengths, length):
    return torch.logical_and(causal_mask(length), padding_mask(lengths, length))
