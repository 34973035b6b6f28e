r"""Exponential synapse in front of a leaky membrane, on the exact propagator.

A spike of weight w adds w to the synaptic current i, in mV (current times resistance), and

    tau_syn di/dt = -i,     tau_m du/dt = -u + i

so that from one step to the next (Rotter & Diesmann 1999, eq. 17)

    u += P i,   P = exp(-dt/tau_m) expm1(a dt) / (a tau_m),   a = 1/tau_m - 1/tau_syn
    i -= -expm1(-dt/tau_syn) * i,   i += w

with the limit P = exp(-dt/tau_m) dt/tau_m where the time constants are equal. A spike that arrives
in step k moves the membrane from step k + 1 on.

The membrane's kernels see only P i in place of the weights' sum: the synapse sits in the callbacks
that they make before each step and, on the way back, after it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurospike_cli.neurons.neuron_model import (
    Floats,
    Indices,
    RecurrentGradient,
    RecurrentInput,
)


class Synapse(NamedTuple):
    """Step constants: `drive` is P, `loss` is -expm1(-dt/tau_syn)."""

    drive: float
    loss: float


def synapse(tau_m: float, tau_syn: float, dt: float) -> Synapse:
    """Return the step constants for `dt`, computed once in float64; all times in ms."""
    a = 1.0 / tau_m - 1.0 / tau_syn
    # expm1(a dt)/a keeps all digits however close the time constants are; at 0 it is dt.
    slope = np.expm1(a * dt) / a if a else dt
    return Synapse(float(np.exp(-dt / tau_m) * slope / tau_m), float(-np.expm1(-dt / tau_syn)))


def filtered_input(
    constants: Synapse, first: Floats, recurrent: RecurrentInput | None
) -> RecurrentInput:
    """Return what turns the weights' sum of a step into P i, after recurrent input is added.

    Args:
        constants: the step constants.
        first: the current of the first step, (sample, neuron); for its shape and type.
        recurrent: adds recurrent input, if there is any.
    """
    drive, loss = (first.dtype.type(x) for x in constants)
    i = np.zeros_like(first)

    def arrive(step: int, jump: Floats, spikes: list[Indices]) -> None:
        nonlocal i
        if recurrent is not None:
            recurrent(step, jump, spikes)
        later = i - loss * i
        later += jump
        np.multiply(i, drive, out=jump)
        i = later

    return arrive


def filtered_gradient(
    constants: Synapse, first: Floats, recurrent: RecurrentGradient | None
) -> RecurrentGradient:
    """Return what turns δ(P i) of a step into the gradient of its weights' sum, latest step first.

    With J = P i the membrane's input: δi_{k-1} = (1 - loss) δi_k + P δJ_k, and the weights' sum of
    step k has the gradient δi_k.

    Args:
        constants: the step constants.
        first: the gradient of the first step, (sample, neuron); for its shape and type.
        recurrent: takes that gradient back to earlier spikes, if there is recurrent input.
    """
    drive, loss = (first.dtype.type(x) for x in constants)
    after = np.zeros_like(first)

    def take(step: int, gradient: Floats) -> None:
        nonlocal after
        before = after - loss * after
        before += drive * gradient
        gradient[...] = after
        after = before
        if recurrent is not None:
            recurrent(step, gradient)

    return take
