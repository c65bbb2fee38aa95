"""PyTorch over the wire: tensors, gradients through the other side, modules and optimisers.

**Tensors** travel as dtype, shape and bytes, with ``requires_grad``, ``.grad`` and whether they are
a Parameter. A tensor is *mutable*: what the other side does to it in place (``step()``, ``copy_``,
``zero_grad``) is written into the one here.

**Gradients.** A tensor that belongs to a graph stays connected to it. What arrives for it is the
output of `_Crossing`, an autograd function whose backward asks the other side:

- an *answer* (the result of a student's function) names the tensors of the receiver that it was
  computed from, and the leaves of the sender (a student's parameters; they get a counterpart here).
  Its backward gets one gradient for each from the sender (`torch.autograd.grad`), and this side's
  engine goes on with them, so ``backward()``, ``torch.autograd.grad`` and hooks work as ever.
- an *argument* names nothing: if the receiver's own backward (``loss.backward()`` in a student's
  training loop) reaches it, the sender accumulates the gradient in its leaves.

The gradients that the student's side gives are data: of the right shapes, or an error.

**Modules, optimisers, schedulers, data sets and loaders** of the tests cross by recipe, from the
examiner to the student only: the name of a class that both sides have, and its attributes as data.
Afterwards the attributes that changed come back as data into the examiner's own object.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from sidebyside.grading.wire.codec import Adapter, Decoder, Encoder, register
from sidebyside.grading.wire.errors import CrossingError, ProtocolError
from sidebyside.grading.wire.frameworks import graphs as spanning
from sidebyside.grading.wire.frameworks.graphs import Graphs, Token

DTYPES = (
    *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex32", "complex64", "complex128"),
    *("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"),
)
SECOND_ORDER = (
    "second-order gradients (create_graph=True) through the student's code can't cross: let the "
    "student's function compute that gradient itself, and compare what it returns"
)
MOST_EDGES = 10_000  # tensors that one result may have been computed from
_ORIGIN = "_sbs_origin"

side = "student"  # or "examiner": who may send recipes; set by `start`


def _torch() -> Any:
    return sys.modules.get("torch")


def _dtype(name: Any) -> Any:
    if name not in DTYPES:
        raise ProtocolError("a tensor of another dtype")
    return getattr(_torch(), name)


# Graphs that span both sides


def graphs_of(peer: Any) -> Graphs:
    """The graphs of PyTorch of a connection."""
    return spanning.graphs_of(peer, "torch")


class _Plan:
    """What the backward of a tensor of the other side asks for."""

    def __init__(self, graphs: Graphs, token: Token, answer: bool, inputs: list[Any]) -> None:
        self.graphs, self.token, self.answer, self.inputs = graphs, token, answer, inputs
        self.data: Any = None
        self.rest: Any = None  # stands for the leaves over there that are not among ``inputs``

    def gradients(self, gradient: Any) -> list[Any]:
        """One gradient, or None, for each of ``inputs``; of their shapes."""
        torch = _torch()
        # Leaves over there get their gradient if this backward fills leaves: in ``backward()``, and
        # not in ``torch.autograd.grad()``.
        rest = self.rest is not None and torch._C._will_engine_execute_node(self.rest)
        payload = [self.token.handle, gradient.detach(), self.answer, rest]
        found = self.graphs.peer.request_values("torch_gradient", payload)
        if not self.answer:
            return []
        if type(found) is not list or len(found) != len(self.inputs):
            raise RuntimeError("the student's side gave no gradients")
        for one, given in zip(self.inputs, found, strict=True):
            if given is None:
                continue
            if not isinstance(given, torch.Tensor) or given.requires_grad:
                raise RuntimeError("the student's side gave something that is no gradient")
            if given.shape != one.shape or given.dtype != one.dtype:
                raise RuntimeError(
                    f"the student's side gave a gradient of shape {tuple(given.shape)} and "
                    f"{given.dtype} for a tensor of shape {tuple(one.shape)} and {one.dtype}"
                )
        return found


_function: Any = None


def _crossing() -> Any:
    """The autograd function; made when PyTorch is first needed."""
    global _function
    if _function is None:
        torch = _torch()

        class _Crossing(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, plan: _Plan, *inputs: Any) -> Any:
                ctx.plan = plan
                ctx.save_for_backward(torch.empty(0))
                data, plan.data = plan.data, None
                return data

            @staticmethod
            def backward(ctx: Any, gradient: Any) -> Any:
                ctx.saved_tensors  # noqa: B018 - raises if the graph was freed, as anywhere
                if torch.is_grad_enabled():
                    raise CrossingError(SECOND_ORDER)
                plan = ctx.plan
                found = plan.gradients(gradient)
                return None, *found, *([] if plan.rest is None else [None])

        _function = _Crossing
    return _function


def gradient_asked(peer: Any, payload: Any) -> Any:
    """Serve ``torch_gradient``: gradients of a tensor of ours, or their accumulation in its leaves.

    Args:
        peer: this side's end.
        payload: [handle, the gradient of the result, whether gradients are to be returned, whether
            those of the leaves that the other side does not know are to be accumulated].
    """
    torch = _torch()
    if type(payload) is not list or len(payload) != 4 or torch is None:
        raise ProtocolError("a request for gradients of another form")
    handle, gradient, answer, rest = payload
    tensor, targets, _ = graphs_of(peer).own(handle)
    if not isinstance(gradient, torch.Tensor) or gradient.shape != tensor.shape:
        raise ProtocolError("a gradient of another shape")
    gradient = gradient.detach().to(tensor.dtype)
    if answer:
        if not targets:
            raise ProtocolError("gradients of a tensor that has none")
        inputs, leaves = targets
        given = torch.autograd.grad(
            [tensor], inputs, [gradient], retain_graph=True, allow_unused=True
        )
        if rest is True and leaves:
            torch.autograd.backward([tensor], [gradient], retain_graph=True, inputs=leaves)
        return [None if each is None else each.detach() for each in given]
    torch.autograd.backward([tensor], [gradient], retain_graph=True)
    return None


def _origins(tensor: Any, table: Any) -> list[Any]:
    """Where a result of ours comes from.

    Returns:
        (what `torch.autograd.grad` takes, handle, tensor) of each leaf (tensor), of each tensor of
        the other side (handle) and, for a function of the tests that is called back, of each tensor
        inside a graph that the student's side knows (tensor).
    """
    torch = _torch()
    edge = torch.autograd.graph.GradientEdge
    found: list[Any] = []
    seen: dict[Any, Any] = {}
    known = {}
    for each in table.values if side == "examiner" else ():
        if isinstance(each, torch.Tensor) and each is not tensor and each.grad_fn is not None:
            known[id(each.grad_fn), each.output_nr] = each.grad_fn, each
    waiting = [(tensor.grad_fn, tensor.output_nr)]
    while waiting:
        node, number = waiting.pop()
        if node is None:
            continue
        plan = getattr(node, "plan", None)
        crossing = isinstance(plan, _Plan)
        both = known.get((id(node), number))
        key = (id(node), number) if crossing or both else id(node)
        if key in seen:
            continue
        seen[key] = node
        if crossing:
            found.append((edge(node, number), plan.token.handle, None))
        elif both:
            found.append((edge(node, number), None, both[1]))
        elif hasattr(node, "variable"):
            found.append((node.variable, None, node.variable))
        else:
            waiting += reversed(node.next_functions)
        if len(found) > MOST_EDGES:
            raise CrossingError(f"a result of more than {MOST_EDGES:,} tensors can't cross")
    return found


# Tensors


def _bytes(tensor: Any) -> Any:
    """The contents, as an array of bytes, shape (bytes,); the tensor's own memory if it can be."""
    torch = _torch()
    flat = tensor.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    if flat.dtype in (torch.complex32,):
        flat = torch.view_as_real(flat).reshape(-1)
    return flat.view(torch.uint8).numpy()


