"""What all loaders share: the structure, the choice of variant, lazy imports, no network."""

import dataclasses
import inspect
import socket
import subprocess
import sys

import numpy as np
import pytest

from sidebyside import data
from sidebyside.data._dataset import random_split, stratified_split
from sidebyside.errors import DataError, MissingPackageError

LOADERS = {name: getattr(data, name) for name in data.__all__ if name.startswith("load_")}
SMALL = {
    "load_font_digits": {"n": 50},
    "load_numbers_in_words": {"limit": 50},
    "load_reviews": {"n": 20},
    "load_shapes": {"n": 20},
}
WITH_FULL = {
    "load_digits",
    "load_fashion_mnist",
    "load_textures",
    "load_shapes",
    "load_reviews",
}
NEEDS = {
    "load_breast_cancer": "sklearn",
    "load_cells": "skimage",
    "load_co2": "statsmodels",
    "load_diabetes": "sklearn",
    "load_digits": "sklearn",
    "load_faces": "skimage",
    "load_font_digits": "matplotlib",
    "load_karate_club": "networkx",
    "load_les_miserables": "networkx",
    "load_names": "babel",
    "load_numbers_in_words": "num2words",
    "load_photographs": "sklearn",
    "load_sunspots": "statsmodels",
    "load_textures": "PIL",
    "load_wine": "sklearn",
}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Every embedded data set loads with no network: a connection is an error here."""

    def refuse(*_):
        raise AssertionError("an embedded data set tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("SIDEBYSIDE_DATA", raising=False)


def test_there_is_a_loader_for_every_row_of_the_curriculum():
    assert len(LOADERS) == 19


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_gives_the_named_structure_without_a_network(name):
    dataset = LOADERS[name](**SMALL.get(name, {}))
    assert isinstance(dataset, data.Dataset) and dataset.variant == "embedded"
    for part in ("train", "test"):
        x, y = getattr(dataset, f"x_{part}"), getattr(dataset, f"y_{part}")
        assert len(x) == len(y) and (len(x) > 0 or name == "load_photographs")
        assert x.dtype in (np.float32, np.int64, object)
        assert y.dtype in (np.float32, np.int64, object)
        if x.dtype == np.float32:
            assert np.isfinite(x).all()
        if dataset.class_names:
            assert y.dtype == np.int64 and y.min(initial=0) >= 0
            assert y.max(initial=0) < len(dataset.class_names)
    assert dataset.x_train.dtype == dataset.x_test.dtype
    assert dataset.x_train.shape[1:] == dataset.x_test.shape[1:]


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_describes_its_data_source_and_licence(name):
    dataset = LOADERS[name](**SMALL.get(name, {}))
    text = dataset.describe()
    assert "\n" not in text and f"{len(dataset.x_train):,} training" in text
    assert dataset.source in text and dataset.licence in text
    assert len(dataset.source) > 20 and len(dataset.licence) > 5
    assert repr(dataset).startswith(f"Dataset({dataset.name!r}, embedded, ")
    assert len(repr(dataset)) < 130


@pytest.mark.parametrize("name", LOADERS)
def test_a_loader_is_deterministic(name):
    one, two = (LOADERS[name](**SMALL.get(name, {})) for _ in range(2))
    for field in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(one, field), getattr(two, field))


@pytest.mark.parametrize("name", LOADERS)
def test_options_are_keywords_and_full_is_one_of_them(name):
    parameters = inspect.signature(LOADERS[name]).parameters
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())
    assert parameters["full"].default is None


@pytest.mark.parametrize("name", sorted(set(LOADERS) - WITH_FULL))
def test_without_a_full_counterpart_full_is_an_error_and_the_environment_is_not(name, monkeypatch):
    with pytest.raises(DataError, match=r"no full-size counterpart.*leave full out"):
        LOADERS[name](full=True)
    monkeypatch.setenv("SIDEBYSIDE_DATA", "full")
    assert LOADERS[name](**SMALL.get(name, {})).variant == "embedded"


@pytest.mark.parametrize("name", LOADERS)
def test_an_unknown_variant_in_the_environment_is_an_error(name, monkeypatch):
    monkeypatch.setenv("SIDEBYSIDE_DATA", "large")
    with pytest.raises(DataError, match=r"SIDEBYSIDE_DATA is 'large'.*'embedded' or 'full'"):
        LOADERS[name]()


@pytest.mark.parametrize("name", NEEDS)
def test_a_missing_package_is_named_with_the_command_that_installs_it(name, monkeypatch):
    package = NEEDS[name]
    for module in [m for m in sys.modules if m.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf"{package}.*sidebyside\[data\]"):
        LOADERS[name](**SMALL.get(name, {}))


def test_importing_the_package_imports_no_framework_and_no_data_package():
    heavy = {"tensorflow", "torch", "keras", *NEEDS.values(), "scipy", "pandas"}
    code = "import sys, sidebyside.data; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "numpy" in loaded and not loaded & heavy


def test_a_dataset_is_frozen():
    dataset = data.load_wine()
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.x_train = None


def test_a_stratified_split_has_the_exact_size_and_each_class_its_share():
    labels = np.repeat([0, 1, 2], [50, 30, 7])
    train, test = stratified_split(labels, test_fraction=0.2, seed=3)
    assert len(test) == 18 and sorted(np.r_[train, test]) == list(range(87))
    assert np.all(np.abs(np.bincount(labels[test]) - 0.2 * np.array([50, 30, 7])) <= 1)
    assert not np.array_equal(test, stratified_split(labels, test_fraction=0.2, seed=4)[1])


def test_a_random_split_uses_everything_once():
    train, test = random_split(11, test_fraction=0.2)
    assert len(test) == 3 and sorted(np.r_[train, test]) == list(range(11))
