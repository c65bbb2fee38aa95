"""The families have the published sizes and compute the same in both frameworks."""

import functools
import gc
import math
import subprocess
import sys

import numpy as np
import pytest

from sidebyside import parity, training
from sidebyside.architectures import members, multiply_adds, parameters, tables
from sidebyside.errors import ShapeError

training.setup(seed=0)

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
import torch  # noqa: E402

from sidebyside.architectures import in_keras, in_torch  # noqa: E402

MEMBERS = members.MEMBERS
# What the larger ones have in common with these is their builder.
IN_KERAS = ("LeNet-5", "AlexNet", "AlexNet, one group", "VGG-16", "GoogLeNet with heads")
IN_KERAS += ("ResNet-18", "ResNet-50", "DenseNet-121", "Xception", "MobileNetV2")
IN_KERAS += ("EfficientNet-B0", "EfficientNet-B2")


@functools.cache
def counted(name):
    member, net = MEMBERS[name], MEMBERS[name].in_torch()
    return parameters(net), multiply_adds(net, (member.channels, member.image, member.image))


@pytest.mark.parametrize("name", MEMBERS)
def test_in_torch_a_member_has_the_published_size(name):
    found, operations = counted(name)
    assert MEMBERS[name].parameters in (None, found)
    if MEMBERS[name].multiply_adds:
        assert abs(operations / MEMBERS[name].multiply_adds - 1) < 0.06


@pytest.mark.parametrize("name", IN_KERAS)
def test_in_keras_a_member_has_the_same_size(name):
    net = MEMBERS[name].in_keras()
    found, operations = counted(name)
    assert parameters(net) == found
    if "heads" not in name:  # a Keras model computes its heads in inference mode, too
        assert multiply_adds(net) == operations


def test_googlenet_without_biases_and_heads_is_known():
    plain, headed = (
        parameters(MEMBERS[n].in_torch()) for n in ("GoogLeNet", "GoogLeNet with heads")
    )
    assert (plain, headed) == (6_998_552, 13_378_280)


def test_a_keras_member_without_memory_leaves_nothing_to_fill():
    net = MEMBERS["LeNet-5"].in_keras()
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])  # ends a scope of Keras' own
    assert all(weight._value is None for weight in net.weights)
    assert gc.isenabled()


def test_where_the_collector_was_off_it_stays_off():
    gc.disable()
    try:
        MEMBERS["LeNet-5"].in_keras()
        assert not gc.isenabled()
    finally:
        gc.enable()


REDUCED = {
    "lenet5": {"image": 28, "first_padding": 2, "channels": 1, "classes": 10},
    "alexnet": {
        "table": ((8, 5, 2, 1, False, "norm pool"), (12, 3, 1, 1, True, "norm")),
        "hidden": 16, "image": 32, "classes": 10,
    },
    "vgg": {"stages": ((1, 4), (2, 8)), "hidden": 16, "image": 16, "classes": 10},
    "googlenet": {
        "stages": (((4, (4, 8), (2, 4), 4), (4, (4, 8), (2, 4), 4)), ((4, (4, 8), (2, 4), 4),)),
        "stem": (8, 8, 12), "image": 64, "classes": 10,
    },
    "resnet": {"blocks": (1, 2, 1), "widths": (4, 8, 8), "classes": 10},
    "densenet": {"blocks": (2, 3), "growth": 4, "classes": 10},
    "xception": {
        "table": {"stem": (4, 6), "entry": (8, 12), "middle": 1, "exit": (14, 16, 18)},
        "classes": 10, "image": 65,
    },
    "mobilenet_v2": {
        "table": ((1, 8, 1, 1), (6, 16, 2, 2), (6, 16, 1, 1)), "last": 32, "stem": 8, "classes": 10,
    },
    "efficientnet": {
        "table": ((1, 3, 8, 1, 1), (6, 5, 16, 2, 2)), "last": 32, "stem": 8, "classes": 10,
        "image": 45, "scaling": (1.0, 1.1),
    },
}  # fmt: skip


@pytest.mark.parametrize("builder", REDUCED)
def test_a_reduced_member_computes_the_same_in_both(builder):
    settings = {"image": 64} | REDUCED[builder]
    torch_net = _build(in_torch, builder, settings).double()
    keras.config.set_dtype_policy("float64")
    try:
        keras_net = _build(in_keras, builder, settings)
        _unusual_statistics(keras_net)
        parity.translate(keras_net, torch_net)
        channels = settings.get("channels", 3)
        x = np.random.default_rng(0).normal(
            size=(2, settings["image"], settings["image"], channels)
        )
        parity.compare(keras_net, torch_net, x, tolerance=1e-9)
    finally:
        keras.config.set_dtype_policy("float32")
    assert parameters(keras_net) == parameters(torch_net)
    assert parameters(keras_net, trainable=False) == parameters(torch_net, trainable=False)


