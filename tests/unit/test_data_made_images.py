"""Made pictures: shapes with box and mask, and digits in fonts."""

import numpy as np
import pytest

from sidebyside import data
from sidebyside.data.shapes import CLASSES, _cover
from sidebyside.errors import DataError


@pytest.fixture(scope="module")
def shapes():
    return data.load_shapes(n=240, full=False)


def test_shapes_are_colour_pictures_of_six_classes(shapes):
    assert shapes.x_train.shape == (192, 32, 32, 3) and shapes.x_test.shape == (48, 32, 32, 3)
    assert shapes.x_train.dtype == np.float32 and shapes.y_train.dtype == np.int64
    assert shapes.x_train.min() >= 0 and shapes.x_train.max() <= 1
    assert np.bincount(np.r_[shapes.y_train, shapes.y_test]).tolist() == [40] * 6


@pytest.mark.parametrize("part", ["train", "test"])
def test_box_mask_and_class_belong_together(shapes, part):
    y, boxes, masks = (
        getattr(shapes, f"y_{part}"),
        shapes.extra[f"boxes_{part}"],
        shapes.extra[f"masks_{part}"],
    )
    assert boxes.shape == (len(y), 4) and boxes.dtype == np.float32
    for label, (left, top, right, bottom), mask in zip(y, boxes.astype(int), masks, strict=True):
        rows, columns = np.nonzero(mask)
        assert set(np.unique(mask)) == {0, label + 1}
        assert (left, right) == (columns.min(), columns.max() + 1)
        assert (top, bottom) == (rows.min(), rows.max() + 1)


def test_a_shape_stands_out_from_its_background(shapes):
    for x, mask in zip(shapes.x_train, shapes.extra["masks_train"], strict=True):
        inside, outside = x[mask > 0].mean(axis=0), x[mask == 0].mean(axis=0)
        assert np.linalg.norm(inside - outside) > 0.25


def test_colour_alone_does_not_tell_the_class():
    from sklearn.linear_model import LogisticRegression

    shapes = data.load_shapes(n=900, full=False)

    def colours(part):
        masks = shapes.extra[f"masks_{part}"] > 0
        return [x[m].mean(axis=0) for x, m in zip(getattr(shapes, f"x_{part}"), masks, strict=True)]

    model = LogisticRegression().fit(colours("train"), shapes.y_train)
    assert model.score(colours("test"), shapes.y_test) < 0.3  # chance: 0.17


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        ("circle", np.pi),
        ("ring", np.pi * (1 - 0.55**2)),
        ("square", 2.0),
        ("triangle", 3 * np.sqrt(3) / 4),
        ("cross", 4 * 0.6 * np.sqrt(1 - 0.3**2) - 0.6**2),
        ("star", 5 * 0.42 * np.sin(np.pi / 5)),
    ],
)
def test_a_shape_has_the_area_that_geometry_gives_it_at_any_angle(shape, area):
    assert shape in CLASSES
    for angle in (0.0, 0.4, 2.0):
        cover = _cover(shape, 200, 100.3, 99.1, 80.0, angle=angle)
        assert cover.sum() / 80**2 == pytest.approx(area, rel=0.01)
        rows, columns = np.nonzero(cover)
        assert np.hypot(rows + 0.5 - 99.1, columns + 0.5 - 100.3).max() < 81


def test_several_shapes_have_as_many_boxes_and_the_rest_is_marked_empty():
    shapes = data.load_shapes(n=60, objects=3, size=64, full=False)
    y, boxes = shapes.y_train, shapes.extra["boxes_train"]
    assert y.shape == (48, 3) and boxes.shape == (48, 3, 4)
    np.testing.assert_array_equal((boxes == 0).all(axis=-1), y == -1)
    counts = (y >= 0).sum(axis=1)
    assert set(counts) == {1, 2, 3}
    for labels, mask in zip(y, shapes.extra["masks_train"], strict=True):
        assert set(np.unique(mask)) == {0, *(labels[labels >= 0] + 1)}


def test_the_seed_decides_the_shapes():
    one, again, other = (data.load_shapes(n=10, seed=seed, full=False) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.x_train, again.x_train)
    assert not np.array_equal(one.x_train, other.x_train)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 0}, "n is 0"),
        ({"n": 60_000}, "n is 60000.*50,000"),
        ({"size": 8}, "size is 8"),
        ({"objects": 0}, "objects is 0"),
        ({"objects": 9}, "objects is 9"),
    ],
)
def test_impossible_shapes_are_one_clear_error(wrong, message):
    with pytest.raises(DataError, match=message):
        data.load_shapes(full=False, **wrong)


@pytest.fixture(scope="module")
def fonts():
    return data.load_font_digits(n=1000)


def test_font_digits_have_the_form_of_the_handwritten_ones(fonts):
    digits = data.load_digits(full=False)
    assert fonts.x_train.shape == (800, 8, 8) and fonts.x_test.shape == (200, 8, 8)
    assert fonts.class_names == digits.class_names and fonts.x_train.dtype == np.float32
    levels = np.unique(fonts.x_train * 16)
    np.testing.assert_array_equal(levels, np.arange(17))
    assert abs(fonts.x_train.mean() - digits.x_train.mean()) < 0.05
    assert np.bincount(fonts.y_train).tolist() == [80] * 10


def test_four_fonts_are_seen_in_the_test_part_only(fonts):
    train, test = set(fonts.extra["fonts_train"]), set(fonts.extra["fonts_test"])
    assert len(train) == 16 and len(test) == 4 and not train & test
    assert len(fonts.extra["fonts"]) == 20


def test_a_zero_is_hollow_and_a_one_is_not(fonts):
    mono = [i for i, font in enumerate(fonts.extra["fonts"]) if "Mono" in font]  # a dotted zero
    plain = ~np.isin(fonts.extra["fonts_train"], mono)
    zero = fonts.x_train[plain & (fonts.y_train == 0)].mean(axis=0)
    one = fonts.x_train[plain & (fonts.y_train == 1)].mean(axis=0)
    assert zero[3:5, 3:5].mean() < 0.25 < 0.5 < one[3:5, 3:5].mean()


def test_font_digits_can_be_read_and_differ_from_handwriting(fonts):
    from sklearn.linear_model import LogisticRegression

    digits = data.load_digits(full=False, flat=True)
    model = LogisticRegression(max_iter=300).fit(fonts.x_train.reshape(-1, 64), fonts.y_train)
    assert model.score(fonts.x_test.reshape(-1, 64), fonts.y_test) > 0.9
    assert 0.3 < model.score(digits.x_test, digits.y_test) < 0.8


@pytest.mark.parametrize("n", [0, 49, 20_001])
def test_an_impossible_number_of_font_digits_is_one_clear_error(n):
    with pytest.raises(DataError, match=f"n is {n}; expected a whole number from 50 to 20,000"):
        data.load_font_digits(n=n)
