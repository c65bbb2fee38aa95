"""Settings that make two layers differ although their weights are equal.

None of them stops a translation: the weights can be copied. Each is named in a sentence with both
values, so that a table of large differences explains itself.
"""

from collections.abc import Iterator
from typing import Any

from sidebyside.parity.alignment import Unit, keras_layers, torch_modules


def find(keras_net: Any, torch_net: Any, units: list[tuple[Unit, Unit]]) -> list[str]:
    """The settings that differ, one sentence each."""
    found: list[str] = []
    padded = _explicit_padding(keras_net, torch_net)
    for a, b in units:
        found += [
            f"{setting} is {mine} in Keras' {a.path!r} and {yours} in torch's {b.path!r}{advice}"
            for setting, mine, yours, advice in _of_pair(a, b, padded)
        ]
    found += _without_weights(keras_net, torch_net)
    return found


Found = Iterator[tuple[str, Any, Any, str]]


def _of_pair(a: Unit, b: Unit, padded: bool) -> Found:
    k, t = a.layer, b.layer
    if a.kind.endswith("normalisation"):
        eps = t.eps
        if a.kind == "rms normalisation" and eps is None:
            eps = "the smallest step of the dtype"
        if k.epsilon != eps:
            yield "epsilon", k.epsilon, eps, ""
    if a.kind == "batch normalisation":
        if t.momentum is None:
            yield "momentum", k.momentum, "None (a cumulative average)", ""
        elif abs(k.momentum - (1 - t.momentum)) > 1e-12:
            yield (
                "momentum",
                k.momentum,
                t.momentum,
                f" (Keras' weighs the old value, torch's the new: torch needs "
                f"{round(1 - k.momentum, 12):g})",
            )
        if not k.trainable:
            yield (
                "trainable",
                "False (batch statistics are not used)",
                "in training mode it uses the batch",
                "; call .eval() on the torch layer",
            )
    if a.kind.startswith("conv"):
        yield from _of_convolution(a, b, padded)
    if a.kind == "embedding":
        if t.max_norm is not None:
            yield "max_norm", "absent", t.max_norm, ""
        if t.scale_grad_by_freq:
            yield "scale_grad_by_freq", "absent", True, ""
        if t.padding_idx is not None:
            yield "padding_idx", "absent (the row is trained)", t.padding_idx, ""
        if k.mask_zero:
            yield "mask_zero", True, "absent", "; the later layers of torch see no mask"
    if a.kind.endswith(("rnn", "lstm", "gru")) and hasattr(t, "batch_first"):
        if not t.batch_first:
            yield "batch axis", "first", "second", "; pass batch_first=True to torch"
        if getattr(k, "go_backwards", False):
            yield "go_backwards", True, "absent", ""
    if a.kind == "multi-head attention" and not t.batch_first:
        yield "batch axis", "first", "second", "; pass batch_first=True to torch"
    if a.part != "depthwise":
        mine = all(w.trainable for w in k.trainable_weights) and bool(k.trainable)
        flags = {p.requires_grad for p in t.parameters(recurse=a.kind != "custom layer")}
        if flags and (True in flags) != mine and a.kind != "batch normalisation":
            yield "trainable", mine, True in flags, " (requires_grad)"


