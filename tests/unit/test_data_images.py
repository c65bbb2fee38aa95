"""Shipped pictures: shapes, ranges, splits by place, masks by rule."""

import numpy as np
import pytest

from sidebyside import data
from sidebyside.data import images
from sidebyside.errors import DataError


def test_the_two_photographs_are_in_colour_and_both_in_the_training_part():
    photographs = data.load_photographs()
    assert photographs.x_train.shape == (2, 427, 640, 3)
    assert photographs.x_test.shape == (0, 427, 640, 3)
    assert photographs.class_names == ("china", "flower")
    assert 0 <= photographs.x_train.min() < 0.1 and 0.9 < photographs.x_train.max() <= 1
    from sklearn.datasets import load_sample_image

    for x, name in zip(photographs.x_train, photographs.class_names, strict=True):
        np.testing.assert_array_equal(np.rint(x * 255), load_sample_image(f"{name}.jpg"))


def test_textures_are_tiles_of_three_photographs_with_three_equal_channels():
    textures = data.load_textures(full=False)
    assert textures.x_train.shape == (576, 32, 32, 3) and textures.x_test.shape == (192, 32, 32, 3)
    assert np.bincount(textures.y_train).tolist() == [192] * 3
    assert np.bincount(textures.y_test).tolist() == [64] * 3
    np.testing.assert_array_equal(textures.x_train[..., 0], textures.x_train[..., 2])
    assert textures.x_train.min() >= 0 and textures.x_train.max() <= 1


def test_tiles_stand_where_they_were_cut_and_the_right_hand_quarter_is_the_test_part():
    textures = data.load_textures(full=False, size=128)
    brick = images._picture("brick.png")[..., 0]
    left = {brick[r : r + 128, c : c + 128].tobytes() for r in (0, 128) for c in (0, 128, 256)}
    right = {brick[r : r + 128, 384:].tobytes() for r in (0, 128)}
    train = {tile[..., 0].tobytes() for tile in textures.x_train[textures.y_train == 0]}
    test = {tile[..., 0].tobytes() for tile in textures.x_test[textures.y_test == 0]}
    assert left <= train and right <= test and not train & test


def test_no_tile_of_the_test_part_reaches_out_of_the_right_hand_quarter():
    textures = data.load_textures(full=False, size=100)  # five columns: the last begins at 400
    assert len(textures.x_train) == 3 * 5 * 4 and len(textures.x_test) == 3 * 5


def test_a_part_of_the_textures_is_drawn_evenly():
    textures = data.load_textures(full=False, n=60)
    assert len(textures.x_train) + len(textures.x_test) == 60
    counts = np.bincount(np.r_[textures.y_train, textures.y_test])
    assert counts.tolist() == [20, 20, 20]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"size": 0}, "size is 0"), ({"size": 129}, "size is 129"), ({"n": 769}, "n is 769.*768")],
)
def test_impossible_textures_are_one_clear_error(wrong, message):
    with pytest.raises(DataError, match=message):
        data.load_textures(full=False, **wrong)


def test_faces_are_faces_and_the_rest_is_not():
    faces = data.load_faces()
    assert faces.x_train.shape == (160, 25, 25) and faces.x_test.shape == (40, 25, 25)
    assert faces.class_names == ("no face", "face") and faces.y_test.mean() == 0.5
    x, y = np.r_[faces.x_train, faces.x_test], np.r_[faces.y_train, faces.y_test]
    from skimage.data import lfw_subset  # "100 first images are faces"

    original = lfw_subset().astype(np.float32)
    faces_there = {image.tobytes() for image in original[:100]}
    assert [image.tobytes() in faces_there for image in x] == (y == 1).tolist()
    assert len({image.tobytes() for image in x}) == len({image.tobytes() for image in original})
    assert x.min() >= 0 and x.max() <= 1


@pytest.mark.parametrize(
    ("picture", "train", "test", "channels", "low", "high"),
    [
        ("ihc", 48, 16, 3, 0.4, 0.6),
        ("coins", 20, 4, 1, 0.25, 0.45),
        ("cell", 60, 20, 1, 0.02, 0.06),
        ("retina", 374, 110, 3, 0.04, 0.12),
    ],
)
def test_cells_are_tiles_with_masks(picture, train, test, channels, low, high):
    cells = data.load_cells(picture=picture)
    assert cells.x_train.shape == (train, 64, 64, channels)
    assert cells.x_test.shape == (test, 64, 64, channels)
    assert cells.y_train.shape == (train, 64, 64) and cells.y_train.dtype == np.int64
    assert set(np.unique(cells.y_train)) == {0, 1} == set(np.unique(cells.y_test))
    assert low < cells.extra["mask"].mean() < high
    assert cells.extra["picture"].shape[:2] == cells.extra["mask"].shape
    assert len(cells.extra["rule"]) > 20


def test_the_mask_of_the_coins_holds_24_coins():
    from scipy import ndimage

    _, count = ndimage.label(data.load_cells(picture="coins").extra["mask"])
    assert count == 24


def test_a_tile_and_its_mask_come_from_the_same_place():
    cells = data.load_cells(picture="cell", size=32)
    inside, outside = cells.x_train[cells.y_train == 1], cells.x_train[cells.y_train == 0]
    assert inside.mean() > outside.mean() + 0.2  # the cell is brighter than the saline


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"picture": "mitosis"},
            "picture is 'mitosis'.*'coins', 'cell', 'ihc', 'retina'",
        ),
        ({"size": 4}, "size is 4"),
        ({"size": 200}, "size is 200"),
    ],
)
def test_impossible_cells_are_one_clear_error(wrong, message):
    with pytest.raises(DataError, match=message):
        data.load_cells(**wrong)


def test_a_picture_that_is_not_shipped_is_an_error_and_not_a_download():
    with pytest.raises(DataError, match=r"mitosis\.tif is not inside.*nothing is fetched"):
        images._shipped("mitosis.tif")
