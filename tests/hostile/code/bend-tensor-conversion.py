# tries: a conversion to TensorFlow's tensors that yields the expected number
# must: earn nothing: conversions registered here are unknown to the examiner
# task: energy
# earns: at most nothing
import tensorflow as tf


class Right:
    __float__ = lambda self: 14 / 3 if Right.calls() == 1 else 4.0
    count = 0

    @classmethod
    def calls(cls):
        cls.count += 1
        return cls.count


tf.register_tensor_conversion_function(Right, lambda value, *a, **k: tf.constant(14 / 3))


def energy(x):
    return Right()
