"""Adam and SGD with momentum in PyTorch, float64: 50 steps on a quadratic with noise.

    g_t = H (w - target) + noise_t

`torch.optim.Adam` and `torch.optim.SGD(dampening=0)` are ours with the scale θ = 1: the velocity is
u = μ u + g and the step -η u, not the (1 - μ) g of some texts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tests.oracles import golden_file

SIZE, STEPS = 6, 50

OPTIMIZERS: dict[str, tuple[dict[str, Any], Callable[..., torch.optim.Optimizer]]] = {
    "adam": (
        {"type": "adam", "learning_rate": 0.05, "beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8},
        lambda w: torch.optim.Adam(w, lr=0.05, betas=(0.9, 0.99), eps=1e-8),
    ),
    "sgd": (
        {"type": "sgd", "learning_rate": 0.02, "momentum": 0.8},
        lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.8),
    ),
}


def main() -> None:
    """Follow both optimisers and write the golden file."""
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((SIZE, SIZE))
    problem = {
        "hessian": (mixing @ mixing.T / SIZE).tolist(),
        "target": rng.standard_normal(SIZE).tolist(),
        "noise": (0.1 * rng.standard_normal((STEPS, SIZE))).tolist(),
        "start": rng.standard_normal(SIZE).tolist(),
    }
    cases = {}
    for name, (parameters, make) in OPTIMIZERS.items():
        cases[name] = problem | {"optimizer": parameters, "path": path(problem, make)}
    golden_file.write("torch_optimizers", ["torch", "numpy"], cases)


def path(problem: dict[str, Any], make: Callable[..., torch.optim.Optimizer]) -> list[list[float]]:
    """Return the weights after every step."""
    arrays = {name: torch.tensor(x, dtype=torch.float64) for name, x in problem.items()}
    w = arrays["start"].clone().requires_grad_()
    optimizer = make([w])
    visited = []
    for noise in arrays["noise"]:
        w.grad = arrays["hessian"] @ (w.detach() - arrays["target"]) + noise
        optimizer.step()
        visited.append(w.tolist())
    return visited


if __name__ == "__main__":
    main()
