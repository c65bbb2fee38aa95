"""Random numbers of the two processes: seeded alike, the student's following the test's.

The student's process is a copy of the examiner's as far as chance goes. Both begin from the seed of
the assignment (`seed_everything`), and whatever the examiner's cells do to a *global* generator
(``torch.manual_seed(0)``, a draw) is done to the student's before its next call (`changes`,
`apply`). Nothing comes back: the examiner's own draws never depend on what the student's code drew.

Generators that nobody seeded (``np.random.default_rng()``, ``random.Random()``) would take their
entropy from the operating system, so that a submission could score differently when it is graded
again. In the grader's processes they take it from the assignment's seed, the cell and a counter.
``os.urandom``, ``secrets`` and ``uuid`` stay what they are.

Nothing here imports a framework: PyTorch, TensorFlow and Keras are looked at only once something
else has imported them. No operation of theirs runs before that either, so a parent that is yet to
fork may import this module (not call it).
"""

from __future__ import annotations

import functools
import hashlib
import importlib.abc
import importlib.machinery
import random
import sys
from collections.abc import Callable
from typing import Any

_WATCHED = ("numpy", "torch", "tensorflow", "keras")  # in any order; each looked at by itself
_MARK = 5.0e-324  # a cached Gaussian that NumPy holds to be invalid: seen by nobody but `changes`


