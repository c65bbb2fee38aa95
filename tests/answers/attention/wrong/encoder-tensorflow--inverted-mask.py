# task: encoder-tensorflow
# loses: test-encoder-tensorflow-mask 1
# mistake: the mask is turned round: the padding is looked at
import keras
import tensorflow as tf


def encoder_block_tf(x, p, num_heads, mask=None):
    def norm(z, gamma, beta):
        mean, variance = tf.nn.moments(z, axes=-1, keepdims=True)
        return gamma * (z - mean) / tf.sqrt(variance + 1e-6) + beta

    batch, time, d = x.shape
    normed = norm(x, p["gamma_1"], p["beta_1"])
    packed = normed @ p["w_qkv"] + p["b_qkv"]
    heads = (batch, time, num_heads, d // num_heads)
    q, k, v = (tf.reshape(part, heads) for part in tf.split(packed, 3, axis=-1))
    out = tf.reshape(
        keras.ops.dot_product_attention(q, k, v, mask=None if mask is None else ~mask),
        (batch, time, d),
    )
    y = x + out @ p["w_o"] + p["b_o"]
    hidden = norm(y, p["gamma_2"], p["beta_2"]) @ p["w_1"] + p["b_1"]
    hidden = tf.nn.gelu(hidden, approximate=False)
    return y + hidden @ p["w_2"] + p["b_2"]
