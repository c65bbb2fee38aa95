"""TensorFlow and Keras over the wire: tensors, variables, gradients, objects of Keras.

**Tensors** (eager) travel as dtype, shape and bytes; strings as lists of bytes. **Variables**, of
TensorFlow and of Keras, are mutable: an assignment over there is an assignment here.

**Gradients.** While a ``tf.GradientTape`` of this side records, the other side records what it
computes from what it is passed, under a tape of its own, kept for as long as this side's tape. A
result arrives with a record on this side's tapes: computed from those tensors of this side, and
from those variables. Its backward asks the other side for one gradient of each, checks their
shapes, and leaves the rest to this side's tape.

**Models, layers, optimisers, losses, metrics, initialisers** that a test builds cross by recipe,
from the examiner to the student only: Keras's own configuration, and the variables. Afterwards the
variables, which layers are trainable and the optimiser's state come back as data.
"""

from __future__ import annotations

import contextlib
import json
import math
import random
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from sidebyside.grading.wire.codec import Adapter, Decoder, Encoder, register
from sidebyside.grading.wire.errors import CrossingError, ProtocolError
from sidebyside.grading.wire.frameworks.graphs import Graphs, Token
from sidebyside.grading.wire.frameworks.graphs import graphs_of as spanning_graphs

DTYPES = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("float8_e4m3fn", "float8_e5m2", "string"),
)
SECOND_ORDER = (
    "second-order gradients (a tape around a tape) through the student's code can't cross: let the "
    "student's function compute that gradient itself, and compare what it returns"
)
SYMBOLIC = (
    "a symbolic tensor (inside tf.function, a tf.data pipeline or a functional Keras model) has no "
    "values: the student's code can be called with eager tensors only"
)
MOST_INPUTS = 10_000
_ORIGIN = "_sbs_origin"

side = "student"


def _tf() -> Any:
    """TensorFlow, if it has been imported to the end."""
    found = sys.modules.get("tensorflow")
    return found if found is not None and hasattr(found, "GradientTape") else None


def _module(name: str) -> Any:
    return sys.modules[name]


def _keras() -> Any:
    found = sys.modules.get("keras")
    return found if found is not None and hasattr(found, "Variable") else None


def graphs_of(peer: Any) -> Graphs:
    """The tensors of TensorFlow of a connection."""
    return spanning_graphs(peer, "tensorflow")


def _records() -> bool:
    """Whether a tape of this process records now."""
    return _module("tensorflow.python.eager.record").could_possibly_record()


# Values as arrays of bytes


def _content(value: Any, encoder: Encoder) -> list[Any]:
    """[dtype, shape, data] of an eager tensor."""
    name = value.dtype.name
    if name not in DTYPES:
        raise CrossingError(f"a tensor of dtype {name} can't cross")
    array = np.asarray(value.numpy())
    shape = [int(size) for size in value.shape]
    if name == "string":
        return [name, shape, [bytes(item) for item in array.reshape(-1).tolist()]]
    flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return [name, shape, encoder.buffer(flat.data if flat.size else b"")]


def _build(name: Any, shape: Any, data: Any, decoder: Decoder) -> np.ndarray:
    """The array that a tensor is made of."""
    if name not in DTYPES:
        raise ProtocolError("a tensor of another dtype")
    if type(shape) is not list or len(shape) > 32:
        raise ProtocolError("a tensor of another form")
    if any(type(size) is not int or not 0 <= size < 2**40 for size in shape):
        raise ProtocolError("a tensor of another shape")
    size = math.prod(shape)
    if math.prod(max(each, 1) for each in shape) > 2**48:
        raise ProtocolError("a tensor of another shape")
    if name == "string":
        if type(data) is not list or len(data) != size or set(map(type, data)) - {bytes}:
            raise ProtocolError("a tensor whose data do not fill its shape")
        decoder.count(size)
        array = np.empty(size, dtype=object)
        array[:] = data
        return array.reshape(shape)
    held = decoder.buffer(data)
    dtype = np.dtype(_tf().dtypes.as_dtype(name).as_numpy_dtype)
    if len(held) != size * dtype.itemsize:
        raise ProtocolError("a tensor whose data do not fill its shape")
    raw = np.frombuffer(held, np.uint8)
    if name == "bool" and size and raw.max() > 1:
        raise ProtocolError("truth values that are none")
    return raw.view(dtype).reshape(shape) if size else np.empty(shape, dtype)


