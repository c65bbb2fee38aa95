"""Tables: breast cancer, diabetes, wine, all shipped with scikit-learn."""

import numpy as np

from sidebyside.data._dataset import Dataset, embedded_only, random_split, stratified_split
from sidebyside.errors import require

_UCI = "CC BY 4.0 (UCI Machine Learning Repository); scikit-learn's copy: BSD-3-Clause"


def load_breast_cancer(*, standardise: bool = False, full: bool | None = None) -> Dataset:
    """Breast cancer Wisconsin (diagnostic): 30 measurements of cell nuclei, 569 tumours.

    x float32 (n, 30) in the units of the source, y int64: 0 malignant, 1 benign (scikit-learn's
    order). Split 455 / 114, stratified.

    ``extra``: ``feature_names``, ``mean`` and ``std`` of the training part (float32, (30,)).

    Args:
        standardise: subtract the training mean and divide by the training standard deviation.
    """
    return _load(
        "breast cancer",
        "load_breast_cancer",
        full,
        standardise,
        source="W. H. Wolberg, W. N. Street and O. L. Mangasarian, Breast Cancer Wisconsin "
        "(Diagnostic), UCI Machine Learning Repository, 1995, https://doi.org/10.24432/C5DW2B, "
        "as shipped with scikit-learn",
        licence=_UCI,
    )


def load_wine(*, standardise: bool = False, full: bool | None = None) -> Dataset:
    """Wine: 13 chemical measurements of 178 wines of three cultivars (grape varieties).

    x float32 (n, 13) in the units of the source, y int64 0–2. Split 142 / 36, stratified.

    ``extra``: ``feature_names``, ``mean`` and ``std`` of the training part (float32, (13,)).

    Args:
        standardise: subtract the training mean and divide by the training standard deviation.
    """
    return _load(
        "wine",
        "load_wine",
        full,
        standardise,
        source="S. Aeberhard and M. Forina, Wine, UCI Machine Learning Repository, 1991, "
        "https://doi.org/10.24432/C5PC7J, as shipped with scikit-learn",
        licence=_UCI,
        class_names=("cultivar 0", "cultivar 1", "cultivar 2"),
    )


def load_diabetes(*, standardise: bool = False, full: bool | None = None) -> Dataset:
    """Diabetes: 10 measurements of 442 patients and the disease's progression a year later.

    A regression: x float32 (n, 10) in the units of the source, y float32 (n,), 25–346. Split
    353 / 89 at random.

    ``extra``: ``feature_names``, ``mean`` and ``std`` of the training part (float32, (10,)).

    Args:
        standardise: subtract the training mean of x and divide by the training standard deviation
            (y stays as it is).
    """
    return _load(
        "diabetes",
        "load_diabetes",
        full,
        standardise,
        source="B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least Angle Regression, "
        "Annals of Statistics 32, 2004, as shipped with scikit-learn",
        licence="none stated by the authors; see "
        "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html; "
        "scikit-learn's copy: BSD-3-Clause",
        scaled=False,
    )


def _load(
    name: str,
    loader: str,
    full: bool | None,
    standardise: bool,
    *,
    source: str,
    licence: str,
    class_names: tuple[str, ...] | None = None,
    **options,
) -> Dataset:
    embedded_only(name, full)
    datasets = require("sklearn.datasets", extra="data", purpose=f"the {name} data")
    bunch = getattr(datasets, loader)(**options)
    x = bunch.data.astype(np.float64)
    if "target_names" in bunch:
        y = bunch.target.astype(np.int64)
        train, test = stratified_split(y)
        class_names = class_names or tuple(map(str, bunch.target_names))
    else:
        y = bunch.target.astype(np.float32)
        train, test = random_split(len(y))
    mean, std = x[train].mean(axis=0), x[train].std(axis=0)
    if standardise:
        x = (x - mean) / std
    x = x.astype(np.float32)
    return Dataset(
        name=name,
        x_train=x[train],
        y_train=y[train],
        x_test=x[test],
        y_test=y[test],
        class_names=class_names or (),
        source=source,
        licence=licence,
        extra={
            "feature_names": tuple(map(str, bunch.feature_names)),
            "mean": mean.astype(np.float32),
            "std": std.astype(np.float32),
        },
    )
