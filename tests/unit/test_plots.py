"""The figures: one look, colour-blind safe, shown once with their alt text."""

import base64
import io
import struct
import sys
import zlib
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest

from sidebyside import plots
from sidebyside.errors import MissingPackageError, ShapeError
from sidebyside.plots import figures
from sidebyside.plots.looks import BAND, LINE_STYLES, look_of
from sidebyside.plots.style import CARD, CLASSES, CYCLE
from sidebyside.training import History

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

ALT = "Line chart of a quantity that rises."


@pytest.fixture(autouse=True)
def no_figure_left_open():
    plt.close("all")
    yield
    left = plt.get_fignums()
    plt.close("all")
    assert left == []


@pytest.fixture
def ax():
    fig, ax = plots.figure()
    yield ax
    plt.close(fig)


@pytest.fixture
def displayed(monkeypatch):
    """What a notebook would get: a list of (data, metadata)."""
    calls = []
    display = pytest.importorskip("IPython.display")
    monkeypatch.setattr(figures, "_in_notebook", lambda: True)
    monkeypatch.setattr(
        display, "display", lambda data, *, metadata, raw: calls.append((data, metadata))
    )
    return calls


def rgb(colour):
    return np.array(matplotlib.colors.to_rgb(colour))


def linear(colour):
    value = rgb(colour)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """WCAG 2.2's contrast ratio of two colours."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    dark, light = sorted([weights @ linear(one), weights @ linear(other)])
    return (light + 0.05) / (dark + 0.05)


# Linear-RGB simulations at full severity, from Machado, Oliveira and Fernandes, "A
# physiologically-based model for simulation of color vision deficiency" (2009), table 1.
VISION = {
    "typical": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(colour, vision):
    """CIELAB (D65) of a colour as someone with that vision sees it."""
    seen = np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    t = np.array(to_xyz) @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


class TestColours:
    def test_each_framework_has_a_colour_and_a_name(self):
        assert list(plots.COLOURS) == list(plots.LABELS) == ["numpy", "tensorflow", "pytorch"]
        assert list(plots.LABELS.values()) == ["NumPy", "TensorFlow", "PyTorch"]

    @pytest.mark.parametrize("vision", VISION)
    def test_frameworks_are_told_apart_with_any_colour_vision(self, vision):
        """A CIELAB distance of 2.3 is just noticeable with the colours side by side."""
        seen = [lab(colour, vision) for colour in plots.COLOURS.values()]
        distances = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
        assert min(distances) > 15

    @pytest.mark.parametrize("vision", VISION)
    @pytest.mark.parametrize("palette", [CYCLE, CLASSES], ids=["lines", "classes"])
    def test_other_colours_are_told_apart_too(self, palette, vision):
        seen = [lab(colour, vision) for colour in palette]
        distances = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
        assert min(distances) > 15

    @pytest.mark.parametrize("colour", [*plots.COLOURS.values(), *CYCLE])
    def test_lines_stand_out_from_the_card(self, colour):
        assert contrast(colour, CARD) >= 3.0

    def test_the_cycle_leaves_the_frameworks_their_colours(self):
        assert not set(CYCLE) & set(plots.COLOURS.values())

    @pytest.mark.parametrize(
        "label, framework",
        [
            ("PyTorch", "pytorch"),
            ("NumPy, loops", "numpy"),
            ("Keras", "tensorflow"),
            ("TensorFlow (Keras)", "tensorflow"),
        ],
    )
    def test_a_framework_in_the_label_decides_the_colour(self, ax, label, framework):
        plots.learning_curves({"other": {"loss": [1]}, label: {"loss": [2, 1]}}, ax=ax)
        assert ax.lines[0].get_color() == CYCLE[0]
        assert ax.lines[1].get_color() == plots.COLOURS[framework]

    def test_a_label_of_two_frameworks_takes_neither_colour(self, ax):
        plots.learning_curves({"PyTorch − NumPy": {"loss": [2, 1]}}, ax=ax)
        assert ax.lines[0].get_color() == CYCLE[0]


class TestStyle:
    def test_comes_with_the_first_figure(self, monkeypatch):
        from sidebyside.plots import style

        monkeypatch.setattr(style, "_styled", False)
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            fig, ax = plots.figure()
            plt.close(fig)
        assert fig.get_facecolor()[:3] == pytest.approx(rgb(CARD))
        assert not ax.spines["top"].get_visible() and not ax.spines["right"].get_visible()

    def test_text_is_large_enough_for_a_phone(self, ax):
        plots.learning_curves(
            {"a": {"loss": [2, 1], "val_loss": [2, 1]}}, ax=ax, title="The loss of both"
        )
        ax.figure.canvas.draw()
        texts = [text for text in ax.figure.findobj(matplotlib.text.Text) if text.get_text()]
        assert len(texts) > 8
        assert min(text.get_fontsize() for text in texts) >= 10

    def test_makes_no_noise(self, capfd, recwarn):
        fig, _ = plots.figure(ncols=2)
        plots.show(fig, alt=ALT)
        captured = capfd.readouterr()
        assert captured.err == "" and [str(w.message) for w in recwarn] == []

    def test_without_matplotlib_the_message_names_the_extra(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(MissingPackageError, match=r"sidebyside\[frameworks\]"):
            plots.use_style()


class TestFigure:
    def test_has_the_size_asked_for(self):
        fig, axes = plots.figure(ncols=3, nrows=2, width=6.0, height=4.0, sharex=True)
        assert axes.shape == (2, 3)
        assert png_size(figures.png_bytes(fig)) == (600, 400)
        plt.close(fig)

    def test_is_one_axes_by_default(self, ax):
        assert isinstance(ax, matplotlib.axes.Axes)


def png_size(png):
    return struct.unpack(">II", png[16:24])


def png_chunks(png):
    chunks, at = [], 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunks.append(png[at + 4 : at + 8].decode())
        assert zlib.crc32(png[at + 4 : at + 8 + length]) == int.from_bytes(
            png[at + 8 + length : at + 12 + length]
        )
        at += 12 + length
    return chunks


def pixels(png):
    image = pytest.importorskip("PIL.Image")
    return np.asarray(image.open(io.BytesIO(png)).convert("RGBA"), dtype=int)


class TestShow:
    def test_a_notebook_gets_the_picture_with_its_alt_text_once(self, displayed):
        fig, axes = plots.figure()
        axes.plot([1, 2])
        plots.show(fig, alt=f"  {ALT}\n")
        ((data, metadata),) = displayed
        assert metadata == {"image/png": {"alt": ALT}}
        assert data["text/plain"] == ALT
        assert png_size(base64.b64decode(data["image/png"])) == (640, 360)
        assert plt.get_fignums() == []  # closed: the inline backend has nothing left to show

    def test_a_script_without_windows_prints_the_alt_text(self, capsys):
        fig, _ = plots.figure()
        plots.show(fig, alt=ALT)
        assert capsys.readouterr().out == f"{ALT}\n"

    @pytest.mark.parametrize("alt", ["", "   ", "a plot", None])
    def test_an_alt_text_that_says_nothing_is_refused(self, alt):
        fig, _ = plots.figure()
        with pytest.raises(ValueError, match="what kind of picture it is"):
            plots.show(fig, alt=alt)
        plt.close(fig)

    def test_the_same_figure_gives_the_same_bytes_without_date_or_version(self):
        def png():
            fig, axes = plots.figure()
            axes.plot([1, 3, 2], label="line")
            axes.legend()
            data = figures.png_bytes(fig)
            plt.close(fig)
            return data

        first = png()
        assert first == png()
        assert set(png_chunks(first)) <= {"IHDR", "PLTE", "pHYs", "IDAT", "IEND"}

    def test_a_chart_is_small_and_looks_as_it_was_drawn(self):
        fig, axes = plots.figure()
        for shift in range(6):
            axes.plot(np.sin(np.arange(50) / 5 + shift), label=f"line {shift}")
        axes.legend()
        small, full = figures.png_bytes(fig), io.BytesIO()
        fig.savefig(full, dpi=100, facecolor=CARD)
        plt.close(fig)
        assert len(small) < 0.6 * len(full.getvalue())
        change = np.abs(pixels(small) - pixels(full.getvalue()))
        assert change.max() <= 32 and change.mean() < 0.5
        assert pixels(small)[0, 0].tolist() == [*(255 * rgb(CARD)).round().astype(int), 255]

    def test_a_picture_of_many_colours_keeps_them(self):
        noise = np.random.default_rng(0).random((200, 200, 3))
        fig, axes = plots.figure()
        axes.imshow(noise)
        kept, full = figures.png_bytes(fig), io.BytesIO()
        fig.savefig(full, dpi=100, facecolor=CARD)
        plt.close(fig)
        assert np.array_equal(pixels(kept), pixels(full.getvalue()))


def bowl(a, b):
    return a**2 + 10 * b**2


STEPS = np.array([[-1.5, 1.0], [-0.5, -0.5], [0.1, 0.2]])
MAP = {"goal": (0.0, 0.0), "xlim": (-2, 2), "ylim": (-1, 1)}
WEIGHTS = np.array([[0.9, 0.1], [0.5, 0.5], [0.0, 1.0]])
POINTS = np.array([[0.0, 0], [1, 1], [0, 1], [1, 0]])
HELPERS = {
    "learning_curves": lambda **kw: plots.learning_curves({"a": {"loss": [2, 1]}}, **kw),
    "decision_boundary": lambda **kw: plots.decision_boundary(
        lambda p: p[:, 0], POINTS, [0, 1, 0, 1], resolution=20, **kw
    ),
    "image_grid": lambda **kw: plots.image_grid(np.zeros((3, 4, 4)), **kw),
    "feature_maps": lambda **kw: plots.feature_maps(np.ones((4, 4, 3)), **kw),
    "attention_map": lambda **kw: plots.attention_map(WEIGHTS, list("abc"), list("de"), **kw),
    "gradient_flow": lambda **kw: plots.gradient_flow({"a": [0.1, 1.0]}, **kw),
    "loss_surface": lambda **kw: plots.loss_surface(bowl, {"a": STEPS}, **MAP, **kw),
}


@pytest.mark.parametrize("helper", HELPERS.values(), ids=HELPERS.keys())
class TestEveryHelper:
    def test_shows_one_figure_with_its_alt_text(self, helper, displayed):
        assert helper(alt=ALT) is None
        ((data, _),) = displayed
        width, height = png_size(base64.b64decode(data["image/png"]))
        assert data["text/plain"] == ALT
        assert 150 <= width <= 640 and 100 <= height <= 900
        assert len(np.unique(pixels(base64.b64decode(data["image/png"])).reshape(-1, 4))) > 1

    def test_draws_on_given_axes_and_shows_nothing(self, helper, displayed, ax):
        helper(ax=ax)
        assert displayed == []
        assert plt.get_fignums() == [ax.figure.number]
        assert ax.lines or ax.images or ax.collections or ax.child_axes

    def test_needs_an_alt_text_for_a_figure_of_its_own(self, helper, displayed):
        with pytest.raises(ValueError, match="the alt text is None"):
            helper()
        assert displayed == []


class TestLearningCurves:
    def test_takes_histories_of_both_kinds_and_plain_dicts(self, ax):
        class KerasHistory:
            def __init__(self):
                self.history = {"loss": [3.0, 2.0]}

        ours = History({"loss": [2.0, 1.0]}, [0, 1])
        plots.learning_curves({"a": KerasHistory(), "b": ours, "c": {"loss": [5, 4]}}, ax=ax)
        assert [line.get_ydata().tolist() for line in ax.lines] == [[3, 2], [2, 1], [5, 4]]
        assert ax.lines[0].get_xdata().tolist() == [1, 2]
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")

    def test_validation_is_a_dashed_line_of_the_same_colour(self, ax):
        history = {"loss": [2.0, 1.0], "val_loss": [2.5, 1.5]}
        plots.learning_curves({"PyTorch": history}, ax=ax)
        solid, dashed = ax.lines
        assert solid.get_color() == dashed.get_color() == plots.COLOURS["pytorch"]
        assert dashed.get_ydata().tolist() == [2.5, 1.5]
        assert solid.get_linestyle() == "-" and dashed.get_linestyle() != "-"
        labels = [text.get_text() for text in ax.get_legend().get_texts()]
        assert labels == ["PyTorch", "PyTorch, validation"]

    def test_validation_can_be_left_out_or_drawn_alone(self, ax):
        history = {"accuracy": [0.1, 0.2], "val_accuracy": [0.3, 0.4]}
        plots.learning_curves({"a": history}, "accuracy", ax=ax, validation=False)
        plots.learning_curves({"a": history}, "val_accuracy", ax=ax)
        assert [line.get_ydata().tolist() for line in ax.lines] == [[0.1, 0.2], [0.3, 0.4]]
        assert ax.get_ylabel() == "validation accuracy"

    def test_a_test_set_is_called_what_it_is(self, ax):
        history = {"accuracy": [0.1, 0.2], "val_accuracy": [0.3, 0.4]}
        plots.learning_curves({"a": history}, "accuracy", ax=ax, held_out="test")
        assert [line.get_label() for line in ax.lines] == ["a", "a, test"]
        plots.learning_curves({"a": history}, "val_accuracy", ax=ax, held_out="test")
        assert ax.get_ylabel() == "test accuracy"

    def test_several_runs_are_a_mean_and_a_band_as_far_as_the_shortest(self, ax):
        runs = [{"loss": [4.0, 2.0, 1.0]}, {"loss": [2.0, 1.0]}]
        plots.learning_curves({"a": runs}, ax=ax)
        assert ax.lines[0].get_ydata().tolist() == [3.0, 1.5]
        corners = {tuple(corner) for corner in ax.collections[0].get_paths()[0].vertices}
        assert {(1, 2), (1, 4), (2, 1), (2, 2)} <= corners

    def test_a_single_epoch_is_visible(self, ax):
        plots.learning_curves({"a": {"loss": [4.0]}}, ax=ax)
        assert ax.lines[0].get_marker() == "o"

    def test_what_cannot_be_drawn_is_named(self, displayed):
        with pytest.raises(ValueError, match="'a' does not hold 'mae'; it holds loss"):
            plots.learning_curves({"a": {"loss": [1]}}, "mae", alt=ALT)
        with pytest.raises(ValueError, match="'a' is a float"):
            plots.learning_curves({"a": 1.0}, alt=ALT)
        with pytest.raises(ValueError, match="no epochs"):
            plots.learning_curves({"a": {"loss": []}}, alt=ALT)
        with pytest.raises(ValueError, match="no histories"):
            plots.learning_curves({}, alt=ALT)
        assert displayed == []


class TestSpread:
    def test_draws_the_mean_within_the_range(self, ax):
        plots.spread(ax, [10, 20], [[1.0, 2.0], [3.0, 6.0]], "a", "#123456")
        assert ax.lines[0].get_ydata().tolist() == [2.0, 4.0]
        assert ax.lines[0].get_color() == "#123456"
        box = ax.collections[0].get_paths()[0].get_extents()
        assert (box.ymin, box.ymax) == (1.0, 6.0)

    def test_a_single_run_has_no_band(self, ax):
        plots.spread(ax, [1, 2], [1.0, 2.0], "a")
        assert len(ax.lines) == 1 and len(ax.collections) == 0

    def test_shapes_that_do_not_fit_are_named(self, ax):
        with pytest.raises(ShapeError, match=r"\(2, 2\) and the positions \(3,\)"):
            plots.spread(ax, [1, 2, 3], np.ones((2, 2)), "a")


def looks(ax):
    return [look_of(line) for line in ax.lines]


def bands(ax):
    return [one for one in ax.collections if one.get_gid() == BAND]


class TestToldApart:
    """No two series of one pair of axes have the same colour and line style."""

    @pytest.mark.parametrize("count", [1, 4, 5, 9, 16])
    def test_learning_curves_of_any_number(self, ax, count):
        plots.learning_curves({f"run {i}": {"loss": [2, 1]} for i in range(count)}, ax=ax)
        assert len(ax.lines) == len(set(looks(ax))) == count
        assert [colour for colour, _ in looks(ax)[:4]] == [c.lower() for c in CYCLE[:count]]
        assert {style for _, style in looks(ax)[:4]} == {"-"}

    @pytest.mark.parametrize("count", [1, 4, 5, 8])
    def test_learning_curves_with_held_out_data(self, ax, count):
        history = {"loss": [2, 1], "val_loss": [3, 2]}
        plots.learning_curves({f"run {i}": history for i in range(count)}, ax=ax)
        assert len(ax.lines) == len(set(looks(ax))) == 2 * count
        for (mine, _), (held_out, _) in zip(looks(ax)[::2], looks(ax)[1::2], strict=True):
            assert mine == held_out  # the same colour for the same run

    @pytest.mark.parametrize("count", [4, 5, 16])
    def test_gradient_flow(self, ax, count):
        plots.gradient_flow({f"net {i}": [0.1, 1.0] for i in range(count)}, ax=ax)
        assert len(set(looks(ax))) == count

    @pytest.mark.parametrize("count", [4, 5, 16])
    def test_spread_chooses_what_is_free(self, ax, count):
        for i in range(count):
            plots.spread(ax, [1, 2], [[1, 2], [2, 3]], f"run {i}")
        assert len(set(looks(ax))) == count
        seen = {(tuple(b.get_facecolor()[0]), b.get_hatch()) for b in bands(ax)}
        assert len(bands(ax)) == len(seen) == count

    def test_lines_of_one_framework_keep_its_colour_and_differ_in_style(self, ax):
        labels = ["PyTorch", "PyTorch, Adam", "torch in PyTorch", "PyTorch, SGD"]
        plots.learning_curves({label: {"loss": [2, 1]} for label in labels}, ax=ax)
        assert looks(ax) == [(plots.COLOURS["pytorch"].lower(), style) for style in LINE_STYLES]

    def test_a_given_colour_gets_the_next_style_and_a_given_style_the_next_colour(self, ax):
        for name in "ab":
            plots.spread(ax, [1, 2], [1, 2], name, "#123456")
        for name in "cd":
            plots.spread(ax, [1, 2], [1, 2], name, linestyle=":")
        assert looks(ax) == [
            ("#123456", "-"),
            ("#123456", "--"),
            (CYCLE[0].lower(), ":"),
            (CYCLE[1].lower(), ":"),
        ]

    def test_lines_that_are_there_already_are_counted(self, ax):
        ax.plot([1, 2], color=CYCLE[0])
        plots.spread(ax, [1, 2], [1, 2], "a")
        plots.gradient_flow({"b": [0.1, 1.0]}, ax=ax)
        assert len(set(looks(ax))) == 3

    @pytest.mark.parametrize("style", ["--", "dashed", (0, (4, 1.5))])
    def test_two_equal_pairs_are_refused(self, ax, style):
        plots.spread(ax, [1, 2], [1, 2], "first", CYCLE[1], linestyle="--")
        with pytest.raises(ValueError, match="'second' can't be told from 'first'"):
            plots.spread(ax, [1, 2], [1, 2], "second", CYCLE[1].lower(), linestyle=style)
        plots.spread(ax, [1, 2], [1, 2], "second", CYCLE[1], linestyle=":")

    def test_too_many_series_are_refused(self, ax, displayed):
        histories = {f"run {i}": {"loss": [2, 1]} for i in range(17)}
        with pytest.raises(ValueError, match=r"no line is left for 'run 16'.*small_multiples"):
            plots.learning_curves(histories, alt=ALT)
        with pytest.raises(ValueError, match="no line is left for 'run 16'"):
            plots.gradient_flow({label: [0.1, 1.0] for label in histories}, alt=ALT)
        both = {label: {"loss": [1], "val_loss": [1]} for label in list(histories)[:9]}
        with pytest.raises(ValueError, match="no line is left for 'run 8'"):
            plots.learning_curves(both, alt=ALT)
        frameworks = {f"PyTorch {i}": {"loss": [2, 1]} for i in range(5)}
        with pytest.raises(ValueError, match="all of the framework's colour with 4 line styles"):
            plots.learning_curves(frameworks, alt=ALT)
        with pytest.raises(ValueError, match="all of the colour #123456"):
            for i in range(5):
                plots.spread(ax, [1, 2], [1, 2], f"run {i}", "#123456")
        assert displayed == []

    def test_bands_have_an_edge_in_the_style_of_the_line_and_hatches_in_one_colour(self, ax):
        for i in range(3):
            plots.spread(ax, [1, 2], [[1, 2], [2, 3]], f"run {i}", CYCLE[0])
        plots.spread(ax, [1, 2], [[1, 2], [2, 3]], "other", CYCLE[1])
        assert [one.get_hatch() for one in bands(ax)] == [None, "///", "\\\\\\", None]
        assert all(one.get_linewidth()[0] > 0 for one in bands(ax))
        patterns = [one.get_linestyle()[0][1] for one in bands(ax)]
        assert patterns[0] is None and patterns[1] is not None and patterns[3] is None
        assert all(b.get_edgecolor()[0][3] > b.get_facecolor()[0][3] for b in bands(ax))

    @pytest.mark.parametrize("twin", [False, True])
    def test_show_refuses_named_lines_that_look_the_same(self, displayed, twin):
        fig, ax = plots.figure()
        ax.plot([1, 2], color=CYCLE[0], label="training")
        other = ax.twinx() if twin else ax
        other.plot([2, 1], color=CYCLE[0], linewidth=3, label="validation")
        with pytest.raises(ValueError, match="'validation' can't be told from 'training'"):
            plots.show(fig, alt=ALT)
        assert displayed == []
        plt.close(fig)

    @pytest.mark.parametrize(
        "second",
        [
            {"color": CYCLE[1]},
            {"linestyle": (0, (4, 1.5))},
            {"linestyle": (0, (5, 1, 1, 1, 1, 1))},
            {"marker": "o"},
            {"marker": "o", "linestyle": "None"},
            {"label": "_unnamed"},
            {"label": "first"},
        ],
    )
    def test_show_takes_lines_that_differ_or_are_one_series(self, displayed, second):
        fig, axes = plots.figure(ncols=2)
        for ax in axes:
            ax.plot([1, 2], color=CYCLE[0], label="first")
        axes[1].plot([2, 1], **({"color": CYCLE[0], "label": "second"} | second))
        axes[1].plot([2, 2], color=CYCLE[0])
        plots.show(fig, alt=ALT)
        assert len(displayed) == 1


class TestHeldOutData:
    HISTORY: ClassVar = {"accuracy": [0.1, 0.2], "val_accuracy": [0.3, 0.4]}

    def test_is_called_what_the_caller_says(self, ax):
        plots.learning_curves({"a": self.HISTORY}, "accuracy", ax=ax, held_out="test")
        assert [line.get_label() for line in ax.lines] == ["a", "a, test"]
        plots.learning_curves({"b": self.HISTORY}, "val_accuracy", ax=ax, held_out="test")
        assert ax.get_ylabel() == "test accuracy"

    @pytest.mark.parametrize(
        "options", [{"metric": "accuracy"}, {"metric": "val_accuracy", "validation": False}]
    )
    def test_an_alt_text_of_a_test_set_does_not_go_with_validation(self, displayed, options):
        alt = "Accuracy in training and on the test set over two epochs."
        with pytest.raises(ValueError, match='held_out="test"'):
            plots.learning_curves({"a": self.HISTORY}, alt=alt, **options)
        plots.learning_curves({"a": self.HISTORY}, alt=alt, held_out="test", **options)
        plots.learning_curves({"a": self.HISTORY}, "accuracy", alt=alt, validation=False)
        both = "Accuracy in training and validation; the test set is not touched."
        plots.learning_curves({"a": self.HISTORY}, alt=both, **options)
        assert len(displayed) == 3


class TestSmallMultiples:
    def panels(self, monkeypatch, *args, **options):
        kept = []
        monkeypatch.setattr(plt, "close", kept.append)
        plots.small_multiples(*args, alt=ALT, **options)
        monkeypatch.undo()
        (fig,) = kept
        plt.close(fig)
        return fig

    def test_a_panel_for_each_with_its_own_band_and_the_others_behind(self, monkeypatch):
        series = {f"run {i}": [[1.0 + i, 2.0], [3.0 + i, 4.0]] for i in range(7)}
        fig = self.panels(monkeypatch, [1, 2], series, ylim=(0, 9), xlabel="step", ylabel="loss")
        used = [ax for ax in fig.axes if ax.axison]
        assert [ax.get_title("left") for ax in used] == list(series) and len(fig.axes) == 9
        for i, ax in enumerate(used):
            assert len(bands(ax)) == 1 and len(ax.lines) == 7
            assert ax.lines[0].get_ydata().tolist() == [2.0 + i, 3.0]
            assert ax.lines[0].get_linewidth() > ax.lines[1].get_linewidth()
            assert ax.get_ylim() == (0, 9)
        assert (fig.get_supxlabel(), fig.get_supylabel()) == ("step", "loss")
        below = [ax.xaxis.get_tick_params()["labelbottom"] for ax in used]
        assert below == [False, False, False, False, True, True, True]

    def test_geometric_means_and_one_panel(self, monkeypatch):
        fig = self.panels(monkeypatch, [1], {"a": [[1.0], [100.0]]}, geometric=True)
        assert fig.axes[0].lines[0].get_ydata() == pytest.approx([10.0])

    def test_what_cannot_be_drawn_is_named(self):
        with pytest.raises(ValueError, match="no series"):
            plots.small_multiples([1, 2], {}, alt=ALT)
        with pytest.raises(ValueError, match="the alt text is None"):
            plots.small_multiples([1, 2], {"a": [1, 2]}, alt=None)
        with pytest.raises(ShapeError, match=r"the positions \(3,\)"):
            plots.small_multiples([1, 2, 3], {"a": [1, 2]}, alt=ALT)


class TestLossSurface:
    def test_start_and_goal_are_marked_and_the_scales_are_equal(self, ax):
        other = STEPS.copy()
        other[0] = [1.0, 0.5]
        paths = {"SGD": STEPS, "Adam": STEPS + [[0, 0], [1, 0], [0, 1]], "late": other}
        plots.loss_surface(bowl, paths, ax=ax, **MAP)
        assert ax.get_aspect() == 1.0
        by_label = {line.get_label(): line for line in ax.lines}
        assert sorted(by_label["start"].get_xydata().tolist()) == [[-1.5, 1.0], [1.0, 0.5]]
        assert by_label["goal"].get_xydata().tolist() == [[0.0, 0.0]]
        assert by_label["start"].get_marker() != by_label["goal"].get_marker() != "None"
        assert len({look_of(by_label[label]) for label in paths}) == 3
        assert np.array_equal(by_label["SGD"].get_xydata(), STEPS)
        assert {t.get_text() for t in ax.get_legend().get_texts()} == {*paths, "start", "goal"}
        assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))

    def test_a_saddle_has_no_goal(self, ax):
        plots.loss_surface(
            lambda a, b: a**2 - b**2, {"SGD": STEPS}, ax=ax, **(MAP | {"goal": None})
        )
        assert [line.get_label() for line in ax.lines] == ["SGD", "start"]

    def test_what_cannot_be_drawn_is_named(self, displayed):
        with pytest.raises(ValueError, match="no paths"):
            plots.loss_surface(bowl, {}, alt=ALT, **MAP)
        with pytest.raises(ShapeError, match=r"'a' has the shape \(2, 3\)"):
            plots.loss_surface(bowl, {"a": STEPS.T[:2]}, alt=ALT, **MAP)
        with pytest.raises(ShapeError, match=r"the loss gave the shape \(\)"):
            plots.loss_surface(lambda a, b: 1.0, {"a": STEPS}, alt=ALT, **MAP)
        assert displayed == []


class TestDecisionBoundary:
    @pytest.mark.parametrize(
        "predict",
        {
            "scores of two classes": lambda p: np.stack([0.5 - p[:, 0], p[:, 0] - 0.5], axis=1),
            "probability": lambda p: (p[:, :1] > 0.5) * 0.8 + 0.1,
            "logit": lambda p: 20 * (p[:, 0] - 0.5),
            "label": lambda p: (p[:, 0] > 0.5).astype(int),
        }.values(),
    )
    def test_understands_every_form_of_prediction(self, ax, predict):
        plots.decision_boundary(predict, POINTS, [0, 1, 0, 1], ax=ax, resolution=101)
        crossings = np.concatenate(
            [p.vertices for c in ax.collections[1:2] for p in c.get_paths() if len(p.vertices)]
        )
        assert crossings[:, 0] == pytest.approx(0.5, abs=0.02)

    def test_points_get_a_marker_and_a_name_by_class(self, ax):
        names = ["left", "right"]
        plots.decision_boundary(
            lambda p: p[:, 0], POINTS, [[0], [1], [0], [1]], ax=ax, class_names=names
        )
        assert [text.get_text() for text in ax.get_legend().get_texts()] == names
        left, right = ax.collections[-2:]
        assert left.get_offsets()[:, 0].tolist() == [0, 0]
        assert right.get_offsets()[:, 0].tolist() == [1, 1]
        shapes = [points.get_paths()[0].vertices for points in (left, right)]
        assert shapes[0].shape != shapes[1].shape

    def test_takes_the_tensors_of_a_model_that_learns(self, ax):
        torch = pytest.importorskip("torch")
        model = torch.nn.Linear(2, 3)
        plots.decision_boundary(
            lambda p: model(torch.from_numpy(p)), POINTS, [0, 1, 2, 1], ax=ax, resolution=20
        )
        assert len(ax.get_legend().get_texts()) == 3

    def test_what_cannot_be_drawn_is_named(self):
        with pytest.raises(ShapeError, match=r"x has the shape \(4, 3\)"):
            plots.decision_boundary(lambda p: p, np.ones((4, 3)), np.ones(4), alt=ALT)
        with pytest.raises(ShapeError, match=r"predict gave the shape \(7,\) for 400 points"):
            plots.decision_boundary(
                lambda p: np.ones(7), POINTS, np.ones(4), alt=ALT, resolution=20
            )
        with pytest.raises(ValueError, match="class_names has 1 names for 2 classes"):
            plots.decision_boundary(
                lambda p: p[:, 0], POINTS, [0, 1, 0, 1], alt=ALT, class_names=["left"]
            )
        with pytest.raises(ValueError, match="labels from 0 to 9"):
            plots.decision_boundary(lambda p: p[:, 0], POINTS, [0, 1, 2, 9], alt=ALT, resolution=9)


class TestImageGrid:
    @pytest.mark.parametrize(
        "shape, drawn",
        [
            ((5, 6, 7), (6, 7)),
            ((5, 6, 7, 1), (6, 7)),
            ((5, 6, 7, 3), (6, 7, 3)),
            ((5, 3, 6, 7), (6, 7, 3)),
            ((5, 1, 6, 7), (6, 7)),
        ],
    )
    def test_understands_both_layouts(self, ax, shape, drawn):
        plots.image_grid(np.random.default_rng(0).random(shape), ax=ax)
        assert [cell.images[0].get_array().shape for cell in ax.child_axes] == [drawn] * 5

    def test_pictures_share_one_scale_and_stand_in_order(self, ax):
        images = np.arange(6.0)[:, None, None] * np.ones((6, 2, 2))
        plots.image_grid(images, titles=list("abcdef"), ax=ax, ncols=3)
        assert {cell.images[0].get_clim() for cell in ax.child_axes} == {(0.0, 5.0)}
        assert [cell.get_title() for cell in ax.child_axes] == list("abcdef")
        ax.figure.canvas.draw()
        corners = [cell.get_position() for cell in ax.child_axes]
        assert corners[0].x0 < corners[1].x0 < corners[2].x0
        assert corners[0].y0 > corners[3].y0 and corners[0].x0 == pytest.approx(corners[3].x0)

    def test_what_cannot_be_drawn_is_named(self):
        with pytest.raises(ShapeError, match=r"the shape \(4, 4\)"):
            plots.image_grid(np.ones((4, 4)), alt=ALT)
        with pytest.raises(ShapeError, match="no pictures"):
            plots.image_grid(np.ones((0, 4, 4)), alt=ALT)
        with pytest.raises(ValueError, match="2 titles for 3 pictures"):
            plots.image_grid(np.ones((3, 4, 4)), ["a", "b"], alt=ALT)


class TestFeatureMaps:
    @pytest.mark.parametrize(
        "shape, layout",
        [((6, 6, 4), None), ((4, 6, 6), None), ((1, 6, 6, 4), None), ((4, 6, 7), "chw")],
    )
    def test_finds_the_channels(self, ax, shape, layout):
        plots.feature_maps(np.random.default_rng(0).random(shape), ax=ax, layout=layout)
        maps = [cell.images[0].get_array().shape for cell in ax.child_axes if cell.images]
        assert len(maps) == 4 and maps[0][0] == 6

    def test_the_layouts_of_both_frameworks_give_the_same_pictures(self):
        def drawn(maps):
            fig, ax = plots.figure()
            plots.feature_maps(maps, ax=ax)
            plt.close(fig)
            return np.array([cell.images[0].get_array() for cell in ax.child_axes if cell.images])

        maps = np.random.default_rng(0).random((6, 6, 4))
        assert np.array_equal(drawn(maps), drawn(np.moveaxis(maps, -1, 0)))

    def test_scale_is_shared_or_each_its_own(self):
        maps = np.stack([np.eye(3), 10 * np.eye(3)])
        for shared, expected in [(True, [(0, 10), (0, 10)]), (False, [(0, 1), (0, 10)])]:
            fig, ax = plots.figure()
            plots.feature_maps(maps, ax=ax, shared_scale=shared)
            assert [cell.images[0].get_clim() for cell in ax.child_axes] == expected
            plt.close(fig)

    def test_what_cannot_be_drawn_is_named(self):
        for shape in [(4, 4, 4), (4, 5, 6)]:
            with pytest.raises(ShapeError, match="layout='hwc'"):
                plots.feature_maps(np.ones(shape), alt=ALT)
        with pytest.raises(ShapeError, match="those of one example"):
            plots.feature_maps(np.ones((2, 4, 4, 3)), alt=ALT)
        with pytest.raises(ValueError, match="layout is 'nhwc'"):
            plots.feature_maps(np.ones((4, 4, 3)), alt=ALT, layout="nhwc")


class TestAttentionMap:
    def test_rows_are_queries_and_values_stand_in_the_cells(self, ax):
        plots.attention_map(WEIGHTS, ["le", "chat", "dort"], ["the", "cat"], ax=ax)
        assert np.array_equal(ax.images[0].get_array(), WEIGHTS)
        assert [text.get_text() for text in ax.get_yticklabels()] == ["le", "chat", "dort"]
        assert [text.get_text() for text in ax.get_xticklabels()] == ["the", "cat"]
        written = {text.get_position(): text.get_text() for text in ax.texts}
        assert written[(0, 0)] == "0.90" and written[(1, 2)] == "1.00" and len(written) == 6

    def test_numbers_are_readable_on_every_shade(self, ax):
        values = np.linspace(0, 1, 100).reshape(10, 10)
        plots.attention_map(values, range(10), range(10), ax=ax)
        picture = ax.images[0]
        shades = picture.cmap(picture.norm(values))[..., :3]
        ratios = [
            contrast(text.get_color(), shades[i // 10, i % 10]) for i, text in enumerate(ax.texts)
        ]
        assert min(ratios) >= 4.5

    def test_large_maps_have_no_numbers_and_labels_that_do_not_overlap(self, ax):
        labels = [f"word{i}" for i in range(20)]
        plots.attention_map(np.full((20, 20), 0.05), labels, labels, ax=ax)
        assert len(ax.texts) == 0
        ax.figure.set_size_inches(6.4, 6.4)
        ax.figure.canvas.draw()
        boxes = [text.get_window_extent() for text in ax.get_xticklabels()]
        assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))

    def test_the_scale_ends_at_a_round_value_or_where_told(self):
        for vmax, expected in [(None, 0.4), (1.0, 1.0)]:
            fig, ax = plots.figure()
            plots.attention_map(np.full((1, 3), 1 / 3), ["q"], list("abc"), ax=ax, vmax=vmax)
            assert ax.images[0].get_clim() == pytest.approx((0.0, expected))
            plt.close(fig)

    def test_labels_that_do_not_fit_are_named(self):
        with pytest.raises(ShapeError, match=r"\(3, 2\); expected \(2, 2\)"):
            plots.attention_map(WEIGHTS, list("ab"), list("de"), alt=ALT)


class TestGradientFlow:
    def test_is_logarithmic_from_the_first_layer_to_the_last(self, ax):
        plots.gradient_flow({"PyTorch": [1e-6, 1e-3, 1.0]}, ax=ax)
        assert ax.get_yscale() == "log"
        assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
        assert ax.lines[0].get_ydata() == pytest.approx([1e-6, 1e-3, 1.0])

    def test_several_runs_are_a_geometric_mean_and_a_band(self, ax):
        plots.gradient_flow({"a": [[1e-4, 1.0], [1e-2, 1.0]]}, ax=ax)
        assert ax.lines[0].get_ydata() == pytest.approx([1e-3, 1.0])
        assert len(ax.collections) == 1

    def test_a_gradient_of_zero_is_a_cross_at_the_edge(self, ax, recwarn):
        plots.gradient_flow({"dead": [0.0, 0.0, 1.0]}, ax=ax)
        crosses = next(line for line in ax.lines if line.get_marker() == "x")
        assert crosses.get_xdata().tolist() == [1, 2]
        assert "exactly 0" in [text.get_text() for text in ax.get_legend().get_texts()]
        ax.figure.canvas.draw()
        assert [str(warning.message) for warning in recwarn] == []

    def test_an_exploded_gradient_is_a_triangle_at_the_edge(self, ax, recwarn):
        plots.gradient_flow({"exploded": [np.nan, np.inf, 1e30, 1.0]}, ax=ax)
        triangles = next(line for line in ax.lines if line.get_marker() == "^")
        assert triangles.get_xdata().tolist() == [1, 2]
        ax.figure.canvas.draw()
        assert [str(warning.message) for warning in recwarn] == []

    def test_everything_zero_is_drawn_without_a_warning(self, ax, recwarn):
        plots.gradient_flow({"dead": np.zeros((2, 3))}, ax=ax)
        ax.figure.canvas.draw()
        assert [str(warning.message) for warning in recwarn] == []

    def test_names_of_layers_are_shown(self, ax):
        plots.gradient_flow({"a": {"dense_1": 0.1, "output": 1.0}}, ax=ax)
        assert [text.get_text() for text in ax.get_xticklabels()] == ["dense_1", "output"]

    def test_what_cannot_be_drawn_is_named(self):
        with pytest.raises(ValueError, match="no norms"):
            plots.gradient_flow({}, alt=ALT)
        with pytest.raises(ShapeError, match="norms of 'a' have the shape"):
            plots.gradient_flow({"a": []}, alt=ALT)
