# task: encoder-tensorflow
# how: attention by tf.einsum, exact GELU by the error function
import tensorflow as tf


def encoder_block_tf(x, p, num_heads, mask=None):
    def norm(z, n):
        z = z - tf.reduce_mean(z, -1, keepdims=True)
        z = z * tf.math.rsqrt(tf.reduce_mean(z * z, -1, keepdims=True) + 1e-6)
        return z * p[f"gamma_{n}"] + p[f"beta_{n}"]

    batch, time, d = x.shape
    packed = norm(x, 1) @ p["w_qkv"] + p["b_qkv"]
    packed = tf.reshape(packed, (batch, time, 3, num_heads, d // num_heads))
    q, k, v = tf.unstack(packed, axis=2)
    scores = tf.einsum("bihe,bjhe->bhij", q, k) / (d // num_heads) ** 0.5
    if mask is not None:
        scores = tf.where(mask, scores, tf.constant(-1e9, scores.dtype))
    out = tf.einsum("bhij,bjhe->bihe", tf.nn.softmax(scores), v)
    y = x + tf.reshape(out, x.shape) @ p["w_o"] + p["b_o"]
    hidden = norm(y, 2) @ p["w_1"] + p["b_1"]
    hidden = hidden * (1 + tf.math.erf(hidden / 2**0.5)) / 2
    return y + hidden @ p["w_2"] + p["b_2"]
