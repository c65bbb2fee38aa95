"""What a training run leaves behind, in the form that Keras' ``fit`` returns it."""

from dataclasses import dataclass, field


@dataclass
class History:
    """The course of a training run.

    Attributes:
        history: one list per quantity, one number per epoch: ``{"loss": [...], "accuracy": [...],
            "val_loss": [...], …}``.
        epoch: the number of each epoch, from 0.
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    epoch: list[int] = field(default_factory=list)

    def append(self, epoch: int, logs: dict[str, float]) -> None:
        """Add the numbers of one epoch."""
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {values[-1]:.4g}" for name, values in self.history.items())
        epochs = f"{len(self.epoch)} epoch{'' if len(self.epoch) == 1 else 's'}"
        return f"History({epochs}{'; last: ' + last if last else ''})"
