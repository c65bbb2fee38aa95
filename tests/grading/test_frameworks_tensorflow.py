"""TensorFlow and Keras over the wire: what they give in one process, or a clear error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.grading.frameworks_pair import Pair, answering_with, close

IMPORTS = "import keras\nimport numpy as np\nimport tensorflow as tf\n"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    made = Pair("numpy", "tensorflow", "keras")
    yield made
    made.close()


SOLUTION = """
def double(x):
    return x * 2

def parabola(x):
    return x * x + 1

class Dense(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer="ones")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return x @ self.w + self.b

def train_step(model, optimiser, loss, x, y):
    with tf.GradientTape() as tape:
        value = loss(y, model(x, training=True))
    gradients = tape.gradient(value, model.trainable_variables)
    optimiser.apply_gradients(zip(gradients, model.trainable_variables))
    return value

class SGD:
    def __init__(self, variables, rate):
        self.variables, self.rate = variables, rate

    def step(self, gradients):
        for variable, gradient in zip(self.variables, gradients):
            variable.assign_sub(self.rate * gradient)

class Cell:
    def __init__(self):
        self.w, self.h = tf.Variable([1.0, 2.0]), tf.zeros(2)

    def step(self, x):
        self.h = tf.tanh(self.h * self.w + x)
        return self.h

def gradient_of(function, x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)

def noise():
    return tf.random.normal((2,)), keras.random.normal((2,)), np.random.rand(2)

def about(x):
    return x.dtype, x.shape, tf.constant(["a", b"\\xff"])

def ragged():
    return tf.ragged.constant([[1], [1, 2]])

def freeze(model):
    model.layers[0].trainable = False
    return len(model.trainable_variables)

def increase(variable):
    variable.assign_add(tf.ones_like(variable))
    return variable

def lookup(table, rows):
    return tf.gather(table, rows)

def build():
    model = keras.Sequential(
        [keras.layers.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones")]
    )
    model.compile("sgd", "mse")
    return model
"""

TESTS = {
    "tensors": """
result = []
for name in "float64 float32 float16 bfloat16 int8 int32 int64 uint8 complex64".split():
    for x in (1, [[1, 0, 1]], np.zeros((0, 3))):
        y = double(tf.cast(tf.constant(x), name))
        result.append([y.dtype.name, y.shape.as_list(), tf.cast(y, "complex128").numpy()])
dtype, shape, text = about(tf.zeros((2, 3)))
assert dtype is tf.float32 and shape == (2, 3) and text.numpy().tolist() == [b"a", b"\\xff"]
""",
    "tape": """
x = tf.constant([1.0, 2.0, 3.0])
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = parabola(x)
    z = tf.reduce_sum(y * x)
    u = parabola(x * x)
result = [tape.gradient(y, x), tape.gradient(z, x), tape.gradient(u, x)]
v = tf.Variable([2.0, 3.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(parabola(v))
result.append(tape.gradient(loss, v))
with tf.GradientTape() as tape:
    loss = double(2.0) * v
result.append(tape.gradient(loss, v))
with tf.GradientTape() as tape:
    loss = double(tf.constant(2.0))
result.append(tape.gradient(loss, v) is None)
""",
    "layer": """
layer, x = Dense(2), tf.ones((4, 3))
sgd, adam = keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.1)
result = [layer(x)]
for optimiser in (sgd, adam, adam):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layer(x) ** 2)
    gradients = tape.gradient(loss, layer.trainable_variables)
    optimiser.apply_gradients(zip(gradients, layer.trainable_variables))
    result.append([loss, gradients, layer.w.numpy()])
assert isinstance(layer, keras.layers.Layer)
result += [len(layer.weights), layer.get_weights()]
layer.set_weights([np.zeros((3, 2), "float32"), np.ones(2, "float32")])
result.append(layer(x))
layer.w.assign(tf.ones((3, 2)))
result.append(layer(x))
""",
    "objects of the test": """
keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.layers.Input((3,)),
        keras.layers.Dense(4, "relu"),
        keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.5, seed=3),
        keras.layers.Dense(1),
    ]
)
adam = keras.optimizers.Adam(0.1)
x, y = tf.random.normal((8, 3)), tf.random.normal((8, 1))
result = [train_step(model, adam, keras.losses.MeanSquaredError(), x, y) for _ in range(3)]
result += [model.get_weights(), adam.iterations.numpy(), [v.numpy() for v in adam.variables]]
result.append(train_step(model, adam, lambda t, p: tf.reduce_mean((t - p) ** 2), x, y))
result += [model.get_weights(), freeze(model), len(model.trainable_variables)]
sgd = keras.optimizers.SGD(0.1)
result += [train_step(model, sgd, keras.losses.mean_absolute_error, x, y)[0], model(x)]
""",
    "optimiser of the student": """
v = tf.Variable([1.0, 2.0])
optimiser = SGD([v], 0.5)
result = []
for _ in range(3):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(v * v)
    optimiser.step([tape.gradient(loss, v)])
    result.append(v.numpy())
v.assign([9.0, 9.0])
optimiser.step([tf.ones(2)])
result += [v.numpy(), increase(v) is v, v.numpy()]
""",
    "state across calls": """
