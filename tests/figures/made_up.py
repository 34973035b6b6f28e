"""Made-up run directories: every file a figure reads, with known numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from neurospike_cli.events.spike_train import SpikeTrain

STEPS, DT = 100, 1.0


def write_run(
    path: Path,
    hidden: tuple[int, ...] = (10,),
    classes: int = 4,
    side: tuple[int, int] = (16, 8),
    planes: tuple[str, ...] = ("events",),
    epochs: tuple[int, ...] = (3, 7),
    recurrent: int = 0,
) -> Path:
    """Write a run of a network of `hidden` sizes and return its directory."""
    rng = np.random.default_rng(5)
    names = [f"counterclockw{i}e" for i in range(classes)]
    inputs = side[0] * side[1] * len(planes)
    sizes = [inputs, *hidden, classes]
    layers = [*(f"hidden.{i}" for i in range(len(hidden))), "output"]
    (path / "evaluation").mkdir(parents=True)
    _write_network(path, sizes, layers, names, side, planes, recurrent)
    weights = {
        f"{name}.weight": rng.normal(0, 3, (pre, post)).astype(np.float32)
        for name, pre, post in zip(layers, sizes, sizes[1:], strict=False)
    }
    if recurrent:
        weights["hidden.0.recurrent"] = rng.normal(0, 1, recurrent).astype(np.float32)
    np.savez(path / "weights.npz", **weights)
    confusion = rng.integers(0, 4, (classes, classes)) + 20 * np.eye(classes, dtype=int)
    _write_json(
        path / "evaluation" / "test.json",
        {
            "accuracy": float(np.trace(confusion) / confusion.sum()),
            "loss": 0.31,
            "confusion": confusion.tolist(),
            "classes": names,
            "samples": int(confusion.sum()),
            "yardstick_accuracy": 0.61,
        },
    )
    lines = [json.dumps(line) for line in metric_lines(epochs)]
    (path / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    _write_activity(path, ["input", *layers], sizes, classes, rng)
    return path


def metric_lines(epochs: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return the lines of an STDP phase without losses and of a surrogate-gradient phase."""
    lines: list[dict[str, Any]] = []
    for phase, count in enumerate(epochs):
        for epoch in range(1, count + 1):
            line: dict[str, Any] = {"phase": phase, "rule": "stdp", "epoch": epoch, "seconds": 1.0}
            if phase == len(epochs) - 1:
                line["rule"] = "surrogate_gradient"
                line["train"] = {"loss": 2 / epoch, "accuracy": 1 - 0.7 / epoch}
                bend = 0.1 if epoch > 5 else 0.0
                line["validation"] = {
                    "loss": 2.2 / epoch + bend,
                    "accuracy": 0.9 - 0.6 / epoch - bend,
                }
            lines.append(line)
    return lines


def _write_network(
    path: Path,
    sizes: list[int],
    layers: list[str],
    classes: list[str],
    side: tuple[int, int],
    planes: tuple[str, ...],
    recurrent: int,
) -> None:
    rows = [
        {
            "name": name,
            "inputs": pre,
            "size": post,
            "model": "adaptive_lif",
            "connections": pre * post + (recurrent if name == "hidden.0" else 0),
            "recurrent_connections": recurrent if name == "hidden.0" else 0,
            "mean_weight": 0.1,
            "neuron": {"tau_m": 20.0},
        }
        for name, pre, post in zip(layers, sizes, sizes[1:], strict=False)
    ]
    sensor = {"size": sizes[0], "width": side[0], "height": side[1], "planes": list(planes)}
    _write_json(path / "network.json", {"input": sensor, "layers": rows, "classes": classes})


def _write_activity(
    path: Path, names: list[str], sizes: list[int], samples: int, rng: np.random.Generator
) -> None:
    labels = np.arange(samples)
    arrays: dict[str, Any] = {
        "dt": DT,
        "n_steps": STEPS,
        "labels": labels,
        "predicted": np.where(labels == 1, 0, labels),
    }
    for name, size in zip(names, sizes, strict=True):
        train = SpikeTrain.batch([_one_sample(i, size, rng) for i in range(samples)])
        arrays |= {f"{name}.offsets": train.offsets, f"{name}.channels": train.channels}
        arrays[f"{name}.size"] = size
    np.savez(path / "activity.npz", **arrays)


def _one_sample(index: int, size: int, rng: np.random.Generator) -> SpikeTrain:
    """Return a front that moves over the channels and back, and some noise."""
    steps = np.repeat(np.arange(STEPS), max(1, size // 40))
    front = (steps * size / STEPS * (index + 1)).astype(int) + rng.integers(
        0, 1 + size // 10, len(steps)
    )
    noise = rng.integers(0, STEPS, size // 4 + 2), rng.integers(0, size, size // 4 + 2)
    return SpikeTrain.from_pairs(
        np.concatenate([steps, noise[0]]),
        np.concatenate([front % size, noise[1]]),
        dt=DT,
        n_steps=STEPS,
        n_channels=size,
    )


def _write_json(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document))
