"""One optimiser by name with explicit settings, the same formula in both frameworks.

What differs by default, and what is done about it (each is measured in the tests):

- *Precision of the settings.* Keras stores the learning rate in float32 (0.1 becomes 0.100000001)
  and, on TensorFlow, rounds momentum, beta, rho and weight decay to float32 when it uses them, even
  for float64 weights. For float64 models the settings are handed over as float64 numbers, which
  stay as they are.
- *Adam, AdamW.* Both frameworks call a constant epsilon that stands in two different places: torch
  adds it after the bias correction of the second moment (Algorithm 1 of Kingma and Ba,
  arXiv:1412.6980), Keras before it ("epsilon hat", section 2 of the paper). Keras is given
  ``epsilon * sqrt(1 - beta_2**t)`` at step t, which makes it Algorithm 1 exactly.
- *RMSprop, Adagrad.* torch divides by ``sqrt(v) + epsilon``, Keras by ``sqrt(v + epsilon)``. No
  constant makes these equal. Keras gets ``epsilon**2``, which is equal where v = 0 and where
  v is much larger than ``epsilon**2``; in between a step differs by at most
  ``learning_rate * |g| / sqrt(v) * epsilon / sqrt(v)``. RMSprop's default epsilon is 1e-12 here for
  that reason (1e-7 for float32 models; torch's own default is 1e-8, Keras' 1e-7).
- *Adagrad's* accumulator starts at 0.1 in Keras, at 0 in torch: 0.1 in both here.
- *Weight decay.* Decoupled in all of Keras' optimisers, a part of the gradient in torch's Adam and
  SGD: accepted for "adamw" only, where both decouple it.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sidebyside.errors import TranslationError

_DEFAULTS: dict[str, dict[str, Any]] = {
    "sgd": {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False},
    "adam": {
        "learning_rate": 0.001,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-8,
        "amsgrad": False,
    },
    "adamw": {
        "learning_rate": 0.001,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-8,
        "amsgrad": False,
        "weight_decay": 0.01,
    },
    "rmsprop": {
        "learning_rate": 0.001,
        "rho": 0.9,
        "momentum": 0.0,
        "epsilon": None,
        "centered": False,
    },
    "adagrad": {"learning_rate": 0.001, "initial_accumulator_value": 0.1, "epsilon": 1e-10},
}


def settings_for(name: str, given: Mapping[str, Any], dtype: str) -> dict[str, Any]:
    """All settings of a named optimiser, in Keras' names.

    Raises:
        TranslationError: the name or a setting is not known.
    """
    if name not in _DEFAULTS:
        raise TranslationError(
            f"no optimiser {name!r}; the names are {', '.join(map(repr, _DEFAULTS))}, or pass "
            "(a Keras optimizer, a function of the parameters that returns a torch optimizer)"
        )
    unknown = sorted(set(given) - set(_DEFAULTS[name]))
    if unknown:
        raise TranslationError(
            f"{name!r} has no setting {unknown[0]!r} here; it has {', '.join(_DEFAULTS[name])}"
        )
    settings = {**_DEFAULTS[name], **given}
    if settings.get("epsilon", 0) is None:
        settings["epsilon"] = 1e-12 if dtype == "float64" else 1e-7
    return settings


def keras_optimizer(
    name: str, s: Mapping[str, Any], dtype: str
) -> tuple[Any, Callable[[int], None]]:
    """A Keras optimizer for weights of this dtype, and a function to call before its steps.

    The function takes the step's number, t = 1, 2, …
    """
    import keras

    common = {"learning_rate": float(s["learning_rate"])}
    if name == "sgd":
        optimizer = keras.optimizers.SGD(**common, momentum=s["momentum"], nesterov=s["nesterov"])
    elif name in ("adam", "adamw"):
        cls = keras.optimizers.Adam if name == "adam" else keras.optimizers.AdamW
        rest = {k: v for k, v in s.items() if k != "learning_rate"}
        optimizer = cls(**common, **rest)
    elif name == "rmsprop":
        optimizer = keras.optimizers.RMSprop(
            **common,
            rho=s["rho"],
            momentum=s["momentum"],
            epsilon=s["epsilon"] ** 2,
            centered=s["centered"],
        )
    else:
        optimizer = keras.optimizers.Adagrad(
            **common,
            initial_accumulator_value=s["initial_accumulator_value"],
            epsilon=s["epsilon"] ** 2,
        )

    if dtype == "float64":
        _keep_precision(optimizer, s)

    def before_step(t: int) -> None:
        if name in ("adam", "adamw"):
            optimizer.epsilon = s["epsilon"] * math.sqrt(1.0 - s["beta_2"] ** t)

    return optimizer, before_step


def torch_optimizer(name: str, s: Mapping[str, Any], parameters: list[Any]) -> Any:
    """The torch optimizer with the same settings."""
    from torch import optim

    rate = float(s["learning_rate"])
    if name == "sgd":
        return optim.SGD(parameters, lr=rate, momentum=s["momentum"], nesterov=s["nesterov"])
    if name in ("adam", "adamw"):
        cls = optim.Adam if name == "adam" else optim.AdamW
        return cls(
            parameters,
            lr=rate,
            betas=(s["beta_1"], s["beta_2"]),
            eps=s["epsilon"],
            amsgrad=s["amsgrad"],
            weight_decay=s.get("weight_decay", 0.0),
        )
    if name == "rmsprop":
        return optim.RMSprop(
            parameters,
            lr=rate,
            alpha=s["rho"],
            momentum=s["momentum"],
            eps=s["epsilon"],
            centered=s["centered"],
        )
    return optim.Adagrad(
        parameters,
        lr=rate,
        initial_accumulator_value=s["initial_accumulator_value"],
        eps=s["epsilon"],
    )


def clone_keras_optimizer(optimizer: Any, dtype: str) -> Any:
    """A fresh Keras optimizer with the settings of the one given, which stays untouched.

    For a float64 model, a learning rate that Keras rounded to float32 is read back as the decimal
    that was written (the shortest that rounds to the same float32).
    """
    import keras

    config = optimizer.get_config()
    clone = type(optimizer).from_config(config)
    schedule = keras.optimizers.schedules.LearningRateSchedule
    if dtype == "float64":
        settings = dict(config)
        if isinstance(getattr(optimizer, "_learning_rate", None), schedule):
            settings.pop("learning_rate", None)
        else:
            settings["learning_rate"] = float(str(np.float32(float(clone.learning_rate))))
        _keep_precision(clone, settings)
    return clone


def _keep_precision(optimizer: Any, settings: Mapping[str, Any]) -> None:
    """Give a Keras optimizer its numbers as float64, which it does not round to float32."""
    for name, value in settings.items():
        if name == "learning_rate":
            rate = np.float64(value)
            optimizer.learning_rate = lambda rate=rate: rate
        elif name != "epsilon" and isinstance(value, float) and hasattr(optimizer, name):
            setattr(optimizer, name, np.float64(value))