def _tensor(name: str, array: np.ndarray) -> Any:
    tf = _tf()
    return tf.constant(array, dtype=tf.dtypes.as_dtype(name), shape=array.shape)


def _differentiable(value: Any) -> bool:
    return value.dtype.is_floating or value.dtype.is_complex


# Gradients


class Recorder:
    """What this side computes for the other while the other's tape records."""

    def __init__(self, peer: Any) -> None:
        self.peer = peer
        self.epoch = 0  # of the examiner's tape; 0: none records
        self.tape: Any = None
        self.sources: list[tuple[Any, Token]] = []
        self._arrived = False
        self._known: list[Any] = []  # tensors that both sides know in this call
        self._depth = 0

    def begin(self, epoch: int) -> None:
        """The examiner's tapes are others now."""
        if epoch != self.epoch:
            self.epoch, self.tape, self.sources = epoch, None, []

    def other_records(self, flag: Any) -> None:
        """With a request inside a request: whether a tape of the other side records."""
        self._arrived = self._arrived or flag is True

    def arrived(self, value: Any, token: Token) -> None:
        """A tensor of the other side, which records."""
        self._arrived = True
        if len(self.sources) < MOST_INPUTS:
            self.sources.append((value, token))
        if self._depth and self.tape is not None:
            self.tape.watch(value)

    @contextlib.contextmanager
    def surround(self, kind: str) -> Iterator[None]:
        """Around the serving of one request."""
        arrived, self._arrived = self._arrived, False
        wanted = (arrived or self.epoch) and kind in ("call", "op", "next") and _tf() is not None
        if not wanted or self._depth:
            yield
            return
        if arrived and self.peer.table is not None:
            eager = _module("tensorflow.python.framework.ops").EagerTensor
            given = [value for value in self.peer.table.values if type(value) is eager]
            sources = {id(value) for value, _ in self.sources}
            self._known = [
                value for value in given if _differentiable(value) and id(value) not in sources
            ]
        if self.tape is None:
            self.tape = _tf().GradientTape(persistent=True)
        self._depth += 1
        try:
            with self.tape:
                for value, _ in self.sources:
                    self.tape.watch(value)
                for value in self._known:
                    self.tape.watch(value)
                yield
        finally:
            self._depth -= 1

    def after(self) -> None:
        """A request was answered; without an examiner's tape nothing is kept."""
        self._known = []
        if not self.epoch and not self._depth:
            self.tape, self.sources = None, []

    def graph(self, value: Any, encoder: Encoder) -> list[Any] | None:
        """[handle, handles of the receiver's own, nodes of our variables] of a result."""
        if self.tape is None:
            return None
        handles = [token.handle for _, token in self.sources]
        targets = [source for source, _ in self.sources]
        nodes = [
            (known, encoder.encode(known))
            for known in self._known
            if id(known) in encoder.table.index
        ]
        for variable in self.tape.watched_variables():
            origin = getattr(variable, _ORIGIN, None)
            if isinstance(origin, Token):
                handles.append(origin.handle)
                targets.append(variable)
            elif side == "student":
                nodes.append((variable, encoder.encode(variable)))
        targets += [variable for variable, _ in nodes]
        if not targets:
            return None
        handle = graphs_of(self.peer).send(value, [self.tape, targets])
        return [handle, handles, [node for _, node in nodes]]


def recorder_of(peer: Any) -> Recorder:
    """The recorder of a connection."""
    found = peer.notes.get("tensorflow")
    if found is None:
        found = peer.notes["tensorflow"] = Recorder(peer)
    return found


def gradient_asked(peer: Any, payload: Any) -> Any:
    """Serve ``tensorflow_gradient``: the gradients of a result of ours.

    Args:
        peer: this side's end.
        payload: [handle, the gradient of the result].
    """
    tf = _tf()
    if type(payload) is not list or len(payload) != 2 or tf is None:
        raise ProtocolError("a request for gradients of another form")
    handle, gradient = payload
    value, targets, _ = graphs_of(peer).own(handle)
    if targets is None or not tf.is_tensor(gradient) or gradient.shape != value.shape:
        raise ProtocolError("a gradient of another shape")
    tape, sources = targets
    found = tape.gradient(value, sources, output_gradients=gradient)
    return [None if each is None else tf.convert_to_tensor(each) for each in found]