def _as_tensor(value: Any) -> Any:
    """The value as an exact tensor: subclasses are not asked."""
    torch = _torch()
    if type(value) is torch.Tensor or type(value) is torch.nn.Parameter:
        return value
    with torch._C.DisableTorchFunctionSubclass():
        return torch.Tensor.as_subclass(value, torch.Tensor)


def _check(value: Any) -> str:
    """The name of the dtype; refuses what is not a plain tensor in memory."""
    torch = _torch()
    if value.layout is not torch.strided:
        raise CrossingError("a sparse tensor can't cross; call to_dense() first")
    if value.is_quantized:
        raise CrossingError("a quantised tensor can't cross; call dequantize() first")
    if value.is_nested:
        raise CrossingError("a nested tensor can't cross; call unbind() first")
    if torch.nn.parameter.is_lazy(value):
        raise CrossingError("a lazy parameter has no value yet: call the module once first")
    if value.device.type == "meta":
        raise CrossingError("a tensor on the meta device has no values and can't cross")
    if torch._C._functorch.is_functorch_wrapped_tensor(value):
        raise CrossingError("a tensor inside torch.func (vmap, grad) can't cross")
    name = str(value.dtype).removeprefix("torch.")
    if name not in DTYPES:
        raise CrossingError(f"a tensor of {value.dtype} can't cross")
    return name


