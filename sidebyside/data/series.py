"""Time series: sunspots and atmospheric CO₂, shipped with statsmodels."""

import numpy as np

from sidebyside.data._dataset import Dataset, embedded_only, one_of
from sidebyside.errors import require


def _module():
    return require("statsmodels.datasets", extra="data", purpose="the time series")


def _in_order(year: np.ndarray, value: np.ndarray, **fields) -> Dataset:
    """The first four fifths are the training part, the rest the test part."""
    cut = len(year) - len(year) // 5
    x, y = year.astype(np.float32), value.astype(np.float32)
    return Dataset(
        x_train=x[:cut], y_train=y[:cut], x_test=x[cut:], y_test=y[cut:], class_names=(), **fields
    )


def load_sunspots(*, full: bool | None = None) -> Dataset:
    """Yearly sunspot numbers, 1700–2008: x the year, y the number, both float32 (n,), in order.

    Split in time: 248 / 61.
    """
    embedded_only("sunspots", full)
    data = _module().sunspots.load_pandas().data
    return _in_order(
        data["YEAR"].to_numpy(),
        data["SUNACTIVITY"].to_numpy(),
        name="sunspots",
        source="National Geophysical Data Center (NOAA), "
        "http://www.ngdc.noaa.gov/stp/solar/solarda3.html, as shipped with statsmodels",
        licence="public domain, as stated by statsmodels",
        extra={"unit": "sunspot number", "frequency": "yearly"},
    )


def load_co2(*, frequency: str = "weekly", full: bool | None = None) -> Dataset:
    """CO₂ in the air at Mauna Loa, 1958–2001: x the decimal year, y in ppm, float32 (n,), in order.

    2,284 weeks, of which 59 have no measurement: these are **filled by linear interpolation** in
    time between the measured neighbours, and marked. ``"monthly"`` gives the mean of the measured
    weeks of each of the 526 months; months without any are interpolated likewise. Split in time,
    80 / 20.

    ``extra``: ``filled_train`` and ``filled_test`` (bool: interpolated, not measured), ``unit``,
    ``frequency``.

    Args:
        frequency: ``"weekly"`` or ``"monthly"``.
    """
    embedded_only("CO2", full)
    one_of("frequency", frequency, ("weekly", "monthly"))
    column = _module().co2.load_pandas().data["co2"]
    value, when = column.to_numpy(dtype=np.float64, copy=True), column.index
    year = when.year + (when.day_of_year - 0.5) / (365 + when.is_leap_year)
    year = np.asarray(year, dtype=np.float64)
    if frequency == "monthly":
        month = np.asarray(when.year * 12 + when.month - 1)
        months = np.arange(month.min(), month.max() + 1)
        measured = ~np.isnan(value)
        at = month[measured] - months[0]
        counts = np.bincount(at, minlength=len(months))
        sums = np.bincount(at, weights=value[measured], minlength=len(months))
        value = np.divide(sums, counts, out=np.full(len(months), np.nan), where=counts > 0)
        year = (months + 0.5) / 12
    filled = np.isnan(value)
    value[filled] = np.interp(year[filled], year[~filled], value[~filled])
    cut = len(year) - len(year) // 5
    return _in_order(
        year,
        value,
        name=f"CO2, {frequency}",
        source="C. Keeling and T. Whorf, Atmospheric CO2 concentrations derived from flask air "
        "samples at sites in the SIO network, CDIAC, Oak Ridge National Laboratory, 2004, "
        "as shipped with statsmodels; gaps filled by linear interpolation",
        licence="public domain, as stated by statsmodels",
        extra={
            "unit": "ppm",
            "frequency": frequency,
            "filled_train": filled[:cut],
            "filled_test": filled[cut:],
        },
    )