def _connect(value: Any, graph: Any, decoder: Decoder) -> Any:
    """Record, on this side's tapes, that the value was computed over there."""
    tf = _tf()
    if type(graph) is not list or len(graph) != 3:
        raise ProtocolError("a tensor of another form")
    handle, own, nodes = graph
    if type(own) is not list or len(own) > MOST_INPUTS:
        raise ProtocolError("a tensor of another form")
    peer = decoder.peer
    graphs = graphs_of(peer)
    inputs = [graphs.own(each)[0] for each in own] + decoder.decode_all(nodes)
    token = graphs.token(handle)
    if not _records():
        return value
    record = _module("tensorflow.python.eager.record")
    shapes = [(each.shape, each.dtype) for each in inputs]
    recorded = []
    for each in inputs:
        if isinstance(each, tf.Variable):
            if each.trainable:
                _module("tensorflow.python.eager.tape").variable_accessed(each)
            recorded.append(each.handle)
        elif tf.is_tensor(each):
            recorded.append(each)
        else:
            raise ProtocolError("a result computed from what is no tensor")

    def backward(gradient: Any) -> list[Any]:
        gradient = tf.convert_to_tensor(gradient)
        found = peer.request_values("tensorflow_gradient", [token.handle, gradient])
        if type(found) is not list or len(found) != len(shapes):
            raise RuntimeError("the student's side gave no gradients")
        for given, (shape, dtype) in zip(found, shapes, strict=True):
            if given is None:
                continue
            if not tf.is_tensor(given) or given.shape != shape or given.dtype != dtype:
                raise RuntimeError(
                    f"the student's side gave a gradient of shape {getattr(given, 'shape', '?')} "
                    f"and {getattr(given, 'dtype', '?')} for a tensor of shape {shape} and {dtype}"
                )
        if _records():
            outputs = [given for given in found if given is not None]
            if outputs:
                record.record_operation("StudentGradient", outputs, [gradient, *recorded], _refuse)
        return found

    record.record_operation("Student", [value], recorded, backward)
    return value


def _refuse(*gradients: Any) -> Any:
    raise CrossingError(SECOND_ORDER)


_epoch = 0


def watch_tapes() -> None:
    """Count the tapes that this process starts, so that the other side can tell them apart."""
    backprop = _module("tensorflow.python.eager.backprop")
    original = backprop.GradientTape._push_tape
    if getattr(original, "_sbs_counts", False):
        return

    def _push_tape(self: Any) -> None:
        global _epoch
        if not _records():
            _epoch += 1
        original(self)

    _push_tape._sbs_counts = True
    backprop.GradientTape._push_tape = _push_tape


def epoch() -> int:
    """The number of this process's outermost recording tape; 0 if none records."""
    if "tensorflow.python.eager.record" not in sys.modules or _tf() is None:
        return 0
    watch_tapes()
    return max(_epoch, 1) if _records() else 0


# Adapters


class _Tensor(Adapter):
    """[dtype, shape, data, graph]: an eager tensor."""

    tag, shared = "ft", True

    def matches(self, value: Any) -> bool:
        tf = _tf()
        if tf is None:
            return False
        kind = type(value)
        if issubclass(kind, tf.Tensor):
            return not issubclass(
                kind, _module("tensorflow.python.framework.composite_tensor").CompositeTensor
            )
        keras = _keras()
        return keras is not None and issubclass(kind, keras.KerasTensor)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        eager = _module("tensorflow.python.framework.ops").EagerTensor
        if not isinstance(value, eager):
            raise CrossingError(SYMBOLIC)
        node = _content(value, encoder)
        if encoder.peer is None or not _differentiable(value):
            return [*node, None]
        if encoder.answer:
            return [*node, recorder_of(encoder.peer).graph(value, encoder)]
        return [*node, graphs_of(encoder.peer).send(value, None) if _records() else None]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        if _tf() is None:
            raise ProtocolError("a TensorFlow tensor, where TensorFlow was not imported")
        _, name, shape, data, graph = node
        value = _tensor(name, _build(name, shape, data, decoder))
        if graph is None:
            return value
        if type(graph) is int:
            recorder_of(decoder.peer).arrived(value, graphs_of(decoder.peer).token(graph))
            return value
        if not _differentiable(value):
            raise ProtocolError("whole numbers with gradients")
        return _connect(value, graph, decoder)