def _content(value: Any, encoder: Encoder) -> list[Any]:
    name = _check(value)
    if value.device.type != "cpu":
        value = value.detach().cpu()
    return [name, list(value.shape), encoder.buffer(_bytes(value).data if value.numel() else b"")]


def _build(name: Any, shape: Any, data: Any, decoder: Decoder) -> Any:
    torch = _torch()
    dtype = _dtype(name)
    if type(shape) is not list or len(shape) > 64:
        raise ProtocolError("a tensor of another form")
    if any(type(size) is not int or not 0 <= size < 2**48 for size in shape):
        raise ProtocolError("a tensor of another shape")
    held = decoder.buffer(data)
    size = math.prod(shape)
    if len(held) != size * dtype.itemsize or math.prod(max(each, 1) for each in shape) > 2**48:
        raise ProtocolError("a tensor whose data do not fill its shape")
    if not size:
        return torch.empty(shape, dtype=dtype)
    raw = torch.frombuffer(held, dtype=torch.uint8)
    if name == "bool" and int(raw.max()) > 1:
        raise ProtocolError("truth values that are none")
    built = torch.empty(shape, dtype=dtype)  # memory of its own, that PyTorch may resize
    flat = built.reshape(-1)
    if name == "complex32":
        flat = torch.view_as_real(flat).reshape(-1)
    flat.view(torch.uint8).copy_(raw)
    return built


def _gradient_of(value: Any) -> Any:
    return value.grad if value.is_leaf else None