cell, inputs = Cell(), [tf.constant([0.1 * i, 0.2]) for i in range(4)]
with tf.GradientTape() as tape:
    tape.watch(inputs)
    loss = tf.add_n([tf.reduce_sum(cell.step(x)) for x in inputs])
result = tape.gradient(loss, [*inputs, cell.w])
cell = Cell()
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(cell.step(inputs[1]) * cell.step(inputs[2]))
result += tape.gradient(loss, [cell.w])
""",
    "functions of the test": """
x = tf.constant([1.0, 2.0])
result = [gradient_of(lambda v: v * v * v, x), gradient_of(tf.sin, x)]
""",
    "rows of a table": """
table = tf.Variable(tf.reshape(tf.range(6.0), (3, 2)))
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(lookup(table, [0, 0, 2]) ** 2)
result = [tf.convert_to_tensor(tape.gradient(loss, table))]
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(tf.gather(table, [0, 2]))
slices = tape.gradient(loss, table)
result.append(tf.convert_to_tensor(double(tf.convert_to_tensor(slices))))
""",
    "random numbers": """
keras.utils.set_random_seed(3)
first, second = noise(), noise()
keras.utils.set_random_seed(3)
result = [first, second, noise()]
tf.random.set_seed(5)
result.append(noise()[0])
tf.random.set_seed(5)
result.append(noise()[0])
""",
    "model of the student": """
model, x, y = build(), np.ones((4, 3)), np.zeros((4, 2))
model.fit(x, y, epochs=2, verbose=0)
assert isinstance(model, keras.Model)
result = [model.predict(x, verbose=0), model.count_params(), model.layers[0].kernel.numpy()]
result.append(model.evaluate(x, y, verbose=0))
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(model(x))
result.append(tape.gradient(loss, model.trainable_variables))
""",
}


@pytest.mark.parametrize("name", TESTS)
def test_the_wire_changes_nothing(pair: Pair, name: str) -> None:
    alone = pair.alone(SOLUTION, TESTS[name], IMPORTS)
    assert alone is not None
    assert close(pair.wire(SOLUTION, TESTS[name], IMPORTS), alone)


ERRORS = {
    "ragged": ("ragged()", "a ragged tensor can't cross; call to_tensor()"),
    "sparse": (
        "double(tf.sparse.eye(3))",
        "a sparse tensor can't cross; call tf.sparse.to_dense()",
    ),
    "dataset": (
        "double(tf.data.Dataset.range(3))",
        "a tf.data.Dataset can't cross; pass arrays",
    ),
    "symbolic": (
        "tf.function(lambda x: double(x))(tf.constant(1.0))",
        "a symbolic tensor (inside tf.function",
    ),
    "functional": ("double(keras.Input((3,)))", "a symbolic tensor (inside tf.function"),
    "second order": (
        "x = tf.constant(3.0)\n"
        "with tf.GradientTape() as outer:\n"
        "    outer.watch(x)\n"
        "    with tf.GradientTape() as inner:\n"
        "        inner.watch(x)\n"
        "        y = parabola(x)\n"
        "    slope = inner.gradient(y, x)\n"
        "outer.gradient(slope, x)",
        "second-order gradients (a tape around a tape) through the student's code can't cross",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_is_refused_is_named(pair: Pair, name: str) -> None:
    source, message = ERRORS[name]
    assert message in pair.error(SOLUTION, source, IMPORTS)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("[tf.ones(7)]", "a gradient of shape (7,)"),
        ("[]", "gave no gradients"),
        ("[1.0]", "gave a gradient of shape ?"),
    ],
)
def test_gradients_that_are_none(pair: Pair, answer: str, message: str) -> None:
    solution = (
        SOLUTION
        + f"""
from sidebyside.grading.wire import serve
serve._HANDLERS["tensorflow_gradient"] = lambda server, payload: {answer}
"""
    )
    test = """
x = tf.ones(2)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = double(x)
tape.gradient(y, x)
"""
    assert message in pair.error(solution, test, IMPORTS)


@pytest.mark.parametrize(
    "node",
    [
        "['ft', 'float32', [3], b'1234', None]",
        "['ft', 'float32', [1 << 39, 1 << 39], b'', None]",
        "['ft', 'resource', [1], b'1234', None]",
        "['ft', 'string', [2], [b'a', 1], None]",
        "['ft', 'int32', [1], b'1234', [1, [], []]]",
        "['ft', 'float32', [1], b'1234', [1, [77], []]]",
        "['ft', 'float32', [1], b'1234', [1, [], [5]]]",
        "['fv', 'float32', [1], b'1234', True, 'v', 5]",
        "['kv', 5, 'v', 'v', True]",
        "['fk', b'{}', [], [], [], None]",
        "['fS', [-1]]",
        "['f!']",
    ],
)
def test_nodes_that_nobody_made(pair: Pair, node: str) -> None:
    test = "with tf.GradientTape() as tape:\n    f()"
    assert "ProtocolError" in pair.error(answering_with(node), test, IMPORTS).splitlines()[-1]
