"""Adam and SGD against PyTorch: golden files of `make oracles`."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.engine.engine import Gradient
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.learning.optimizers.optimizer import Optimizer
from neurospike_cli.registry import discover
from tests.engines import ENGINES
from tests.oracles import golden_file

FAMILY = discover(Optimizer)
GOLDEN = golden_file.read("torch_optimizers")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FAMILY)
def test_fifty_steps_on_a_noisy_quadratic_are_those_of_pytorch(name: str, engine: str) -> None:
    """g = H (w - target) + noise; every weight is of order one, and each step rounds it and the
    gradient a few times: 50 steps stay below 1e-13.
    """
    case = GOLDEN[name]
    optimizer = FAMILY[name](**case["optimizer"])
    weights = {"w": np.array(case["start"])}
    state, path = optimizer.start(weights), []
    for noise in case["noise"]:
        gradient = np.array(case["hessian"]) @ (weights["w"] - case["target"]) + noise
        optimizer.step(engine_named(engine), weights, {"w": Gradient(gradient)}, {"w": 1.0}, state)
        path.append(weights["w"].copy())
    np.testing.assert_allclose(path, case["path"], rtol=0, atol=1e-13)
    assert len(path) == 50