class _Tensor(Adapter):
    """[dtype, shape, data, form, .grad or None, graph or None]; forms: g(rad), p(arameter)."""

    tag, shared, mutable = "tt", True, True

    def matches(self, value: Any) -> bool:
        torch = _torch()
        kind = getattr(torch, "Tensor", None)
        return kind is not None and issubclass(type(value), kind)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        torch = _torch()
        parameter = isinstance(value, torch.nn.Parameter)
        exact = _as_tensor(value)
        node = _content(exact, encoder)
        gradient = graph = None
        form = ""
        if exact.requires_grad:
            form = "x"
            if exact.grad_fn is None:
                form = "p" if parameter else "g"
                found = _gradient_of(exact)
                gradient = None if found is None else _content(found, encoder)
            graph = self._graph(exact, encoder)
        elif parameter:
            form = "q"
        return [*node, form, gradient, graph]

    def _graph(self, exact: Any, encoder: Encoder) -> list[Any] | None:
        """[handle, whether an answer, nodes of leaves, handles of the receiver's own tensors]."""
        origin = exact.__dict__.get(_ORIGIN)
        if exact.grad_fn is None:
            # A leaf of the receiver's that comes back by itself is known by its handle.
            if isinstance(origin, Token):
                return [0, False, [], [origin.handle]]
            if encoder.peer is None or side == "student":
                return None
            return [graphs_of(encoder.peer).send(exact, None), False, [], []]
        known = graphs_of(encoder.peer)
        if not encoder.answer:
            return [known.send(exact, None), False, [], []]
        targets, nodes, handles, rest = [], [], [], []
        for target, handle, source in _origins(exact, encoder.table):
            if handle is None:
                held = source.__dict__.get(_ORIGIN)
                if isinstance(held, Token):
                    handle = held.handle
                elif side == "examiner" and id(source) not in encoder.table.index:
                    rest.append(target)  # a leaf of the tests' own stays here
                    continue
            if handle is None:
                nodes.append((target, encoder.encode(source)))
            else:
                targets.append(target)
                handles.append(handle)
        targets += [target for target, _ in nodes]
        if not targets:
            return [known.send(exact, None), False, [], []]
        handle = known.send(exact, [targets, rest])
        return [handle, True, [node for _, node in nodes], handles, bool(rest)]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        torch = _torch()
        if torch is None:
            return self._without_torch(node, decoder)
        _, name, shape, data, form, gradient, graph = node
        if form not in ("", "g", "p", "q", "x") or (form == "x" and graph is None):
            raise ProtocolError("a tensor of another form")
        built = _build(name, shape, data, decoder)
        if form and not (built.is_floating_point() or built.is_complex() or form == "q"):
            raise ProtocolError("a tensor of whole numbers with gradients")
        if not form:
            return built
        if form in ("p", "q"):
            with torch.no_grad():
                built = torch.nn.Parameter(built, requires_grad=form == "p")
        if graph is None:
            built.requires_grad_(form != "q")
            return self._with_gradient(built, gradient, decoder)
        handle, answer, leaves, own, *rest = graph
        if type(leaves) is not list or type(own) is not list or type(answer) is not bool:
            raise ProtocolError("a tensor of another form")
        graphs = graphs_of(decoder.peer)
        if handle == 0:
            if len(own) != 1:
                raise ProtocolError("a tensor of another form")
            known = graphs.own(own[0])[0]
            if decoder.new_contents or known.shape != built.shape:
                return self._with_gradient(built.requires_grad_(), gradient, decoder)
            return known
        if form in ("g", "p"):
            if side != "student" or answer:
                raise ProtocolError("a tensor of another form")
            built.requires_grad_()
            built.__dict__[_ORIGIN] = graphs.token(handle)
            return self._with_gradient(built, gradient, decoder)
        inputs = [graphs.own(each)[0] for each in own]
        inputs += decoder.decode_all(leaves)
        if any(not isinstance(each, torch.Tensor) or not each.requires_grad for each in inputs):
            raise ProtocolError("a result computed from what has no gradients")
        plan = _Plan(graphs, graphs.token(handle), answer, inputs)
        plan.data = built.detach()
        with torch.enable_grad():
            given = list(inputs)
            if not answer or rest == [True]:
                leaf = torch.zeros((), requires_grad=True)
                plan.rest = leaf.view_as(leaf).grad_fn.next_functions[0][0]
                given.append(leaf)
            return _crossing().apply(plan, *given)

    @staticmethod
    def _with_gradient(built: Any, gradient: Any, decoder: Decoder) -> Any:
        if gradient is not None:
            name, shape, data = gradient
            found = _build(name, shape, data, decoder)
            if found.shape != built.shape:
                raise ProtocolError("a gradient of another shape")
            built.grad = found
        return built

    @staticmethod
    def _without_torch(node: list[Any], decoder: Decoder) -> Any:
        raise ProtocolError("a PyTorch tensor, where PyTorch was not imported")

    def state(self, value: Any) -> Any:
        exact = _as_tensor(value)
        gradient = _gradient_of(exact)
        try:
            return (
                exact.dtype,
                exact.shape,
                exact.requires_grad,
                None if gradient is None else _bytes(gradient).tobytes(),
                _bytes(exact).tobytes(),
            )
        except RuntimeError:  # no plain tensor in memory; it could not have crossed
            return None

    def unchanged(self, value: Any, state: Any) -> bool:
        exact = _as_tensor(value)
        dtype, shape, needs, held_gradient, held = state
        if exact.dtype != dtype or exact.shape != shape or exact.requires_grad != needs:
            return False
        gradient = _gradient_of(exact)
        if (gradient is None) != (held_gradient is None):
            return False
        if gradient is not None and _bytes(gradient).data != held_gradient:
            return False
        return _bytes(exact).data == held

    def update(self, value: Any, new: Any) -> None:
        torch = _torch()
        exact = _as_tensor(value)
        if new.grad_fn is not None:
            with torch.enable_grad():
                exact.copy_(new)
            return
        with torch.no_grad():
            if exact.shape == new.shape and exact.dtype == new.dtype:
                if _bytes(exact).tobytes() != _bytes(new).tobytes():
                    exact.copy_(new)
            elif exact.grad_fn is not None:
                raise ProtocolError("a tensor inside a graph was given another shape")
            else:
                exact.data = new.detach()
        if exact.grad_fn is None:
            if exact.requires_grad != new.requires_grad:
                exact.requires_grad_(new.requires_grad)
            self._update_gradient(exact, new.grad)

    @staticmethod
    def _update_gradient(exact: Any, new: Any) -> None:
        torch = _torch()
        held = exact.grad
        if new is None or held is None or held.shape != new.shape or held.dtype != new.dtype:
            exact.grad = new
            return
        with torch.no_grad():
            if _bytes(held).tobytes() != _bytes(new).tobytes():
                held.copy_(new)


