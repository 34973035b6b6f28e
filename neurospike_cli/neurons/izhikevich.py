r"""Izhikevich's neuron: a quadratic membrane v and a recovery variable u (Izhikevich 2003).

    dv/dt = 0.04 v² + 5 v + 140 - u + bias,     du/dt = a (b (v - v_u) - u_decay u)
    v <- c,  u <- u + d                         at a spike, where v reaches v_peak

v_u = 0 and u_decay = 1 but for accommodation (Izhikevich 2004). The equations have no closed form:
a step of width dt is cut into n = ceil(dt / substep) sub-steps of width h, each

    v' = v + h (… v …),   u' = u + h a (… v …)          scheme: euler
    v' = v + h (… v …),   u' = u + h a (… v' …)         scheme: semi_implicit, published in 2004
    v moves by h/2 twice, u' = u + h a (… v' …)         scheme: half_step, published in 2003

and then the input spikes of the step, or the charge of the synaptic current, move v at once.

A neuron that reaches v_peak within a step waits there, v and u unchanged, for its reset at the
step's end. The time that it waits is not lost: it is kept as the third state variable, `late`, and
the next step integrates over dt + late. So the error follows the sub-steps and not dt, and only
the spike is rounded to the grid; with one sub-step a step (substep >= dt) late is always 0, and
the scheme is the textbook's. Sub-steps of 0.01 ms give all seven types of 2003 the number of
spikes of the exact solution to 1 %; of 1 ms, fast ones fire up to four times too rarely. After a
spike sub-steps are up to twice as wide.

With `tau_syn` a spike adds its weight to the synaptic current i, in mV/ms, the paper's unit:

    v += i tau_syn (1 - exp(-dt/tau_syn)),   i -= (1 - exp(-dt/tau_syn)) i,   i += w

Backwards, the Jacobian ∂(v', u')/∂(v, u) of a step is the product of those of its sub-steps; its
four elements are clipped to ±max_jacobian. In the upstroke of a spike ∂v'/∂v grows as
exp(∫ 0.08 v + 5 dt), to thousands, and the products of a few such steps drown all other terms:
with a limit of 1 a network learns in 30 epochs what it does not learn at all with one of 1000.

| parameter | symbol | meaning | default |
|---|---|---|---|
| preset | | a type of 2003 or a pattern of 2004: sets what is not given | none |
| a | a | rate of recovery | 0.02 /ms |
| b | b | coupling of u to v | 0.2 /ms |
| c | c | potential after a spike | -65 mV |
| d | d | rise of u at a spike | 8 mV/ms |
| bias | I | constant current | 0 mV/ms |
| v_peak | | where the spike ends | 30 mV |
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import AfterValidator, Field, Strict, model_validator

from neurospike_cli.neurons._firing_patterns import PRESETS
from neurospike_cli.neurons._izhikevich_step import IzhikevichStep
from neurospike_cli.neurons._synapse import DeltaSynapse, ExponentialSynapse
from neurospike_cli.neurons.neuron_model import Advice, Laws, NeuronModel, Synapse
from neurospike_cli.units import Milliseconds, Millivolts

#: Sub-steps above this width, in ms, change the rate of the faster types by more than 5 %.
COARSE_SUBSTEP = 0.1
#: Spikes of a burst are 2 ms apart: a wider step has no room for them.
COARSE_DT = 1.0


def _preset(name: str) -> str:
    if name not in PRESETS:
        raise ValueError(f"expected one of {', '.join(PRESETS)}")
    return name


def _list_presets(schema: dict[str, Any]) -> None:
    schema["enum"] = list(PRESETS)


PresetName = Annotated[str, AfterValidator(_preset), Field(json_schema_extra=_list_presets)]


class Izhikevich(NeuronModel):
    """Parameters of Izhikevich's neuron, in the paper's units; the equations are the module's."""

    variables: ClassVar[tuple[str, ...]] = ("v", "u", "late")
    bias_unit: ClassVar[str] = "mV/ms"
    model: Literal["izhikevich"] = "izhikevich"
    preset: PresetName | None = None
    """A type of 2003 (RS …) or a firing pattern of 2004: sets what is not given beside it."""
    a: float = Field(default=0.02, ge=-10, le=10)
    """Rate of the recovery variable u, in 1/ms."""
    b: float = Field(default=0.2, ge=-100, le=100)
    """Coupling of u to v, in 1/ms."""
    c: Millivolts = Field(default=-65.0, ge=-1e3, le=1e3)
    """Potential after a spike, in mV."""
    d: float = Field(default=8.0, ge=-1e3, le=1e3)
    """Rise of u at a spike, in mV/ms."""
    bias: float = Field(default=0.0, ge=-1e4, le=1e4)
    """Constant current I, in mV/ms."""
    v_peak: Millivolts = Field(default=30.0, ge=-1e3, le=1e3)
    """Where a spike ends, in mV."""
    v_init: Millivolts = Field(default=-65.0, ge=-1e3, le=1e3)
    """Potential at the start, in mV."""
    u_init: float | None = Field(default=None, ge=-1e4, le=1e4)
    """Recovery variable at the start, in mV/ms; without it, b (v_init - v_u)."""
    quadratic: Annotated[tuple[float, float, float], Strict(False)] = (0.04, 5.0, 140.0)
    """Coefficients of v², v and 1 in dv/dt, in 1/(mV ms), 1/ms and mV/ms."""
    v_u: Millivolts = Field(default=0.0, ge=-1e3, le=1e3)
    """Potential from which b counts, in mV."""
    u_decay: float = Field(default=1.0, ge=0, le=10)
    """Decay of u as a multiple of a; 0 lets u integrate, for accommodation."""
    scheme: Literal["euler", "semi_implicit", "half_step"] = "euler"
    """How a sub-step is taken: v and u at once; v and then u, as published in 2004; or v in two
    halves and then u, as published in 2003."""
    substep: Milliseconds = Field(default=0.01, gt=0, le=1e3)
    """Largest width of the sub-steps, in ms; 0.1 is ten times as fast and 5 % less exact."""
    max_jacobian: float = Field(default=1.0, gt=0, le=1e30)
    """Limit of each derivative of a step in the gradient; 1e30 gives the exact one, which explodes
    with the upstroke of a spike."""

    @model_validator(mode="before")
    @classmethod
    def _fill_from_preset(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("preset"), str):
            return given
        return {**PRESETS.get(given["preset"], {}), **given}

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        for name in ("c", "v_init"):
            if getattr(self, name) >= self.v_peak:
                value = getattr(self, name)
                raise ValueError(f"{name} ({value}) must be below v_peak ({self.v_peak})")
        if self.quadratic[0] <= 0:
            raise ValueError("quadratic must begin with a positive number, or nothing spikes")
        return self

    @property
    def v_rest(self) -> float:
        """The stable fixed point under the bias, in mV; v_init where there is none."""
        square, linear, constant = self.quadratic
        linear_in_all, offset = linear, constant + self.bias
        if self.u_decay > 0:
            linear_in_all -= self.b / self.u_decay
            offset += self.b * self.v_u / self.u_decay
            root = math.sqrt(max(0.0, linear_in_all**2 - 4 * square * offset))
            exists = linear_in_all**2 >= 4 * square * offset
            v = (-linear_in_all - root) / (2 * square)
        else:
            exists, v = True, self.v_u
        slope = 2 * square * v + linear
        decay = self.a * self.u_decay
        stable = slope - decay < 0 and self.a * self.b - slope * decay > 0
        return v if exists and stable else self.v_init

    @property
    def threshold_distance(self) -> float:
        """v_peak - v_rest, in mV."""
        return self.v_peak - self.v_rest

    @property
    def time_constants(self) -> dict[str, float]:
        """tau_syn if there is one, in ms."""
        return {} if self.tau_syn is None else {"tau_syn": self.tau_syn}

    @property
    def v_zero(self) -> float:
        """The membrane is counted from 0 mV."""
        return 0.0

    def bias_per_step(self, dt: float) -> float:
        """Return dt: the bias is in mV/ms."""
        return dt

    def substeps(self, dt: float) -> int:
        """Return into how many sub-steps a step of `dt` ms is cut."""
        # A quotient such as 0.3/0.1 is a few ulp above its whole number.
        return max(1, math.ceil(dt / self.substep - 1e-9))

    def advice(self, dt: float) -> tuple[Advice, ...]:
        """Say where sub-steps or steps are too coarse for the spikes of faster types."""
        found = []
        width = dt / self.substeps(dt)
        published = PRESETS.get(self.preset or "", {}).get("substep")
        if width > COARSE_SUBSTEP and self.substep != published:
            text = (
                f"sub-steps of {width:g} ms change how often fast neurons fire, by 5 % at "
                f"{COARSE_SUBSTEP:g} ms and up to fourfold at 1 ms; set substep to "
                f"{COARSE_SUBSTEP:g} or less (0.01 for 1 %)"
            )
            found.append(Advice("substep", text))
        if dt > COARSE_DT:
            text = (
                f"a neuron spikes at most once a step: steps of {dt:g} ms have no room for bursts, "
                f"whose spikes are 2 ms apart; set dt to {COARSE_DT:g} or less"
            )
            found.append(Advice("dt", text))
        return tuple(found)

    def laws(self, dt: float, *, detach_reset: bool = True) -> Laws:
        """Return the equations for steps of `dt` ms."""
        u_init = self.b * (self.v_init - self.v_u) if self.u_init is None else self.u_init
        synapse: Synapse = DeltaSynapse()
        synaptic: tuple[float, ...] = ()
        if self.tau_syn is not None:
            loss = float(-np.expm1(-dt / self.tau_syn))
            synapse, synaptic = ExponentialSynapse(self.tau_syn * loss, loss), (0.0,)
        initial = (self.v_init, u_init, 0.0)
        return Laws(self._step(dt, detach_reset), synapse, initial, synaptic, 0, True, True)

    def _step(self, dt: float, detach_reset: bool) -> IzhikevichStep:
        number = self.substeps(dt)
        parts = 2 if self.scheme == "half_step" else 1
        new = 0.0 if self.scheme == "euler" else 1.0
        square, linear, constant = self.quadratic
        return IzhikevichStep(
            dt=dt,
            number=number,
            share=1.0 / number,
            parts=parts,
            part=1.0 / parts,
            square=square,
            linear=linear,
            constant=constant,
            bias=self.bias,
            twice=2.0 * square,
            a=self.a,
            b=self.b,
            v_u=self.v_u,
            u_decay=self.u_decay,
            old=1.0 - new,
            new=new,
            v_peak=self.v_peak,
            c=self.c,
            d=self.d,
            attached=0.0 if detach_reset else 1.0,
            bound=self.max_jacobian,
            zero=0.0,
            one=1.0,
        )
