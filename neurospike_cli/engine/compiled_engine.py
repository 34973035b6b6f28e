"""The compiled engine: event-driven kernels, whose cost follows the events and not the extent.

The same laws as in the NumPy engine, compiled (`compiler.py`, `kernels/`). One layer is in
`compiled_layer.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neurospike_cli.engine import compiled_input, compiled_layer
from neurospike_cli.engine.code_cache import cache_folder, has_code, keeps_code
from neurospike_cli.engine.compiled_gradients import gradient_bytes, gradients
from neurospike_cli.engine.compiled_layer import Work
from neurospike_cli.engine.compiled_plasticity import learn_layer, learn_pairs
from neurospike_cli.engine.compiler import declare, telling_of_compilation
from neurospike_cli.engine.engine import (
    BatchSize,
    DescentLaw,
    Engine,
    ForwardPass,
    Gradient,
    Needs,
    Response,
    SpikeDerivative,
    Weights,
)
from neurospike_cli.engine.kernels import descent, forward
from neurospike_cli.engine.kernels.layouts import Above, Record
from neurospike_cli.engine.plasticity import Memory, Plan
from neurospike_cli.engine.threads import divided
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.neurons.neuron_model import Floats, NeuronModel, in_type

#: What the step of an optimiser costs for a weight, in multiplications.
EACH_WEIGHT = 12
#: What loading compiled code takes and what making it takes, once and for each neuron model:
#: measured.
CODE_BYTES, COMPILING_BYTES = (58_000_000, 7_000_000), (160_000_000, 100_000_000)


@dataclass(frozen=True)
class CompiledPass(ForwardPass):
    """A batch through the network; `layers` lie in the workspace."""

    layers: list[compiled_layer.LayerRun]

    def spikes(self, layer: int) -> SpikeTrain:
        """Return the spikes of a layer, by its index."""
        return self.layers[layer].train


class CompiledEngine(Engine):
    """The fast one: Numba compiles it, once for each neuron model and precision."""

    name: ClassVar[str] = "compiled"

    def forward(
        self,
        topology: Topology,
        weights: Weights,
        batch: SpikeTrain,
        workspace: Workspace,
        detach_reset: bool | None = None,
    ) -> CompiledPass:
        """Run a batch through all layers."""
        runs: list[compiled_layer.LayerRun] = []
        works: list[Work] = []
        for layer in topology.layers:
            arrived = runs[-1].fired if runs else compiled_input.events_of(batch)
            if compiled_input.is_delayed(layer):
                self._do(works, batch)
                sent = compiled_input.arriving(layer, runs[-1].train if runs else batch)
                arrived = compiled_input.events_of(sent)
            own = compiled_layer.prepare(layer, weights, arrived, batch, workspace, detach_reset)
            runs.append(own)
            works.append(own.work)
        self._do(works, batch)
        return CompiledPass(topology.readout.scores(runs[-1].train, weights), batch, runs)

    @staticmethod
    def _do(works: list[Work], batch: SpikeTrain) -> None:
        """Do what has gathered, and forget it."""
        compiled_layer.do_all(works, batch.n_samples)
        works.clear()

    def telling(self, say: Callable[[str], None], what: str) -> AbstractContextManager[None]:
        """Say once, while in the context, that something is compiled, and where it is kept."""

        def notice() -> None:
            kept = f"once, about 20 s; kept in {cache_folder()}"
            if not keeps_code():
                place = cache_folder() or "a home folder, which there is none of"
                kept = f"about 20 s in every run: cannot write to {place}; set NEUROSPIKE_CACHE_DIR"
            say(f"Compiling the engine for {what}: {kept}")

        return telling_of_compilation(notice)

    def code_bytes(self, topology: Topology) -> int:
        """Return what loading or making the compiled code takes."""
        common, each = CODE_BYTES if has_code() else COMPILING_BYTES
        return common + each * len({type(layer.neuron) for layer in topology.layers})

    def forward_bytes(
        self, topology: Topology, batch: BatchSize, detach_reset: bool | None = None
    ) -> Needs:
        """Return what `forward` allocates for a batch of this size."""
        needed = Needs()
        for layer in topology.layers:
            needed |= compiled_layer.run_bytes(layer, batch, detach_reset)
        return needed

    def run_layer(
        self, layer: Layer, weights: Weights, spikes: SpikeTrain, workspace: Workspace
    ) -> SpikeTrain:
        """Return the spikes of one layer."""
        return compiled_layer.run(layer, weights, spikes, workspace, None).train

    def learn_layer(
        self,
        layer: Layer,
        weights: Weights,
        spikes: SpikeTrain,
        plan: Plan,
        changed: Floats,
        memory: Memory,
        workspace: Workspace,
        given: Floats | None = None,
    ) -> SpikeTrain:
        """Return the spikes of a layer that learns from each of them."""
        return learn_layer(layer, weights, spikes, plan, changed, memory, given, workspace)

    def learn_pairs(
        self, layer: Layer, spikes: SpikeTrain, fired: SpikeTrain, plan: Plan, changed: Floats
    ) -> None:
        """Let synapses learn from spikes that are known."""
        learn_pairs(layer, spikes, fired, plan, changed)

    def backward(
        self,
        topology: Topology,
        weights: Weights,
        run: ForwardPass,
        score_gradient: Floats,
        surrogate: SpikeDerivative,
        detach_reset: bool,
        trained: frozenset[str],
        workspace: Workspace,
    ) -> dict[str, Gradient]:
        """Return d loss / d weight; see `Engine.backward`."""
        assert isinstance(run, CompiledPass)
        layers, lowest = topology.layers, topology.lowest_trained(trained)
        works: list[Work] = []
        for i in range(len(layers) - 1, lowest - 1, -1):
            layer, own = layers[i], run.layers[i]
            if i == len(layers) - 1:
                above = _above_readout(topology, weights, run, score_gradient)
            else:
                upper, delta = layers[i + 1], run.layers[i + 1].record.distance
                if compiled_input.needs_all(upper, surrogate.bounded):
                    self._do(works, run.batch)
                above = compiled_input.spikes_above(
                    surrogate.bounded,
                    delta,
                    weights[upper.weight],
                    upper,
                    run.batch.n_steps,
                    workspace,
                )
            slope = surrogate.law(layer.neuron.threshold_distance)
            works.append(compiled_layer.work_back(layer, weights, slope, above, own, detach_reset))
        self._do(works, run.batch)
        return gradients(layers[lowest:], weights, run.layers[lowest:], trained, workspace)

    def backward_bytes(
        self, topology: Topology, batch: BatchSize, bounded: bool, trained: frozenset[str]
    ) -> Needs:
        """Return what `backward` allocates beside that."""
        lowest, layers, spikes = topology.lowest_trained(trained), topology.layers, batch.events
        output = batch.numbers(batch.rows * layers[-1].size)
        needed = Needs(passing={"output gradient": output})
        for i, layer in enumerate(layers):
            if i >= lowest:
                needed |= gradient_bytes(layer, spikes, batch)
            if i > lowest:
                needed |= compiled_input.above_bytes(bounded, layer, batch)
            spikes = batch.spikes(layer.size)
        return needed

    def simulate(self, neuron: NeuronModel, current: Floats, dt: float) -> Response:
        """Run neurons driven by `current`; see `Engine.simulate`."""
        n_steps, samples, size = current.shape
        given = np.ascontiguousarray(current.transpose(1, 0, 2)).reshape(-1, size)
        laws = in_type(neuron.laws(dt), current.dtype)
        kept = np.empty((len(neuron.variables), *given.shape), current.dtype)
        record = Record(np.empty((0, 0), current.dtype), kept)
        silent = SpikeTrain.silent(dt, samples, n_steps, 0)
        weight, pairs = np.empty((0, size), current.dtype), compiled_layer.no_pairs(current.dtype)
        fired = compiled_layer.room_for_spikes(samples * n_steps, size, f"{size}", Workspace())
        declare(laws)
        arguments = (
            laws,
            compiled_input.events_of(silent),
            weight,
            pairs,
            given,
            record,
            compiled_layer.no_theta(),
            fired,
            n_steps,
        )
        forward.run_samples(*arguments, 0, samples)
        states = kept.reshape(len(kept), samples, n_steps, size).transpose(0, 2, 1, 3)
        return Response(tuple(states), compiled_layer.train_of(fired, silent, size))

    def descend(
        self,
        law: DescentLaw,
        weight: Floats,
        gradient: Gradient,
        moments: Sequence[Floats],
        live: Floats,
    ) -> None:
        """Change a weight array and its moments in place; see `Engine.descend`."""
        law = in_type(law, weight.dtype)
        declare(law)
        shape = len(weight), weight[:1].size
        flat = [a.reshape(shape) for a in (weight, *moments)]
        place = np.arange(len(weight))
        if gradient.rows is not None and law_rests(law, len(moments), weight.dtype):
            live[gradient.rows] = 1
            rows = np.flatnonzero(live)
            place = np.full(len(weight), -1)
            place[gradient.rows] = np.arange(len(gradient.rows))
            slope = gradient.values
        else:
            live[:] = 1
            rows, slope = place, gradient.dense(weight.shape)
        slope = slope.reshape(len(slope), shape[1])

        def some_rows(first: int, last: int) -> None:
            descent.descend_rows(law, flat[0], slope, tuple(flat[1:]), rows, place, first, last)

        divided(some_rows, len(rows), len(rows) * shape[1] * EACH_WEIGHT)


def _above_readout(
    topology: Topology, weights: Weights, run: CompiledPass, score_gradient: Floats
) -> Above:
    """Return what the readout says to each spike of the last layer."""
    dtype, rows = run.layers[-1].record.distance.dtype, len(run.layers[-1].fired.starts)
    scores, steps = score_gradient.astype(dtype), run.batch.n_steps
    given = topology.readout.spike_gradient(scores, steps, weights)
    return compiled_input.nothing_above(dtype)._replace(given=given.reshape(rows, -1))


def law_rests(law: DescentLaw, moments: int, dtype: np.dtype[np.floating]) -> bool:
    """Return whether a weight without gradient and moments stays where it is, to the last bit.

    If so, rows that never had a gradient need no visit: the result is that of visiting them.
    """
    one, zero = np.ones(1, dtype), np.zeros(1, dtype)
    weight, changed = law.change(one, zero, (zero,) * moments)
    return bool(weight[0] == 1) and not any(moment[0] for moment in changed)