# Small values


class _Small(Adapter):
    """Values that are known by a few words."""

    def __init__(self, tag: str, find: Callable[[Any], Any], words: Any, build: Any) -> None:
        self.tag, self._find, self._words, self._build = tag, find, words, build

    def matches(self, value: Any) -> bool:
        torch = _torch()
        kind = None if torch is None else self._find(torch)
        return kind is not None and type(value) is kind

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return encoder.encode_all(self._words(value))

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        if _torch() is None:
            raise ProtocolError("a value of PyTorch, where PyTorch was not imported")
        return self._build(decoder.decode_all(node[1:]))


def _size(words: list[Any]) -> Any:
    if len(words) > 64 or any(type(each) is not int for each in words):
        raise ProtocolError("a shape of another form")
    return _torch().Size(words)


def _device(words: list[Any]) -> Any:
    kind, index = words
    if kind not in ("cpu", "cuda", "mps", "meta") or type(index) not in (int, type(None)):
        raise ProtocolError("a device of another form")
    return _torch().device(kind) if index is None else _torch().device(kind, index)


def _finfo(words: list[Any]) -> Any:
    info = _torch().finfo if words[0] == "finfo" else _torch().iinfo
    return info(_dtype(words[1]))


class _Generator(Adapter):
    """A ``torch.Generator``: its state; drawn from over there, it has moved on here."""

    tag, shared, mutable = "tg", True, True

    def matches(self, value: Any) -> bool:
        kind = getattr(_torch(), "Generator", None)
        return kind is not None and issubclass(type(value), kind)

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        if value.device.type != "cpu":
            raise CrossingError("a generator on another device than the CPU can't cross")
        return [value.get_state().numpy().tobytes()]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        torch = _torch()
        if torch is None or type(node[1]) is not bytes or len(node) != 2:
            raise ProtocolError("a generator of another form")
        made = torch.Generator()
        try:
            made.set_state(torch.frombuffer(bytearray(node[1]), dtype=torch.uint8))
        except RuntimeError:
            raise ProtocolError("a generator in a state that is none") from None
        return made

    def state(self, value: Any) -> Any:
        return value.get_state().numpy().tobytes()

    def unchanged(self, value: Any, state: Any) -> bool:
        return value.get_state().numpy().tobytes() == state

    def update(self, value: Any, new: Any) -> None:
        value.set_state(new.get_state())


