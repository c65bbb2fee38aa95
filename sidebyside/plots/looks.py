"""How a series looks: no two in one pair of axes have the same colour and the same line style."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sidebyside.plots.style import COLOURS, CYCLE, colour_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE_STYLES = ("-", "--", "-.", ":")
HELD_OUT_STYLES = {"-": "--", "-.": ":"}  # the line of held-out data beside that of training
HATCHES = (None, "///", "\\\\\\", "...")
BAND = "sidebyside-band"  # the group that marks a band

Look = tuple[str, str]
"""A colour, and the name of a line style."""


def choose(
    label: str,
    taken: Iterable[Look],
    *,
    colour: str | None = None,
    styles: Iterable[str] = LINE_STYLES,
    position: int = 0,
) -> Look:
    """The first look that is free: of the colour given, the framework's, or one of the others.

    Args:
        label: the series; a framework named in it decides the colour if none is given.
        taken: looks that are in use.
        colour: the only colour to choose.
        styles: line styles, the first choice first.
        position: of the colour to begin with.

    Raises:
        ValueError: every look is in use.
    """
    taken, styles = set(taken), tuple(styles)
    colours = [colour_of(label, position + i) for i in range(len(CYCLE))]
    colours = [colour] if colour is not None else list(dict.fromkeys(colours))
    for style in styles:
        for one in colours:
            if (_hex(one), style) not in taken:
                return one, style
    of = "the framework's colour" if colours[0] in COLOURS.values() else f"{len(colours)} colours"
    of = of if colour is None else f"the colour {colour}"
    styles_text = "1 line style" if len(styles) == 1 else f"{len(styles)} line styles"
    raise ValueError(
        f"no line is left for {label!r} that can be told from the others: all of {of} with "
        f"{styles_text} are in use; draw fewer series, or one panel for each with "
        "plots.small_multiples"
    )


def check_free(ax: "Axes", label: str, colour: str, linestyle: Any) -> None:
    """Check that no other series of the axes looks so.

    Raises:
        ValueError: one does; the message names it.
    """
    look = _hex(colour), style_name(linestyle)
    for other in _named(ax.lines):
        if other.get_label() != label and look_of(other) == look and other.get_marker() == "None":
            raise ValueError(_same(label, str(other.get_label()), look))


def look_of(line: Any) -> Look:
    """The look of a line of matplotlib's."""
    # get_linestyle() calls every pattern of dashes "--"
    pattern = getattr(line, "_unscaled_dash_pattern", None)
    style = line.get_linestyle() if pattern is None else pattern
    return _hex(line.get_color()), style_name("None" if line.get_linestyle() == "None" else style)


def looks_on(ax: "Axes") -> list[Look]:
    """The looks of all lines of the axes, with a label or without."""
    return [look_of(line) for line in ax.lines]


def style_name(linestyle: Any) -> str:
    """The line style that a pattern of dashes is seen as: ``(0, (4, 1.5))`` as ``"--"``."""
    words = {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":", "": "None", " ": "None"}
    if isinstance(linestyle, str):
        return words.get(linestyle, linestyle)
    dashes = linestyle[1]
    if not dashes:
        return "-"
    if len(dashes) == 2:
        return "--" if dashes[0] > 2 else ":"
    return "-." if len(dashes) == 4 else f"{len(dashes) // 2} dashes"


def check_told_apart(fig: "Figure") -> None:
    """Check that no two named lines in one pair of axes have the same colour, style and marker.

    Axes that lie on one another (``twinx``) count as one pair.

    Raises:
        ValueError: two do; the message names them.
    """
    seen: dict[tuple, str] = {}
    for ax in fig.axes:
        place = tuple(round(float(number), 4) for number in ax.get_position(original=True).bounds)
        for line in _named(ax.lines):
            look, label = look_of(line), str(line.get_label())
            key = (place, *look, str(line.get_marker()))
            if seen.setdefault(key, label) != label:
                raise ValueError(_same(label, seen[key], look))


def band(ax: "Axes", x: Any, low: Any, high: Any, colour: str, linestyle: Any) -> None:
    """Fill between two lines, with an edge in the series' line style.

    The second and further bands of a colour are hatched, each in another way.

    Raises:
        ValueError: there is no hatch left.
    """
    from matplotlib.colors import to_rgba

    bands = [one for one in ax.collections if one.get_gid() == BAND]
    same = sum(_hex(one.get_facecolor()[0]) == _hex(colour) for one in bands)
    if same >= len(HATCHES):
        raise ValueError(
            f"there are {same} bands of the colour {colour} already, and one more can't be told "
            "from them; draw fewer, or one panel for each with plots.small_multiples"
        )
    filled = ax.fill_between(
        x,
        low,
        high,
        facecolor=to_rgba(colour, 0.18),
        edgecolor=to_rgba(colour, 0.55),
        linewidth=0.8,
        linestyle=linestyle,
        hatch=HATCHES[same],
    )
    filled.set_gid(BAND)


def _named(lines: Iterable[Any]) -> list[Any]:
    return [line for line in lines if not str(line.get_label()).startswith("_")]


def _hex(colour: Any) -> str:
    from matplotlib.colors import to_hex

    return to_hex(colour)


def _same(label: str, other: str, look: Look) -> str:
    return (
        f"{label!r} can't be told from {other!r}: both have the colour {look[0]} and the line "
        f"style {look[1]!r}; give one of them another colour or line style"
    )