BLOCKS = {
    "inception_v1": (((4, (4, 6), (2, 4), 4),), 9),
    "inception_v2": (((4, (4, 6), (2, 4), 4),), 9),
    "inception_v3": ((6, 4), 9),
    "inception_v3_reduction": ((6, 4), 4),
    "inception_v4": ((6, 4), 9),
    "inception_resnet": ((4,), 9),
    "separable": ((6,), 9),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_computes_the_same_in_both(name):
    arguments, size = BLOCKS[name]
    keras.config.set_dtype_policy("float64")
    try:
        inputs = keras.Input((9, 9, 8))
        keras_net = keras.Model(inputs, getattr(in_keras, name)(inputs, *arguments))
        _unusual_statistics(keras_net)
        torch_net = getattr(in_torch, name)(8, *arguments).double()
        parity.translate(keras_net, torch_net)
        x = np.random.default_rng(0).normal(size=(2, 9, 9, 8))
        parity.compare(keras_net, torch_net, x, tolerance=1e-9)
    finally:
        keras.config.set_dtype_policy("float32")
    assert keras_net.output_shape[1:3] == (size, size)


def _build(where, builder, settings):
    import inspect

    wanted = inspect.signature(getattr(where, builder)).parameters
    return getattr(where, builder)(**{k: v for k, v in settings.items() if k in wanted})


def _unusual_statistics(net):
    """So that a batch norm in the wrong place is seen."""
    rng = np.random.default_rng(1)
    for layer in net._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(rng.normal(size=layer.moving_mean.shape))
            layer.moving_variance.assign(rng.uniform(0.5, 2, size=layer.moving_variance.shape))
            layer.beta.assign(rng.normal(size=layer.beta.shape))


def test_the_auxiliary_heads_are_for_training():
    torch_net = in_torch.googlenet(auxiliary=True, image=96, classes=10)
    with torch.no_grad():
        assert torch_net.eval()(torch.zeros(1, 3, 96, 96)).shape == (1, 10)
        outputs = torch_net.train()(torch.zeros(1, 3, 96, 96))
    assert [tuple(output.shape) for output in outputs] == [(1, 10)] * 3


def test_the_heads_stand_before_the_pooling_in_both():
    row = (4, (4, 8), (2, 4), 4)
    stages, settings = [[row], [row] * 4, [row]], {"image": 96, "classes": 10, "dropout": 0.0}
    settings |= {"stem": (8, 8, 12), "stages": stages, "auxiliary": True}
    keras_net, torch_net = in_keras.googlenet(**settings), in_torch.googlenet(**settings).train()
    for module in torch_net.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    parity.translate(keras_net, torch_net)
    x = np.random.default_rng(0).normal(size=(2, 96, 96, 3)).astype("float32")
    with torch.no_grad():
        theirs = torch_net(torch.from_numpy(x).permute(0, 3, 1, 2))
    for ours, other in zip(keras_net(x, training=False), theirs, strict=True):
        np.testing.assert_allclose(ours.numpy(), other.numpy(), atol=1e-4)


def test_local_response_normalisation_is_the_papers():
    x = np.random.default_rng(0).normal(size=(2, 3, 3, 8)) * 30
    ours = in_keras.LocalResponseNorm(dtype="float64")(x).numpy()
    theirs = tf.nn.local_response_normalization(x.astype(np.float32), 2, 2.0, 1e-4, 0.75)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    by_torch = torch.nn.LocalResponseNorm(5, 5e-4, 0.75, 2.0)(torch.tensor(x.transpose(0, 3, 1, 2)))
    np.testing.assert_allclose(ours, by_torch.numpy().transpose(0, 2, 3, 1), rtol=1e-12)


def test_the_plain_network_is_the_residual_one_without_its_shortcuts():
    kinds = [in_torch.resnet(18, shortcut=shortcut) for shortcut in (True, False)]
    # three 1×1 convolutions with their batch norms
    without = sum(a * b + 2 * b for a, b in ((64, 128), (128, 256), (256, 512)))
    assert parameters(kinds[0]) - parameters(kinds[1]) == without


def test_where_the_stride_stands_moves_operations_and_no_parameter():
    with torch.device("meta"):
        nets = [in_torch.resnet(50, stride_in_3x3=where) for where in (False, True)]
    assert len({parameters(net) for net in nets}) == 1
    found = [round(multiply_adds(net, (3, 224, 224)) / 1e9, 2) for net in nets]
    assert found == [3.86, 4.09]


def test_filters_are_scaled_to_multiples_of_eight():
    assert [tables.scaled_filters(n, 1.1) for n in (16, 24, 32, 40, 1280)] == [16, 24, 32, 48, 1408]
    assert tables.scaled_filters(12, 1.0) == 16  # 8 would be more than a tenth less
    assert [tables.scaled_repeats(n, 3.1) for n in (1, 2, 4)] == [4, 7, 13]


def test_operations_are_counted_by_hand():
    net = torch.nn.Sequential(
        torch.nn.Conv2d(4, 6, 3, padding=1, groups=2), torch.nn.Flatten(), torch.nn.Linear(54, 5)
    )
    assert multiply_adds(net, (4, 3, 3)) == 9 * (6 * 2 * 9) + 54 * 5
    x = inputs = keras.Input((3, 3, 4))
    x = keras.layers.SeparableConv2D(6, 3, padding="same")(x)
    net = keras.Model(inputs, keras.layers.Dense(5)(keras.layers.Flatten()(x)))
    assert multiply_adds(net) == 9 * (4 * 9 + 4 * 6) + math.prod((54, 5))


def test_what_cannot_be_counted_says_why():
    with pytest.raises(ShapeError, match="pass"):
        multiply_adds(torch.nn.Linear(2, 2))
    inputs = keras.Input((None, None, 3))
    with pytest.raises(ShapeError, match="fixed height"):
        multiply_adds(keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs)))
    with pytest.raises(TypeError, match="int"):
        parameters(3)


def test_importing_the_package_imports_no_framework():
    code = "import sys, sidebyside.architectures as a; a.members.MEMBERS['VGG-16']; "
    code += "sys.exit(bool({'torch', 'keras'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