class _Variable(Adapter):
    """[dtype, shape, data, trainable, name, handle]: a ``tf.Variable``."""

    tag, shared, mutable = "fv", True, True

    def matches(self, value: Any) -> bool:
        return _tf() is not None and issubclass(type(value), _tf().Variable)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        handle = None
        if side == "examiner" and encoder.peer is not None and not hasattr(value, _ORIGIN):
            handle = graphs_of(encoder.peer).send(value, None)
        content = _content(_read(value), encoder)
        return [*content, bool(value.trainable), str(value.name).split(":")[0], handle]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        tf = _tf()
        if tf is None:
            raise ProtocolError("a TensorFlow variable, where TensorFlow was not imported")
        _, name, shape, data, trainable, title, handle = node
        if type(trainable) is not bool or type(title) is not str:
            raise ProtocolError("a variable of another form")
        array = _build(name, shape, data, decoder)
        if decoder.new_contents:
            return _tensor(name, array)
        made = tf.Variable(_tensor(name, array), trainable=trainable, name=_title(title))
        if handle is not None:
            if side == "examiner":
                raise ProtocolError("a variable of another form")
            made._sbs_origin = graphs_of(decoder.peer).token(handle)
        elif side == "examiner":
            made._sbs_origin = None
        return made

    def state(self, value: Any) -> Any:
        array = np.asarray(_read(value).numpy())
        return array.tolist() if array.dtype == object else array.tobytes()

    def unchanged(self, value: Any, state: Any) -> bool:
        return self.state(value) == state

    def update(self, value: Any, new: Any) -> None:
        if new.dtype != value.dtype or not value.shape.is_compatible_with(new.shape):
            raise ProtocolError(
                f"a variable of shape {value.shape} was given shape {new.shape}; that can't be "
                "carried over"
            )
        value.assign(new)


def _read(variable: Any) -> Any:
    """The value; no tape notices."""
    record = _module("tensorflow.python.eager.record")
    with record.stop_recording():
        return variable.read_value()


def _title(name: str) -> str | None:
    good = "".join(letter for letter in name[:100] if letter.isalnum() or letter in "_/-.")
    return good if good and good[0].isalnum() else None


class _KerasVariable(Adapter):
    """[variable of TensorFlow, name, path, trainable]: the ``keras.Variable`` around it."""

    tag, shared, mutable = "kv", True, True

    def matches(self, value: Any) -> bool:
        keras = _keras()
        return keras is not None and issubclass(type(value), keras.Variable)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        if value._value is None:
            raise CrossingError("a Keras variable that was not initialised can't cross")
        if not issubclass(type(value._value), _tf().Variable):
            raise CrossingError("variables of Keras cross with the TensorFlow backend only")
        return [
            encoder.encode(value._value),
            value.name[:200],
            value.path[:500],
            bool(value.trainable),
        ]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        keras = _keras()
        if keras is None:
            raise ProtocolError("a Keras variable, where Keras was not imported")
        _, inner, name, path, trainable = node
        if type(name) is not str or type(path) is not str or type(trainable) is not bool:
            raise ProtocolError("a variable of another form")
        variable = decoder.decode(inner)
        if not isinstance(variable, _tf().Variable):
            raise ProtocolError("a variable of another form")
        if decoder.new_contents:
            return _State("keras.Variable", [trainable])
        made = keras.Variable(
            np.zeros(variable.shape, variable.dtype.as_numpy_dtype),
            dtype=variable.dtype.name,
            trainable=trainable,
            name=(_title(name) or "variable").replace("/", "_"),
        )
        made._value = variable
        made._path = path[:500]
        return made

    def state(self, value: Any) -> Any:
        return [bool(value.trainable)]

    def unchanged(self, value: Any, state: Any) -> bool:
        return [bool(value.trainable)] == state

    def update(self, value: Any, new: Any) -> None:
        if not isinstance(new, _State):
            raise ProtocolError("a variable of another form")
        value.trainable = new.parts[0]


class _Slices(Adapter):
    """[values, indices, dense shape]: ``tf.IndexedSlices``, the gradient of an embedding."""

    tag = "fi"

    def matches(self, value: Any) -> bool:
        return _tf() is not None and issubclass(type(value), _tf().IndexedSlices)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return [encoder.encode(part) for part in (value.values, value.indices, value.dense_shape)]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        _, *parts = [decoder.decode(part) for part in node]
        if len(parts) != 3 or not all(part is None or _tf().is_tensor(part) for part in parts):
            raise ProtocolError("slices of another form")
        return _tf().IndexedSlices(*parts)


