"""The Izhikevich neuron solved to 1e-10: DOP853 (SciPy) with the spike as an event.

    dv/dt = 0.04 v² + 5 v + 140 - u + I    du/dt = a (b v - u)

At v = 30 mV a spike: v = c, u += d (Izhikevich 2003). I = 10 from v = -65, u = b v, for 1000 ms.
There are no steps here: times of spikes are those of the differential equation, in ms.
"""

from __future__ import annotations

import numpy as np
from scipy.integrate import solve_ivp

from tests.oracles import golden_file

#: a, b, c, d of Izhikevich 2003, figure 2. RZ and TC are driven as all others here.
TYPES = {
    "RS": (0.02, 0.2, -65.0, 8.0),
    "IB": (0.02, 0.2, -55.0, 4.0),
    "CH": (0.02, 0.2, -50.0, 2.0),
    "FS": (0.1, 0.2, -65.0, 2.0),
    "LTS": (0.02, 0.25, -65.0, 2.0),
    "RZ": (0.1, 0.26, -65.0, 2.0),
    "TC": (0.02, 0.25, -65.0, 0.05),
}
DRIVE, DURATION, START, PEAK = 10.0, 1000.0, -65.0, 30.0


def parameters(kind: str) -> dict[str, float]:
    """Return a, b, c, d by name."""
    return dict(zip("abcd", TYPES[kind], strict=True))


def main() -> None:
    """Solve for all types and write the golden file."""
    cases = {}
    for kind in TYPES:
        times = spike_times(**parameters(kind))
        cases[kind] = {
            "neuron": parameters(kind),
            "drive": DRIVE,
            "duration": DURATION,
            "spike_times": times,
        }
    golden_file.write("dop853_izhikevich", ["scipy", "numpy"], cases)


def spike_times(a: float, b: float, c: float, d: float) -> list[float]:
    """Return the times of all spikes, in ms."""

    def slope(_: float, y: np.ndarray) -> list[float]:
        v, u = y
        return [0.04 * v * v + 5.0 * v + 140.0 - u + DRIVE, a * (b * v - u)]

    def peak(_: float, y: np.ndarray) -> float:
        return float(y[0] - PEAK)

    peak.terminal, peak.direction = True, 1.0  # type: ignore[attr-defined]
    times, t, y = [], 0.0, [START, b * START]
    while True:
        solution = solve_ivp(
            slope, (t, DURATION), y, method="DOP853", rtol=1e-10, atol=1e-10, events=peak
        )
        if not solution.t_events[0].size:
            return times
        t = float(solution.t_events[0][0])
        times.append(t)
        y = [c, float(solution.y_events[0][0][1]) + d]


if __name__ == "__main__":
    main()
