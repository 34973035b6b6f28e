r"""Spike-timing-dependent plasticity: each spike changes the synapses it passed, at once.

    Δw = +a_plus room_above(w) exp(-Δt/tau_plus)      post after pre, Δt >= 0
    Δw = -a_minus room_below(w) exp(Δt/tau_minus)     pre after post, Δt < 0

summed over all pairs, or over nearest ones; `_synapses.py` has the traces that do so while the
network runs, and triplets. Plasticity runs online, sample after sample: what a sample changed is
there for the next one, in both engines with the same bits, wherever training was interrupted.

After each sample come normalization, synaptic scaling and weight decay (`engine/plasticity.py`).
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.engine.plasticity import SynapseLaw
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning._plastic_rule import PlasticRule, memory_of
from neurospike_cli.learning._synapses import with_triplets
from neurospike_cli.learning.rule import Arrays, BatchResult

#: Samples that the engine learns from before training looks up. Their number changes no result but
#: through the rate schedule, which is looked at as often.
SAMPLES_AT_A_TIME = 100


class STDP(PlasticRule):
    """Unsupervised: labels play no part."""

    rule: Literal["stdp"] = "stdp"
    scores_training: ClassVar[bool] = False

    @property
    def samples_per_update(self) -> int:
        """How many samples `update` is given."""
        return SAMPLES_AT_A_TIME

    def law(self, factor: float) -> SynapseLaw:
        """Return the equations of a synapse, the amplitudes multiplied by `factor`."""
        return with_triplets(self.pairs(factor), self.triplet, factor)

    def update(
        self,
        network: NeuroSpikeNetwork,
        batch: SpikeTrain,
        labels: NDArray[np.int64],
        state: Arrays,
        done: float = 0.0,
    ) -> BatchResult:
        """Let the network learn from the samples of a batch, one after the other.

        A layer's spikes do not depend on the layers above: layer after layer, each with all
        samples, is the same as sample after sample.
        """
        topology, engine, spikes = network.topology, network.engine, batch
        trained, factor = self.trained(topology), self.rate_schedule.factor(done)
        for layer in topology.layers[: topology.highest_trained(trained) + 1]:
            if layer.weight not in trained:
                spikes = engine.run_layer(layer, network.weights, spikes, network.workspace)
                continue
            upkeep = self.upkeep_of(layer, state)
            plan = self.plan(layer, batch.dt, batch.n_steps, factor, upkeep)
            weight, memory = network.weights[layer.weight], memory_of(layer, state)
            spikes = engine.learn_layer(
                layer, network.weights, spikes, plan, weight, memory, network.workspace
            )
        network.keep_signs()
        return BatchResult(0.0, 0, len(labels))
