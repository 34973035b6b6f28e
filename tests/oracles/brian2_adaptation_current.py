"""The adaptive LIF neuron with an adaptation current in Brian2, `method="exact"`.

    tau_m du/dt = -u + bias - w [+ i]    tau_adapt dw/dt = a u - w    [tau_syn di/dt = -i]

A spike where u >= theta; then u = u_reset, w += b. All in mV, with the resistance 1. Steps map to
ours as `brian2_lif` says; w is recorded with u, before the spike of the step raises it.

While u is clamped w follows the clamped u, tau_adapt dw/dt = a u_reset - w: Brian2 multiplies du/dt
by `int(not_refractory)` before it solves the whole system. (NEST's aeif models do the same.)

Numbers stand in the equations as fractions, so that sympy finds the matrix exponential in seconds.
Where a synapse comes third it is 0/0 in clamped steps: that case has no refractory period. And it
has to be real: (1/tau_m - 1/tau_adapt)² > 4 a / (tau_m tau_adapt). Beyond that the neuron
resonates; `expm_adaptation_current` has such cases.
"""

from __future__ import annotations

from fractions import Fraction

from brian2 import prefs

from tests.oracles import golden_file
from tests.oracles.brian2_adaptive_threshold import DOUBLED
from tests.oracles.brian2_lif import run
from tests.oracles.lif_cases import CHANNELS, MEMBRANE, Case, case

DELTA = """
du/dt = ({bias} - u - w) / ({tau_m}*ms) : 1 (unless refractory)
dw/dt = (({a})*u - w) / ({tau_adapt}*ms) : 1
"""
EXPONENTIAL = """
du/dt = ({bias} - u - w + current) / ({tau_m}*ms) : 1 (unless refractory)
dw/dt = (({a})*u - w) / ({tau_adapt}*ms) : 1
dcurrent/dt = -current / ({tau_syn}*ms) : 1
"""

ADAPTATION = {"model": "adaptive_lif", "adaptation": "current", "a": 0.5, "b": 3.0}
DRIVEN = MEMBRANE | ADAPTATION | {"tau_adapt": 60.0, "bias": 18.0}
STRONG = DRIVEN | {"bias": 34.0}
FREE = {"refractory_period": 0.0}


def main() -> None:
    """Run all cases and write the golden file."""
    prefs.codegen.target = "numpy"
    uncoupled, negative = DRIVEN | {"a": 0.0}, DRIVEN | FREE | {"a": -0.2, "bias": 12.0}
    synapse = DRIVEN | FREE | {"tau_syn": 5.0}
    cases = {
        "constant current, dt 1": case(STRONG, 1.0, 1000.0, ()),
        "constant current, dt 0.1": case(STRONG, 0.1, 1000.0, ()),
        "random input, dt 0.1": case(DRIVEN, 0.1, 1500.0, CHANNELS),
        "a 0, random input, dt 1": case(uncoupled, 1.0, 1500.0, CHANNELS),
        "a -0.2, never clamped, dt 1": case(negative, 1.0, 1500.0, CHANNELS),
        "tau_syn 5, never clamped, dt 1": case(synapse, 1.0, 1500.0, DOUBLED),
    }
    for one in cases.values():
        ask(one)
    golden_file.write("brian2_adaptation_current", ["brian2", "numpy"], cases)


def ask(one: Case) -> None:
    """Add the spikes and the traces of u and w to the case."""
    neuron = one["neuron"]
    fractions = {k: Fraction(str(v)) for k, v in neuron.items() if isinstance(v, float)}
    equations = (EXPONENTIAL if "tau_syn" in neuron else DELTA).format(**fractions)
    if not neuron["refractory_period"]:
        equations = equations.replace(" (unless refractory)", "")
    target = "current" if "tau_syn" in neuron else "u"
    run(one, equations, "u >= u_thresh", "u = u_reset; w += b", target, ("u", "w"))


if __name__ == "__main__":
    main()