class _Entropy:
    """Where unseeded generators of this process get their bits: a stream for each cell."""

    def __init__(self) -> None:
        self.seed: int | None = None
        self.cell = ""
        self.counter = 0

    def bits(self, number: int) -> int:
        """The next `number` bits as an integer; the same for the same seed, cell and count."""
        self.counter += 1
        text = f"{self.seed}/{self.cell}/{self.counter}".encode()
        return int.from_bytes(hashlib.shake_256(text).digest((number + 7) // 8), "little") >> (
            -number % 8
        )


_entropy = _Entropy()
_touched: set[str] = set()  # generators that were seeded or set since the last push, though equal
_wrapped: set[str] = set()


def seed_everything(seed: int, cell_id: str = "") -> None:
    """Make this process's random numbers a function of `seed`; for processes of the grader only.

    Call it at the start of either process, after the fork. The global generators of `random`,
    NumPy, PyTorch and TensorFlow/Keras are seeded, those of packages imported later as soon as they
    are imported. Calling it again with the same seed only enters the cell: a generator that a
    notebook seeded in its first cell goes on in its second, as it does in JupyterLab.

    Args:
        seed: any integer; the assignment's (`Job.seed`).
        cell_id: the cell about to run (see `enter_cell`).
    """
    enter_cell(cell_id)
    if _entropy.seed == seed:
        return
    _entropy.seed = seed
    _wrap_random()
    random.seed(seed)
    for name in _WATCHED:
        if name in sys.modules:
            _prepare(name)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def enter_cell(cell_id: str) -> None:
    """Start the stream of entropy of one cell: unseeded generators there depend on it alone."""
    _entropy.cell = cell_id
    _entropy.counter = 0


def current_cell() -> str:
    """The cell that was entered last."""
    return _entropy.cell


# Both sides: what follows the import of a package


def _prepare(name: str) -> None:
    """Seed the package's global generators and bend its source of entropy, once per process."""
    if _entropy.seed is None:
        return
    module = sys.modules[name]
    seed = _entropy.seed % 2**32
    if name == "numpy":
        source = sys.modules.get("numpy.random.bit_generator")
        if source is not None and hasattr(source, "randbits"):
            source.randbits = _entropy.bits
        _wrap("numpy.random.seed", "numpy")
        module.random.seed(seed)
    elif name == "torch":
        for path in ("manual_seed", "set_rng_state", "seed"):
            _wrap(f"torch.{path}", "torch")
            _wrap(f"torch.random.{path}", "torch")
        module.random.manual_seed(seed)
    elif name == "tensorflow":
        # Creates TensorFlow's Python-level context, and initialises nothing (0.2 ms).
        context = sys.modules.get("tensorflow.python.eager.context")
        if context is not None:
            context.set_global_seed(seed)
    elif name == "keras":
        state = sys.modules.get("keras.src.backend.common.global_state")
        if state is not None:
            state.set_global_attribute("global_random_seed", seed)
            state.set_global_attribute("global_seed_generator", None)


class _Finder(importlib.abc.MetaPathFinder):
    """Prepares a package when its import, by whomever, has finished."""

    def find_spec(
        self, fullname: str, path: Any, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in _WATCHED:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                execute = spec.loader.exec_module

                def exec_module(module: Any, execute: Callable = execute) -> None:
                    execute(module)
                    _prepare(fullname)

                spec.loader.exec_module = exec_module
                return spec
        return None


def _wrap_random() -> None:
    """Give `random.Random` our entropy when it is seeded by nobody, and note `random.seed`."""
    if "random" in _wrapped:
        return
    _wrapped.add("random")
    original = random.Random.seed

    @functools.wraps(original)
    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        if self is random._inst:
            _touched.add("random")
        original(self, _entropy.bits(2496) if a is None else a, version)

    random.Random.seed = seed
    random.seed = random._inst.seed

    @functools.wraps(random.setstate)
    def setstate(state: Any) -> None:
        _touched.add("random")
        random._inst.setstate(state)

    random.setstate = setstate


def _wrap(path: str, generator: str) -> None:
    """Note a call of the module's function that sets a global generator; unseeded means ours."""
    if path in _wrapped:
        return
    module_name, name = path.rsplit(".", 1)
    module = sys.modules.get(module_name)
    original = getattr(module, name, None)
    if original is None:
        return
    _wrapped.add(path)

    @functools.wraps(original)
    def noted(*args: Any, **named: Any) -> Any:
        _touched.add(generator)
        if path == "numpy.random.seed" and not named and args in ((), (None,)):
            return original(_entropy.bits(32))
        if generator == "torch" and name == "seed":
            value = _entropy.bits(63)
            sys.modules["torch"].random.manual_seed(value)
            return value
        return original(*args, **named)

    setattr(module, name, noted)


# The examiner's side


class _Seed(int):
    """A seed of Keras that `Watcher` has seen."""


class Watcher:
    """Tells what the student's global generators must be set to before a call.

    One per connection. The first `changes` gives all the generators that exist.
    """

    def __init__(self) -> None:
        self._random: Any = None
        self._numpy: Any = None
        self._torch: bytes | None = None
        self._tensorflow: Any = None
        self._keras: Any = None

    def changes(self) -> dict[str, Any] | None:
        """The state, as plain data, of the generators drawn from or set since the last call."""
        found: dict[str, Any] = {}
        self._look_at_random(found)
        if "numpy" in sys.modules:
            self._look_at_numpy(found)
        if "torch" in sys.modules and hasattr(sys.modules["torch"], "get_rng_state"):
            self._look_at_torch(found)
        if "tensorflow" in sys.modules:
            self._look_at_tensorflow(found)
        if "keras" in sys.modules:
            self._look_at_keras(found)
        return found or None

    def _look_at_random(self, found: dict[str, Any]) -> None:
        state = random.getstate()
        if state != self._random or "random" in _touched:
            self._random = state
            _touched.discard("random")
            version, words, gauss = state
            found["random"] = [version, list(words), gauss]

    def _look_at_numpy(self, found: dict[str, Any]) -> None:
        numpy_random = sys.modules["numpy"].random
        name, keys, position, has_gauss, gauss = numpy_random.get_state()
        state = (name, keys.tobytes(), position, has_gauss, gauss)
        if state == self._numpy and "numpy" not in _touched:
            return
        _touched.discard("numpy")
        found["numpy"] = [name, state[1], position, has_gauss, gauss]
        if not has_gauss and name == "MT19937":
            # Seeding the same seed again gives the same state; only this number tells.
            numpy_random.set_state((name, keys, position, 0, _MARK))
            state = (name, state[1], position, 0, _MARK)
        self._numpy = state

    def _look_at_torch(self, found: dict[str, Any]) -> None:
        state = sys.modules["torch"].get_rng_state().numpy().tobytes()
        if state != self._torch or "torch" in _touched:
            self._torch = state
            _touched.discard("torch")
            found["torch"] = state

    def _look_at_tensorflow(self, found: dict[str, Any]) -> None:
        module = sys.modules.get("tensorflow.python.eager.context")
        context = module.context_safe() if module is not None else None
        if context is None or context._seed is None:
            return
        generator = context._rng
        drawn = generator.getstate()
        last = self._tensorflow
        # A seed set again makes a new generator, so its identity tells.
        if last is None or last[0] is not generator or last[1] != drawn:
            self._tensorflow = (generator, drawn)
            version, words, gauss = drawn
            found["tensorflow"] = [int(context._seed), [version, list(words), gauss]]

    def _look_at_keras(self, found: dict[str, Any]) -> None:
        module = sys.modules.get("keras.src.backend.common.global_state")
        if module is None:
            return
        seed = module.get_global_attribute("global_random_seed")
        generator = module.get_global_attribute("global_seed_generator")
        state = None
        if generator is not None:
            state = [int(number) for number in generator.state.numpy()]
        last = self._keras
        if last is None or last[0] is not seed or last[1] is not generator or last[2] != state:
            found["keras"] = [None if seed is None else int(seed), state]
            if seed is not None:
                seed = _Seed(seed)  # an object of ours: setting the same seed again replaces it
                module.set_global_attribute("global_random_seed", seed)
            self._keras = (seed, generator, state)


# The student's side


def apply(found: dict[str, Any]) -> None:
    """Set this process's global generators to what the examiner's `Watcher.changes` gave.

    A framework that this process has not imported is passed over: it is seeded when it comes.
    """
    if "random" in found:
        version, words, gauss = found["random"]
        random._inst.setstate((version, tuple(words), gauss))
    if "numpy" in found and "numpy" in sys.modules:
        numpy = sys.modules["numpy"]
        name, keys, *rest = found["numpy"]
        numpy.random.set_state((name, numpy.frombuffer(keys, dtype=numpy.uint32), *rest))
    if "torch" in found and "torch" in sys.modules:
        torch = sys.modules["torch"]
        torch.set_rng_state(torch.frombuffer(bytearray(found["torch"]), dtype=torch.uint8))
    if "tensorflow" in found and "tensorflow.python.eager.context" in sys.modules:
        module = sys.modules["tensorflow.python.eager.context"]
        seed, (version, words, gauss) = found["tensorflow"]
        module.set_global_seed(seed)
        module.context()._rng.setstate((version, tuple(words), gauss))
    if "keras" in found and "keras.src.backend.common.global_state" in sys.modules:
        state = sys.modules["keras.src.backend.common.global_state"]
        seed, numbers = found["keras"]
        if seed is not None:
            state.set_global_attribute("global_random_seed", seed)
        if numbers is None:
            state.set_global_attribute("global_seed_generator", None)
        else:
            from keras.src.random import seed_generator

            seed_generator.global_seed_generator().state.assign(numbers)
