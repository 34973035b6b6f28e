"""Hard spikes with a fast-sigmoid gradient in PyTorch: autograd through a small network.

    u_k = v_{k-1} + E (bias - v_{k-1}) + J_k,    E = -expm1(-dt/tau_m)
    x_k = (u_k - θ - A_k) / θ,    s_k = H(x_k),  ds/dx = 1 / (1 + slope |x|)²
    v_k = u_k + s_k (u_reset - u_k)   or   u_k - s_k (θ - u_reset)

with θ = v_thresh - v_rest; u, v, u_reset from rest. J is the weights' sum W s + R s_{k-1} or, with
a synapse, P i_{k-1} where i_k = exp(-dt/tau_syn) i_{k-1} + W s + R s_{k-1}. A falls with tau_adapt
and rises by beta s; that path is never detached, the reset's s is, if `detach_reset`. In clamped
steps u is constant and s is 0: no gradient passes. The loss is Σ score_gradient · counts.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.oracles import golden_file

INPUTS, HIDDEN, OUTPUTS, SAMPLES, STEPS, DT, SLOPE = 5, 6, 3, 3, 16, 1.0, 2.0

SHAPES = {"hidden": (INPUTS, HIDDEN), "recurrent": (HIDDEN, HIDDEN), "readout": (HIDDEN, OUTPUTS)}

Neuron = dict[str, Any]

NEURONS: dict[str, Neuron] = {
    "hard": {"model": "lif", "tau_m": 10.0, "refractory_period": 0.0},
    "hard, refractory": {
        "model": "lif",
        "tau_m": 10.0,
        "refractory_period": 2.0,
        "v_reset": -70.0,
        "bias": 3.0,
    },
    "subtract": {"model": "lif", "tau_m": 10.0, "refractory_period": 0.0, "reset": "subtract"},
    "synapse": {"model": "lif", "tau_m": 10.0, "refractory_period": 1.0, "tau_syn": 4.0},
    "moving threshold": {
        "model": "adaptive_lif",
        "tau_m": 10.0,
        "refractory_period": 1.0,
        "beta": 3.0,
        "tau_adapt": 7.0,
    },
}


class Spike(torch.autograd.Function):
    """A step on the way forward, the fast sigmoid's slope on the way back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """Return H(x), with H(0) = 1."""
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Return the gradient times 1 / (1 + slope |x|)²."""
        (x,) = ctx.saved_tensors
        return gradient / (1.0 + SLOPE * x.abs()) ** 2


def main() -> None:
    """Differentiate all cases and write the golden file."""
    cases = {}
    for seed, (name, neuron) in enumerate(NEURONS.items()):
        for detach in (False, True):
            text = "detached" if detach else "attached"
            cases[f"{name}, reset {text}"] = case(neuron, detach, seed)
    golden_file.write("torch_gradients", ["torch", "numpy"], cases)


def case(neuron: Neuron, detach: bool, seed: int) -> dict[str, Any]:
    """Return inputs, weights, output counts and gradients of one network."""
    rng = np.random.default_rng(seed)
    # Mostly excitatory, so that both layers fire; a synapse spreads what it gives.
    mean = 12.0 if "tau_syn" in neuron else 3.0
    drawn = {name: rng.normal(mean, 4.0, shape).round(2) for name, shape in SHAPES.items()}
    drawn["recurrent"] /= 4.0
    dense = (rng.random((SAMPLES, STEPS, INPUTS)) < 0.4).astype(float)
    score_gradient = rng.standard_normal((SAMPLES, OUTPUTS)).round(3)
    weights = {name: torch.tensor(w, requires_grad=True) for name, w in drawn.items()}
    hidden = layer(neuron, detach, torch.tensor(dense), weights["hidden"], weights["recurrent"])
    counts = layer(neuron, detach, hidden, weights["readout"], None).sum(dim=1)
    (counts * torch.tensor(score_gradient)).sum().backward()
    return {
        "neuron": neuron,
        "detach_reset": detach,
        "slope": SLOPE,
        "dt": DT,
        "input": dense.astype(int).tolist(),
        "weights": {name: w.tolist() for name, w in weights.items()},
        "score_gradient": score_gradient.tolist(),
        "counts": counts.tolist(),
        "gradients": {name: w.grad.tolist() for name, w in weights.items()},
    }


def layer(
    neuron: Neuron, detach: bool, inputs: Tensor, weight: Tensor, recurrent: Tensor | None
) -> Tensor:
    """Return the spikes, (sample, step, neuron)."""
    # The model's defaults: rest and reset at -65, threshold at -50 mV.
    reset, theta = neuron.get("v_reset", -65.0) + 65.0, 15.0
    charge, waits = -math.expm1(-DT / neuron["tau_m"]), round(neuron["refractory_period"] / DT)
    v = torch.zeros(inputs.shape[0], weight.shape[1], dtype=torch.float64)
    s, raised, current, since = v, v, v, torch.full_like(v, waits + 1.0)
    spikes = []
    for k in range(STEPS):
        arriving = inputs[:, k] @ weight + (0.0 if recurrent is None else s @ recurrent)
        jump, current = through_synapse(neuron, arriving, current)
        clamped = since <= waits
        u = torch.where(clamped, reset, v + charge * (neuron.get("bias", 0.0) - v) + jump)
        raised = raised * math.exp(-DT / neuron.get("tau_adapt", 1.0))
        s = torch.where(clamped, 0.0, Spike.apply((u - theta - raised) / theta))
        raised = raised + neuron.get("beta", 0.0) * s
        by = s.detach() if detach else s
        v = u - by * (theta - reset if neuron.get("reset") == "subtract" else u - reset)
        since = torch.where(s > 0, 1.0, since + 1.0)
        spikes.append(s)
    return torch.stack(spikes, dim=1)


def through_synapse(neuron: Neuron, arriving: Tensor, current: Tensor) -> tuple[Tensor, Tensor]:
    """Return the membrane's jump and the synaptic current after a step."""
    if "tau_syn" not in neuron:
        return arriving, current
    tau_m, tau_syn = neuron["tau_m"], neuron["tau_syn"]
    kept, left = math.exp(-DT / tau_syn), math.exp(-DT / tau_m)
    drive = tau_syn / (tau_m - tau_syn) * (left - kept)
    return drive * current, kept * current + arriving


if __name__ == "__main__":
    main()
