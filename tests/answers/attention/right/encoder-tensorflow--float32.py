# task: encoder-tensorflow
# how: everything in float32 with keras.ops
import keras
import tensorflow as tf


def encoder_block_tf(x, p, num_heads, mask=None):
    x = tf.cast(x, tf.float32)
    p = {name: tf.cast(a, tf.float32) for name, a in p.items()}
    ops = keras.ops
    normed = ops.layer_normalization(x, p["gamma_1"], p["beta_1"], epsilon=1e-6)
    packed = ops.split(ops.matmul(normed, p["w_qkv"]) + p["b_qkv"], 3, axis=-1)
    q, k, v = (ops.reshape(a, (*x.shape[:2], num_heads, -1)) for a in packed)
    out = ops.reshape(ops.dot_product_attention(q, k, v, mask=mask), x.shape)
    y = x + ops.matmul(out, p["w_o"]) + p["b_o"]
    normed = ops.layer_normalization(y, p["gamma_2"], p["beta_2"], epsilon=1e-6)
    hidden = ops.gelu(ops.matmul(normed, p["w_1"]) + p["b_1"], approximate=False)
    return y + ops.matmul(hidden, p["w_2"]) + p["b_2"]
