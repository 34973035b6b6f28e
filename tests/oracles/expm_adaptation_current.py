"""The adaptation current by plain matrix exponentials (SciPy), where Brian2's are not real.

    tau_m du/dt = -u + bias - w + i    tau_adapt dw/dt = a u - w    tau_syn di/dt = -i

One step is x <- exp(M dt) x with x = (u, w, i, 1); in clamped steps du/dt = 0, so that w follows
the clamped u. The order within a step is ours: decay, input, threshold, then u = u_reset, w += b.

With 4 a / (tau_m tau_adapt) > (1/tau_m - 1/tau_adapt)² the neuron resonates and the eigenvalues of
M are complex; where the two sides are equal, M cannot be diagonalised.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import expm

from tests.oracles import golden_file
from tests.oracles.brian2_adaptation_current import DRIVEN, STRONG
from tests.oracles.brian2_adaptive_threshold import DOUBLED
from tests.oracles.lif_cases import CHANNELS, TRACE_STEPS, Case, case, distances

RESONANT = STRONG | {"a": 4.0, "bias": 50.0}
#: (1/10 - 1/40)² = 4 a / 400.
DEFECTIVE = DRIVEN | {"a": 0.5625, "tau_adapt": 40.0}


def main() -> None:
    """Run all cases and write the golden file."""
    synapse = RESONANT | {"tau_syn": 5.0}
    cases = {
        "resonant, constant current, dt 0.1": case(RESONANT, 0.1, 800.0, ()),
        "resonant, random input, dt 1": case(RESONANT, 1.0, 1000.0, CHANNELS),
        "resonant, tau_syn 5, dt 1": case(synapse, 1.0, 1500.0, DOUBLED),
        "defective, random input, dt 1": case(DEFECTIVE, 1.0, 1000.0, CHANNELS),
    }
    for one in cases.values():
        run(one)
    golden_file.write("expm_adaptation_current", ["scipy", "numpy"], cases)


def run(case: Case) -> None:
    """Add the spikes and the first steps of u and w to the case."""
    neuron = case["neuron"]
    u_thresh, u_reset = distances(neuron)
    free, clamped = (expm(case["dt"] * m) for m in systems(neuron))
    waits = round(neuron["refractory_period"] / case["dt"])
    jumps = np.zeros(case["steps"])
    for weight, steps in zip(case["weights"], case["input"], strict=True):
        jumps[steps] += weight
    x, last = np.array([0.0, 0.0, 0.0, 1.0]), -waits - 1
    spikes, trace = [], []
    for step, jump in enumerate(jumps):
        is_clamped = step - last <= waits
        x = (clamped if is_clamped else free) @ x
        if "tau_syn" in neuron:
            x[2] += jump
        elif not is_clamped:
            x[0] += jump
        trace.append(x[:2].tolist())
        if x[0] >= u_thresh:
            spikes.append(step)
            x[0], x[1], last = u_reset, x[1] + neuron["b"], step
    case["spikes"] = spikes
    case["u"], case["w"] = (list(v) for v in zip(*trace[:TRACE_STEPS], strict=True))


def systems(neuron: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return M for x = (u, w, i, 1), free and clamped."""
    tau_m, tau_adapt = neuron["tau_m"], neuron["tau_adapt"]
    free = np.zeros((4, 4))
    free[0] = [-1 / tau_m, -1 / tau_m, 1 / tau_m, neuron["bias"] / tau_m]
    free[1, :2] = [neuron["a"] / tau_adapt, -1 / tau_adapt]
    # Without a synapse i stays 0.
    free[2, 2] = -1 / neuron.get("tau_syn", 1.0)
    clamped = free.copy()
    clamped[0] = 0
    return free, clamped


if __name__ == "__main__":
    main()
