"""Labels and votes of neurons that learned without labels, by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.readouts._labelled_neurons import RESPONSES, LabelledNeurons
from neurospike_cli.network.readouts.all_activity import AllActivity
from neurospike_cli.network.readouts.class_proportions import ClassProportions
from neurospike_cli.network.readouts.log_proportions import LogProportions
from neurospike_cli.network.readouts.proportion_weighted import ProportionWeighted

#: Spikes of five neurons in six samples, whose classes are 0, 1, 0, 2, 1, 0. The last one never
#: fires; neuron 3 answers to classes 1 and 2 alike.
COUNTS = np.array(
    [[6, 0, 3, 0, 0], [1, 4, 0, 2, 0], [3, 0, 0, 0, 0], [0, 2, 0, 1, 0], [1, 4, 0, 0, 0],
     [0, 0, 0, 0, 0]]
)  # fmt: skip
LABELS = np.array([0, 1, 0, 2, 1, 0])
#: Means by class, (class, neuron).
MEANS = [[3, 0, 1, 0, 0], [1, 4, 0, 1, 0], [0, 2, 0, 1, 0]]
#: A sample to be classified: neurons 0, 1, 3 and 4 fire 2, 3, 4 and 5 times.
SAMPLE = [2, 3, 0, 4, 5]


def fitted(readout: LabelledNeurons, labels: np.ndarray = LABELS) -> dict[str, np.ndarray]:
    arrays = {RESPONSES: np.full((3, 5), np.nan)}
    assert readout.shapes(5, 3) == {RESPONSES: (3, 5)}
    readout.fit(COUNTS, labels, arrays)
    return arrays


def train_of(counts: list[int]) -> SpikeTrain:
    steps = np.concatenate([np.arange(n) for n in counts])
    return SpikeTrain.from_pairs(
        steps, np.repeat(np.arange(5), counts), dt=1.0, n_steps=9, n_channels=5
    )


def test_answers_are_means_by_class() -> None:
    np.testing.assert_array_equal(fitted(AllActivity())[RESPONSES], MEANS)
    only_two = fitted(AllActivity(), np.array([0, 1, 0, 1, 1, 0]))[RESPONSES]
    np.testing.assert_array_equal(only_two[2], 0)  # a class without samples


#: Classes of the neurons: 0, 1, 0, 1 (the first of equals), none.
EXPECTED = {
    # Means over the members of a class: (2 + 0)/2, (3 + 4)/2, no member.
    AllActivity: [1.0, 3.5, 0.0],
    # The same with spikes times p of the own class: 2 · 3/4, then 3 · 4/6 and 4 · 1/2.
    ProportionWeighted: [1.5 / 2, (2.0 + 2.0) / 2, 0.0],
    # 2 spikes as 3/4, 1/4, 0; 3 as 0, 2/3, 1/3; 4 as 0, 1/2, 1/2.
    ClassProportions: [1.5, 0.5 + 2.0 + 2.0, 1.0 + 2.0],
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_votes_by_hand(kind: type[LabelledNeurons]) -> None:
    readout = kind()
    scores = readout.scores(train_of(SAMPLE), fitted(readout))
    np.testing.assert_allclose(scores, [EXPECTED[kind]], rtol=1e-15)
    assert readout.output_neuron is None


def test_evidence_is_the_logarithm_of_bayes() -> None:
    """p_jc = (r_jc + 0.5)/Σ_c (r_jc + 0.5); neuron 4, which never fired, tells nothing."""
    readout = LogProportions(prior=0.5)
    scores = readout.scores(train_of(SAMPLE), fitted(readout))[0]
    shares = [
        [(3.5, 1.5, 0.5), 5.5, 2],
        [(0.5, 4.5, 2.5), 7.5, 3],
        [(0.5, 1.5, 1.5), 3.5, 4],
        [(0.5, 0.5, 0.5), 1.5, 5],
    ]
    for c in range(3):
        expected = sum(n * log(part[c] / total) for part, total, n in shares)
        assert scores[c] == pytest.approx(expected, rel=1e-14)


def test_a_class_that_neurons_answer_to_strongly_does_not_win_by_being_large() -> None:
    """Three neurons of class 0, one of class 1, each fires once: means are equal, sums are not."""
    arrays = {RESPONSES: np.array([[2.0, 2.0, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 2.0, 0.0]])}
    scores = AllActivity().scores(train_of([1, 1, 1, 1, 0]), arrays)
    np.testing.assert_allclose(scores, [[1.0, 1.0]], rtol=1e-15)


def test_gradients_of_votes_are_their_weights() -> None:
    """Scores are linear in spikes: a spike more of neuron j adds the column of the votes."""
    readout = ClassProportions()
    arrays, upstream = fitted(readout), np.array([[0.3, -1.0, 0.25]])
    gradient = readout.spike_gradient(upstream, 4, arrays)
    assert gradient.shape == (1, 4, 5)
    before = readout.scores(train_of(SAMPLE), arrays)
    for j in range(5):
        more = [n + (i == j) for i, n in enumerate(SAMPLE)]
        change = (upstream * (readout.scores(train_of(more), arrays) - before)).sum()
        np.testing.assert_allclose(gradient[0, :, j], change, rtol=1e-12, atol=1e-15)