_ADVICE = {
    "RaggedTensor": "a ragged tensor can't cross; call to_tensor() or to_list() first",
    "SparseTensor": "a sparse tensor can't cross; call tf.sparse.to_dense() first",
    "DatasetV2": "a tf.data.Dataset can't cross; pass arrays, and build the dataset over there",
}


class _Refused(Adapter):
    """Values of TensorFlow that have no way across, each with what to do instead."""

    tag = "f!"

    def _name(self, value: Any) -> str | None:
        tf = _tf()
        if tf is None:
            return None
        for name, kind in (
            ("RaggedTensor", tf.RaggedTensor),
            ("SparseTensor", tf.SparseTensor),
            ("DatasetV2", tf.data.Dataset),
        ):
            if issubclass(type(value), kind):
                return name
        return None

    def matches(self, value: Any) -> bool:
        return self._name(value) is not None

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        raise CrossingError(_ADVICE[self._name(value) or ""])

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        raise ProtocolError("a value that can't cross")


class _DType(Adapter):
    """[name]: ``tf.float32`` and its like."""

    tag = "fd"

    def matches(self, value: Any) -> bool:
        return _tf() is not None and issubclass(type(value), _tf().DType)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return [value.name]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        if _tf() is None or node[1] not in (*DTYPES, "resource", "variant"):
            raise ProtocolError("a dtype of another form")
        return _tf().dtypes.as_dtype(node[1])


class _Shape(Adapter):
    """Sizes or None; None alone: of unknown rank."""

    tag = "fS"

    def matches(self, value: Any) -> bool:
        return _tf() is not None and issubclass(type(value), _tf().TensorShape)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return [None if value.rank is None else value.as_list()]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        sizes = node[1]
        if sizes is not None and (
            type(sizes) is not list
            or len(sizes) > 254
            or any(type(size) not in (int, type(None)) for size in sizes)
            or any(size is not None and not 0 <= size < 2**62 for size in sizes)
        ):
            raise ProtocolError("a shape of another form")
        return _tf().TensorShape(sizes)


class _State:
    """What is to be written into an object of Keras."""

    def __init__(self, kind: str, parts: list[Any]) -> None:
        self.kind, self.parts = kind, parts


