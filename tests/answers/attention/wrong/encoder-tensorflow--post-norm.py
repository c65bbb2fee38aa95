# task: encoder-tensorflow
# loses: test-encoder-tensorflow-value 1
# mistake: the normalisations come after the sums
import keras
import tensorflow as tf


def encoder_block_tf(x, p, num_heads, mask=None):
    def norm(z, gamma, beta):
        mean, variance = tf.nn.moments(z, axes=-1, keepdims=True)
        return gamma * (z - mean) / tf.sqrt(variance + 1e-6) + beta

    batch, time, d = x.shape
    normed = x
    packed = normed @ p["w_qkv"] + p["b_qkv"]
    heads = (batch, time, num_heads, d // num_heads)
    q, k, v = (tf.reshape(part, heads) for part in tf.split(packed, 3, axis=-1))
    out = tf.reshape(keras.ops.dot_product_attention(q, k, v, mask=mask), (batch, time, d))
    y = norm(x + out @ p["w_o"] + p["b_o"], p["gamma_1"], p["beta_1"])
    hidden = y @ p["w_1"] + p["b_1"]
    hidden = tf.nn.gelu(hidden, approximate=False)
    return norm(y + hidden @ p["w_2"] + p["b_2"], p["gamma_2"], p["beta_2"])