def _of_convolution(a: Unit, b: Unit, padded: bool) -> Found:
    k, t = a.layer, b.layer
    rank = len(t.kernel_size)
    strides = _tuple(k.strides, rank)
    dilation = _tuple(k.dilation_rate, rank)
    if a.part == "pointwise":
        strides = dilation = (1,) * rank
    if strides != tuple(t.stride):
        yield "strides", strides, tuple(t.stride), ""
    if dilation != tuple(t.dilation):
        yield "dilation", dilation, tuple(t.dilation), ""
    if t.padding_mode != "zeros":
        yield "padding mode", "zeros", t.padding_mode, ""
    if a.part == "pointwise" or padded:
        return
    if "transpose" in a.kind:
        yield from _transpose_padding(k, t, strides, rank)
        return
    reach = tuple(d * (n - 1) for d, n in zip(dilation, t.kernel_size, strict=True))
    wanted = (0,) * rank
    if k.padding == "causal":
        yield "padding", "'causal' (all on the left)", repr(t.padding), "; pad by hand in torch"
        return
    if k.padding == "same":
        sizes = _spatial_input(k, rank)
        sides = []
        for n, size, stride in zip(reach, sizes, strides, strict=True):
            if stride == 1:
                total = n
            elif size is None:
                total = max(n + 1 - stride, 0)
            else:
                total = max((-(-size // stride) - 1) * stride + n + 1 - size, 0)
            sides.append((total // 2, total - total // 2))
        if t.padding == "same" and all(s == 1 for s in strides):
            return
        if any(left != right for left, right in sides):
            why = (
                "; 'same' pads less on the left than on the right here, which no padding= of torch "
                "does: pad by hand with nn.ZeroPad, or use an odd kernel and a suitable size"
            )
            yield "padding", f"'same', that is (before, after) {tuple(sides)}", t.padding, why
            return
        wanted = tuple(left for left, _ in sides)
    theirs = t.padding
    if theirs == "same":
        theirs = tuple(n - n // 2 for n in reach)  # the larger side: 0 only where it pads nothing
    elif theirs == "valid":
        theirs = (0,) * rank
    if wanted != tuple(theirs):
        yield "padding", f"{k.padding!r}, that is {wanted}", t.padding, ""


def _transpose_padding(k: Any, t: Any, strides: tuple[int, ...], rank: int) -> Found:
    crop = tuple((p, p - o) for p, o in zip(t.padding, t.output_padding, strict=True))
    if k.padding == "same":
        wanted = []
        for n, s in zip(t.kernel_size, strides, strict=True):
            total = max(n - s, 0)
            wanted.append((total // 2, total - total // 2) if n >= s else (0, n - s))
    else:
        extra = _tuple(k.output_padding, rank) if k.output_padding is not None else (0,) * rank
        least = tuple(max(s - n, 0) for n, s in zip(t.kernel_size, strides, strict=True))
        wanted = [(0, -max(e, m)) for e, m in zip(extra, least, strict=True)]
    if tuple(wanted) != crop:
        advice = ""
        if any(right > left for left, right in wanted):
            advice = "; torch can't cut more on the right: take kernel_size - strides even"
        yield "cut at the borders (before, after)", tuple(wanted), crop, advice


def _spatial_input(layer: Any, rank: int) -> tuple[int | None, ...]:
    try:
        shape = tuple(layer.input.shape)
    except (AttributeError, ValueError):
        return (None,) * rank
    return shape[2:] if layer.data_format == "channels_first" else shape[1:-1]


def _tuple(value: Any, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(int(n) for n in value)


def _explicit_padding(keras_net: Any, torch_net: Any) -> bool:
    """Whether either model pads in a layer of its own, so that the convolutions' may differ."""
    names = [type(layer).__name__ for _, layer in keras_layers(keras_net)]
    names += [type(module).__name__ for _, module in torch_modules(torch_net)]
    return any("Padding" in name or "Cropping" in name or "Pad" in name for name in names)


def _without_weights(keras_net: Any, torch_net: Any) -> list[str]:
    """Settings of layers that have no weights, where both models have equally many of a kind."""
    found = []
    ours, theirs = list(keras_layers(keras_net)), list(torch_modules(torch_net))
    for kind, keras_name, torch_name, setting, mine_of, yours_of in _STATELESS:
        mine = [(p, x) for p, x in ours if type(x).__name__ == keras_name]
        yours = [(p, m) for p, m in theirs if type(m).__name__ in torch_name.split("|")]
        if len(mine) != len(yours):
            continue
        for (path, layer), (name, module) in zip(mine, yours, strict=True):
            a, b = mine_of(layer), yours_of(module)
            if a != b:
                found.append(
                    f"{setting} of the {kind} is {a} in Keras' {path!r} and {b} in torch's {name!r}"
                )
    found += _gelu(ours, theirs)
    return found


def precision_notes(keras_net: Any) -> list[str]:
    """Notes on what Keras computes in float32 inside a float64 model.

    That is a layer made without dtype="float64" (a Flatten, an Activation), and constants of
    activations, which TensorFlow rounds to float32.

    Measured on [-3, 3]: GELU differs by up to 5e-9 from its exact value (1e-9 with the tanh
    approximation), a leaky ReLU's slope by its rounding to float32 (5e-9 for slope 0.1).
    """
    layers = list(keras_layers(keras_net))
    if not any(layer.compute_dtype == "float64" for _, layer in layers):
        return []
    notes = []
    coarse = [
        path
        for path, layer in layers
        if path and layer.compute_dtype == "float32" and type(layer).__name__ != "InputLayer"
    ]
    if coarse:
        notes.append(
            f"the layers {', '.join(map(repr, coarse))} compute in float32 inside a float64 Keras "
            "model and round what passes through; give them dtype='float64', or begin with "
            "keras.config.set_dtype_policy('float64')."
        )
    found = []
    for path, layer in layers:
        name = getattr(getattr(layer, "activation", None), "__name__", "")
        if layer.compute_dtype == "float64" and (
            name in ("gelu", "leaky_relu") or type(layer).__name__ == "LeakyReLU"
        ):
            found.append(path)
    if found:
        notes.append(
            f"Keras computes the activation of {', '.join(map(repr, found))} with constants "
            "rounded to float32, even in a float64 model: expect about 5e-9 of difference."
        )
    return notes


def _round(value: Any) -> float:
    return round(float(value), 7)  # Keras keeps some of these in float32


def _pool(value: Any) -> int | tuple[int, ...]:
    value = tuple(value) if isinstance(value, tuple | list) else value
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


_POOLS = [
    (kind, f"{name}Pooling{rank}D", f"{short}Pool{rank}d", setting, mine, yours)
    for rank in (1, 2, 3)
    for kind, name, short in (("max pooling", "Max", "Max"), ("average pooling", "Average", "Avg"))
    for setting, mine, yours in (
        ("window", lambda x: _pool(x.pool_size), lambda m: _pool(m.kernel_size)),
        ("strides", lambda x: _pool(x.strides), lambda m: _pool(m.stride)),
    )
]
_STATELESS = [
    ("dropout", "Dropout", "Dropout|Dropout1d|Dropout2d", "rate", lambda x: _round(x.rate),
     lambda m: _round(m.p)),
    ("leaky ReLU", "LeakyReLU", "LeakyReLU", "negative slope",
     lambda x: _round(x.negative_slope), lambda m: _round(m.negative_slope)),
    ("ELU", "ELU", "ELU", "alpha", lambda x: _round(x.alpha), lambda m: _round(m.alpha)),
    *_POOLS,
]  # fmt: skip


def _gelu(ours: list[tuple[str, Any]], theirs: list[tuple[str, Any]]) -> list[str]:
    """Keras' ``activation="gelu"`` is exact; torch's may be told to approximate by tanh."""
    exact = [
        path
        for path, layer in ours
        if getattr(getattr(layer, "activation", None), "__name__", "") == "gelu"
    ]
    return [
        f"GELU is exact in Keras' {exact[0]!r} and approximate={module.approximate!r} in torch's "
        f"{name!r}"
        for name, module in theirs
        if type(module).__name__ == "GELU" and module.approximate != "none" and exact
    ]