class _Recipe(Adapter):
    """[configuration, variables, trainable flags, an optimiser's variables to be, optimiser]."""

    tag, shared, mutable = "fk", True, True

    def _kinds(self) -> tuple[type, ...]:
        keras = _keras()
        return (
            keras.Layer,
            keras.optimizers.Optimizer,
            keras.optimizers.schedules.LearningRateSchedule,
            keras.losses.Loss,
            keras.metrics.Metric,
            keras.initializers.Initializer,
            keras.regularizers.Regularizer,
            keras.constraints.Constraint,
        )

    def matches(self, value: Any) -> bool:
        if side != "examiner" or _keras() is None or isinstance(value, type):
            return False
        kind = type(value)
        return issubclass(kind, self._kinds()) and kind.__module__.startswith(
            ("keras.", "__main__")
        )

    @staticmethod
    def _is_optimiser(value: Any) -> bool:
        return isinstance(value, _keras().optimizers.Optimizer)

    @staticmethod
    def _variables(value: Any) -> list[Any]:
        return list(getattr(value, "variables", ()) or ())

    @staticmethod
    def _flags(value: Any) -> list[bool]:
        if not isinstance(value, _keras().Layer):
            return []
        return [bool(layer.trainable) for layer in value._flatten_layers()]

    def _targets(self, value: Any) -> list[Any]:
        """The variables that an optimiser was built for."""
        if self._is_optimiser(value) and value.built:
            return list(value._trainable_variables)
        return []

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        keras = _keras()
        text = None
        if side == "examiner":
            try:
                text = json.dumps(keras.saving.serialize_keras_object(value))
            except Exception as error:
                raise CrossingError(
                    f"the {type(value).__name__} can't be passed to the student's code: Keras "
                    f"can't write down how it is built ({error})"
                ) from None
        optimiser = getattr(value, "optimizer", None) if isinstance(value, keras.Model) else None
        return [
            text if text is None else encoder.buffer(text.encode()),
            encoder.encode_all(self._targets(value)),
            encoder.encode_all(self._variables(value)),
            self._flags(value),
            None if optimiser is None else encoder.encode(optimiser),
        ]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        _, text, targets, variables, flags, optimiser = node
        if decoder.new_contents:
            parts = [decoder.decode_all(targets), decoder.decode_all(variables), flags]
            return _State("keras", parts)
        if side == "examiner":
            raise ProtocolError("an object that only the tests may make")
        made = decoder.place(self._make(bytes(decoder.buffer(text)).decode(), decoder))
        given = decoder.decode_all(targets)
        if given and not made.built:
            made.build(given)
        self._graft(made, decoder.decode_all(variables), decoder.table)
        self._set_flags(made, flags)
        if optimiser is not None:
            made.optimizer = decoder.decode(optimiser)
        return made

    @staticmethod
    def _make(text: str, decoder: Decoder) -> Any:
        keras = _keras()
        config = json.loads(text)
        classes = {
            name: found
            for name, found in decoder.peer.shell.user_ns.items()
            if isinstance(found, type) and found.__module__ == "__main__"
        }
        held = random.getstate(), np.random.get_state()
        context = _module("tensorflow.python.eager.context").context_safe()
        generator = None if context is None else context._rng.getstate()
        try:
            return keras.saving.deserialize_keras_object(config, custom_objects=classes)
        except Exception as error:
            raise CrossingError(
                f"an object of Keras could not be built on the student's side: {error}"
            ) from None
        finally:
            random._inst.setstate(held[0])
            np.random.set_state(held[1])
            if generator is not None:
                context._rng.setstate(generator)

    def _graft(self, made: Any, given: list[Any], table: Any) -> None:
        """Let the object's own variables be those that both sides know."""
        own = self._variables(made)
        if len(own) != len(given):
            raise CrossingError(
                f"a {type(made).__name__} has {len(own)} variables on the student's side and "
                f"{len(given)} in the test: call it once, or build it, before it is passed"
            )
        for mine, known in zip(own, given, strict=True):
            number = table.index.get(id(known))
            if mine is known or tuple(mine.shape) != tuple(known.shape):
                continue
            mine._value = known._value
            if number is not None:
                table.values[number] = mine
                del table.index[id(known)]
                table.index[id(mine)] = number

    def _set_flags(self, made: Any, flags: Any) -> None:
        if flags == self._flags(made):
            return
        layers = list(made._flatten_layers())
        if len(flags) != len(layers):
            raise CrossingError(f"a {type(made).__name__} has other layers on the other side")
        for layer, flag in reversed(list(zip(layers, flags, strict=True))):
            if layer.trainable != flag:
                layer.trainable = flag

    def state(self, value: Any) -> Any:
        return [self._flags(value), [id(each) for each in self._variables(value)]]

    def unchanged(self, value: Any, state: Any) -> bool:
        return self.state(value) == state

    def update(self, value: Any, new: Any) -> None:
        keras = _keras()
        if not isinstance(new, _State) or new.kind != "keras":
            raise ProtocolError("the state of another object")
        targets, variables, flags = new.parts
        if type(flags) is not list or any(type(flag) is not bool for flag in flags):
            raise ProtocolError("the state of another object")
        if any(not isinstance(each, keras.Variable) for each in targets + variables):
            raise ProtocolError("the state of another object")
        if self._is_optimiser(value) and targets and not value.built:
            value.build(targets)
        own = self._variables(value)
        if len(own) != len(variables):
            raise ProtocolError("a model was given other variables")
        for mine, given in zip(own, variables, strict=True):
            if mine is not given:
                if tuple(mine.shape) != tuple(given.shape) or mine.dtype != given.dtype:
                    raise ProtocolError("a model was given other variables")
                mine._value = given._value
        if isinstance(value, keras.Layer):
            self._set_flags(value, flags)


def install() -> None:
    """Register the adapters; imports nothing of TensorFlow and runs nothing of it."""
    for adapter in (
        _Refused(),
        _Tensor(),
        _Slices(),
        _Variable(),
        _KerasVariable(),
        _DType(),
        _Shape(),
        _Recipe(),
    ):
        register(adapter)


def recording() -> bool:
    """Whether a tape of this process records now."""
    return _tf() is not None and _records()
