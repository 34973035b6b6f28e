"""The adaptive LIF neuron with a moving threshold in Brian2, `method="exact"`.

    tau_m du/dt = -u + bias [+ i]    tau_adapt dA/dt = -A    [tau_syn di/dt = -i]

A spike where u >= theta + A; then u = u_reset, A += beta. Steps map to ours as `brian2_lif` says;
A is recorded with u, before the spike of the step raises it, and falls also while u is clamped.
"""

from __future__ import annotations

from brian2 import prefs

from tests.oracles import golden_file
from tests.oracles.brian2_lif import DELTA, EXPONENTIAL, run
from tests.oracles.lif_cases import CHANNELS, MEMBRANE, Case, case

ADAPTATION = "\ndA/dt = -A / (tau_adapt*ms) : 1"

STRONG = MEMBRANE | {"model": "adaptive_lif", "beta": 2.0, "tau_adapt": 60.0, "bias": 34.0}
DRIVEN = STRONG | {"bias": 14.0}
#: A short current carries little charge.
DOUBLED = tuple((2.0 * weight, rate) for weight, rate in CHANNELS)


def main() -> None:
    """Run all cases and write the golden file."""
    prefs.codegen.target = "numpy"
    cases = {
        "constant current, dt 1": case(STRONG, 1.0, 800.0, ()),
        "constant current, dt 0.1": case(STRONG, 0.1, 800.0, ()),
        "random input, dt 0.1": case(DRIVEN, 0.1, 1500.0, CHANNELS),
        "tau_syn 5, dt 1": case(DRIVEN | {"tau_syn": 5.0}, 1.0, 1500.0, DOUBLED),
    }
    for one in cases.values():
        ask(one)
    golden_file.write("brian2_adaptive_threshold", ["brian2", "numpy"], cases)


def ask(one: Case) -> None:
    """Add the spikes and the traces of u and A to the case."""
    exponential = "tau_syn" in one["neuron"]
    equations = (EXPONENTIAL if exponential else DELTA) + ADAPTATION
    target = "current" if exponential else "u"
    run(one, equations, "u >= u_thresh + A", "u = u_reset; A += beta", target, ("u", "A"))


if __name__ == "__main__":
    main()
