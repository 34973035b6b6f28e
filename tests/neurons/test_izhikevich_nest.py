"""Izhikevich's neuron against NEST's, in both of its schemes: golden files of `make oracles`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.verification.neurons._single import run_single
from tests.engines import ENGINES
from tests.oracles import golden_file

NEST = golden_file.read("nest_izhikevich")
engines = pytest.mark.parametrize("engine", ENGINES)


@engines
@pytest.mark.parametrize("case", NEST.values(), ids=NEST.keys())
def test_spikes_and_potentials_are_those_of_nest(case: dict[str, Any], engine: str) -> None:
    """One sub-step a step; NEST's published scheme is the half steps of 2003."""
    scheme = "euler" if case["consistent"] else "half_step"
    own = {"scheme": scheme, "substep": case["dt"], "bias": case["drive"]}
    neuron = Izhikevich(**case["neuron"], **own)
    v, spikes = run_single(neuron, np.zeros(case["steps"]), case["dt"], engine)
    assert spikes.tolist() == case["spikes"]
    expected = np.array(case["v"], dtype=float)
    known = ~np.isnan(expected)
    # The same operations in the same order, measured 0; a compiler may round the last bit of a
    # sum of 100 mV another way, and an upstroke multiplies that by some hundred.
    np.testing.assert_allclose(v[: len(expected)][known], expected[known], rtol=0, atol=1e-10)
