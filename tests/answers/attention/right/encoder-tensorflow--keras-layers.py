# task: encoder-tensorflow
# how: an assembly of Keras layers that are given the weights
import keras
import tensorflow as tf


def encoder_block_tf(x, p, num_heads, mask=None):
    d = x.shape[-1]
    size = d // num_heads
    layers = keras.layers
    norms = [layers.LayerNormalization(epsilon=1e-6, dtype="float64") for _ in range(2)]
    for n, norm in enumerate(norms, start=1):
        norm.build(x.shape)
        norm.set_weights([p[f"gamma_{n}"], p[f"beta_{n}"]])
    attend = layers.MultiHeadAttention(num_heads, size, dtype="float64")
    attend.build(x.shape, x.shape)
    weights = []
    for w, b in zip(tf.split(p["w_qkv"], 3, axis=1), tf.split(p["b_qkv"], 3), strict=True):
        weights += [tf.reshape(w, (d, num_heads, size)), tf.reshape(b, (num_heads, size))]
    attend.set_weights([*weights, tf.reshape(p["w_o"], (num_heads, size, d)), p["b_o"]])
    first = layers.Dense(p["w_1"].shape[1], activation="gelu", dtype="float64")
    second = layers.Dense(d, dtype="float64")
    for n, dense in enumerate((first, second), start=1):
        dense.build(p[f"w_{n}"].shape[:1])
        dense.set_weights([p[f"w_{n}"], p[f"b_{n}"]])
    normed = norms[0](x)
    y = x + attend(normed, normed, attention_mask=None if mask is None else mask[:, 0])
    return y + second(first(norms[1](y)))
