"""Tables: sizes, units, standardisation with training statistics only."""

import numpy as np
import pytest

from sidebyside import data

SIZES = {
    "load_breast_cancer": (455, 114, 30),
    "load_diabetes": (353, 89, 10),
    "load_wine": (142, 36, 13),
}


@pytest.mark.parametrize("name", SIZES)
def test_the_tables_have_their_sizes_and_features(name):
    table = getattr(data, name)()
    assert (len(table.x_train), len(table.x_test), table.x_train.shape[1]) == SIZES[name]
    assert len(table.extra["feature_names"]) == SIZES[name][2]
    assert table.x_train.dtype == np.float32


@pytest.mark.parametrize("name", SIZES)
def test_standardising_uses_the_training_part_only(name):
    raw, scaled = getattr(data, name)(), getattr(data, name)(standardise=True)
    assert np.abs(scaled.x_train.mean(axis=0)).max() < 1e-4
    assert np.abs(scaled.x_train.std(axis=0) - 1).max() < 1e-4
    assert np.abs(scaled.x_test.mean(axis=0)).max() > 1e-3
    back = scaled.x_test * scaled.extra["std"] + scaled.extra["mean"]
    np.testing.assert_allclose(back, raw.x_test, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(scaled.y_test, raw.y_test)


def test_labels_mean_what_their_names_say():
    cancer = data.load_breast_cancer()
    assert cancer.class_names == ("malignant", "benign")
    radius = cancer.x_train[:, cancer.extra["feature_names"].index("mean radius")]
    assert radius[cancer.y_train == 0].mean() > radius[cancer.y_train == 1].mean()


def test_diabetes_is_a_regression_in_the_units_of_the_source():
    diabetes = data.load_diabetes()
    assert diabetes.y_train.dtype == np.float32 and diabetes.class_names == ()
    assert diabetes.y_train.min() >= 25 and diabetes.y_train.max() <= 346
    age = diabetes.x_train[:, diabetes.extra["feature_names"].index("age")]
    assert age.min() >= 19 and age.max() <= 79
