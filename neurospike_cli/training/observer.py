"""What training tells while it runs; how it looks is the command's business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class EpochRecord:
    """One finished epoch, a line of `metrics.jsonl`; losses are means, accuracies fractions.

    The training split's are None where the rule does not look at labels. `silent` names the layers
    in which no neuron fired on the validation split, `findings` says what else is unusual.
    """

    phase: int
    rule: str
    epoch: int
    epochs: int
    train_loss: float | None
    train_accuracy: float | None
    validation_loss: float
    validation_accuracy: float
    silent: tuple[str, ...]
    findings: tuple[str, ...]
    is_best: bool
    seconds: float

    def as_document(self) -> dict[str, Any]:
        """Return the line of `metrics.jsonl`."""
        return {
            "phase": self.phase,
            "rule": self.rule,
            "epoch": self.epoch,
            "epochs": self.epochs,
            "train": {"loss": self.train_loss, "accuracy": self.train_accuracy},
            "validation": {"loss": self.validation_loss, "accuracy": self.validation_accuracy},
            "silent": list(self.silent),
            "findings": list(self.findings),
            "best": self.is_best,
            "seconds": round(self.seconds, 3),
        }

    def __str__(self) -> str:
        width = len(str(self.epochs))
        silent = [f"silent: {', '.join(self.silent)}"] if self.silent else []
        results = [
            f"Epoch {self.epoch:>{width}}/{self.epochs}",
            _results("train", self.train_loss, self.train_accuracy),
            _results("validation", self.validation_loss, self.validation_accuracy),
        ]
        parts = [part for part in results if part] + silent + list(self.findings)
        return "  ".join(parts).replace("%", " %")


def _results(split: str, loss: float | None, accuracy: float | None) -> str:
    if loss is None or accuracy is None:
        return ""
    return f"{split} loss {loss:.4f} acc {accuracy:.2%}"


class Observer:
    """Hears of every batch and epoch; this one keeps silent."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def epoch_started(self, epoch: int, epochs: int, batches: int) -> None:
        """An epoch begins; it has `batches` batches left."""

    def batch_done(self) -> None:
        """A batch was trained."""

    def epoch_done(self, record: EpochRecord) -> None:
        """An epoch ended."""

    def close(self) -> None:
        """Nothing more will come."""
