# task: softmax-cross-entropy
# how: everything in float32
import numpy as np


def softmax_cross_entropy(logits, labels):
    z = np.array(logits, dtype=np.float32)
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    one_hot = np.eye(z.shape[1], dtype=np.float32)[labels]
    loss = -(log_p * one_hot).sum(axis=1).mean()
    return loss, (np.exp(log_p) - one_hot) / np.float32(len(labels))
