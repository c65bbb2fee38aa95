# tries: a conversion to TensorFlow's tensors that yields the expected number
# must: earn nothing: conversions registered here are unknown to the examiner
# task: energy
import tensorflow as tf


class Right:
    shape = ()
    dtype = tf.float32


tf.register_tensor_conversion_function(Right, lambda value, *a, **k: tf.constant(14 / 3))


def energy(x):
    return Right()