# Recipes


def _dotted(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _bases() -> tuple[type, ...]:
    torch = _torch()
    found = [torch.nn.Module, torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]
    data = sys.modules.get("torch.utils.data")
    if data is not None:
        found += [data.Dataset, data.DataLoader, data.Sampler]
    return tuple(found)


class _State:
    """The new attributes of an object, on their way into it."""

    def __init__(self, kind: str, attributes: dict[str, Any]) -> None:
        self.kind, self.attributes = kind, attributes


class _Recipe(Adapter):
    """[module, name of the class, names of attributes, their values]."""

    tag, shared, mutable = "tm", True, True

    def matches(self, value: Any) -> bool:
        torch = _torch()
        if side != "examiner" or torch is None or not hasattr(torch, "optim"):
            return False
        kind = type(value)
        if not issubclass(kind, _bases()):
            return False
        return kind.__module__.startswith(("torch.", "__main__"))

    @staticmethod
    def _attributes(value: Any) -> dict[str, Any]:
        torch = _torch()
        found = {}
        lazy = isinstance(value, torch.nn.modules.lazy.LazyModuleMixin)
        if lazy and side == "examiner" and value.has_uninitialized_params():
            raise CrossingError(
                f"a {type(value).__name__} has no parameters yet: call the module once first"
            )
        for name, held in object.__getattribute__(value, "__dict__").items():
            if "_hooks" in name and name.startswith("_"):
                if isinstance(held, dict) and not held:
                    continue
                if isinstance(held, dict):
                    raise CrossingError(
                        f"a {type(value).__name__} with hooks can't be passed to the student's code"
                    )
                continue
            if name == "step" and isinstance(value, torch.optim.Optimizer):
                continue  # a scheduler's wrapper
            if name.startswith("_compiled_call_impl"):
                continue
            found[name] = held
        return found

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        kind = type(value)
        attributes = self._attributes(value)
        return [
            kind.__module__,
            kind.__qualname__,
            list(attributes),
            encoder.encode_all(list(attributes.values())),
        ]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        _, module, name, names, values = node
        if type(names) is not list or any(type(each) is not str for each in names):
            raise ProtocolError("an object of another form")
        if side == "examiner":
            if not decoder.new_contents:
                raise ProtocolError("an object that only the tests may make")
            attributes = dict(zip(names, decoder.decode_all(values), strict=True))
            return _State(f"{module}.{name}", attributes)
        if decoder.new_contents:
            attributes = dict(zip(names, decoder.decode_all(values), strict=True))
            return _State(f"{module}.{name}", attributes)
        torch = _torch()
        made = object.__new__(self._class(module, name, decoder))
        if isinstance(made, torch.nn.Module):
            torch.nn.Module.__init__(made)
        decoder.place(made)
        attributes = dict(zip(names, decoder.decode_all(values), strict=True))
        if isinstance(made, torch.optim.Optimizer):
            torch.optim.Optimizer.__setstate__(made, attributes)
        else:
            made.__dict__.update(attributes)
        return made

    @staticmethod
    def _class(module: str, name: str, decoder: Decoder) -> type:
        if module == "__main__":
            found: Any = decoder.peer.shell.user_ns.get(name)
        else:
            found = sys.modules.get(module)
            for part in name.split("."):
                found = getattr(found, part, None)
        if not isinstance(found, type):
            raise CrossingError(
                f"the class {name} is not defined on the student's side: an object of it can be "
                "passed only if a cell that runs on both sides (locked, not graded) defines it"
            )
        return found

    def state(self, value: Any) -> Any:
        attributes = self._attributes(value)
        return tuple(attributes), tuple(attributes.values())

    def unchanged(self, value: Any, state: Any) -> bool:
        attributes = self._attributes(value)
        names, values = state
        return tuple(attributes) == names and all(
            one is other for one, other in zip(attributes.values(), values, strict=True)
        )

    def update(self, value: Any, new: _State) -> None:
        kind = type(value)
        if not isinstance(new, _State) or new.kind != _dotted(kind):
            raise ProtocolError("the attributes of another class")
        space = object.__getattribute__(value, "__dict__")
        for name in list(self._attributes(value)):
            if name not in new.attributes:
                del space[name]
        for name, held in new.attributes.items():
            if name not in space and (name.startswith("_") or hasattr(kind, name)):
                raise ProtocolError(f"an attribute {name!r} over one of the class")
            if name in space or not callable(held) or isinstance(held, tuple(_bases())):
                space[name] = held


_FACTORIES = {"dict": dict, "list": list, "int": int, "float": float, "set": set, "": None}


class _DefaultDict(Adapter):
    """A ``collections.defaultdict`` of a built-in factory: an optimiser's state."""

    tag, shared, mutable = "dd", True, True

    def __init__(self) -> None:
        from collections import defaultdict

        self.types = (defaultdict,)

    def _name(self, value: Any) -> str:
        for name, factory in _FACTORIES.items():
            if value.default_factory is factory:
                return name
        return ""

    def encode(self, value: Any, encoder: Encoder) -> list[Any]:
        return [
            self._name(value),
            encoder.chunks(list(dict.keys(value))),
            encoder.chunks(list(dict.values(value))),
        ]

    def decode(self, node: list[Any], decoder: Decoder) -> Any:
        from sidebyside.grading.wire.codec import check_hashes

        _, name, keys, values = node
        value = self.types[0](_FACTORIES[name])
        if not decoder.new_contents:
            decoder.place(value)
        keys = decoder.chunks(keys, 0)
        check_hashes(keys)
        value.update(zip(keys, decoder.chunks(values, 0), strict=True))
        return value

    def state(self, value: Any) -> Any:
        return (*dict.keys(value), *dict.values(value))

    def unchanged(self, value: Any, state: Any) -> bool:
        now = (*dict.keys(value), *dict.values(value))
        return len(now) == len(state) and all(
            one is other for one, other in zip(now, state, strict=True)
        )

    def update(self, value: Any, new: Any) -> None:
        if list(map(id, dict.keys(value))) != list(map(id, dict.keys(new))):
            dict.clear(value)
        dict.update(value, new)


def install() -> None:
    """Register the adapters; imports nothing and runs nothing of PyTorch."""
    register(_Tensor())
    register(_Small("tS", lambda t: getattr(t, "Size", None), lambda v: list(v), _size))
    register(
        _Small(
            "tD",
            lambda t: getattr(t, "dtype", None),
            lambda v: [str(v).removeprefix("torch.")],
            lambda words: _dtype(words[0]),
        )
    )
    register(
        _Small("tV", lambda t: getattr(t, "device", None), lambda v: [v.type, v.index], _device)
    )
    for name in ("finfo", "iinfo"):
        register(
            _Small(
                f"t{name}",
                lambda t, name=name: getattr(t, name, None),
                lambda v, name=name: [name, str(v.dtype).removeprefix("torch.")],
                _finfo,
            )
        )
    register(_Generator())
    register(_Recipe())
    register(_DefaultDict())
