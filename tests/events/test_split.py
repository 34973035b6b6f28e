"""Splits: every recording once, every class everywhere, sizes as the fractions say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.split import SPLITS, Split, split_sizes, stratified
from neurospike_cli.rng import Purpose, stream


@st.composite
def splits(draw):
    hundredths = draw(st.integers(1, 100))
    validation = draw(st.integers(0, 100 - hundredths))
    rest = 100 - hundredths - validation
    return Split(train=hundredths / 100, validation=validation / 100, test=rest / 100)


@settings(deadline=None)
@given(st.lists(st.integers(3, 40), min_size=1, max_size=5), splits(), st.integers(0, 99))
def test_every_recording_is_in_one_split_and_every_class_in_each(sizes, split, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    parts = stratified(labels, split, stream(seed, Purpose.SPLIT))
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(len(labels)))
    for name, fraction in zip(SPLITS, split.fractions, strict=True):
        assert np.all(np.diff(parts[name]) > 0)
        counts = np.bincount(labels[parts[name]], minlength=len(sizes))
        assert (counts >= 1).all() if fraction else not counts.any()
        # A largest remainder is off by less than 1, and a guaranteed sample by at most 1 more
        # for each of the two other splits.
        assert (abs(counts - np.array(sizes) * fraction) < 3).all()


@settings(deadline=None)
@given(st.integers(20, 500), splits())
def test_sizes_are_largest_remainders(samples, split):
    quotas = [Fraction(round(100 * f), 100) * samples for f in split.fractions]
    sizes = [int(q) for q in quotas]
    by_remainder = sorted(range(3), key=lambda i: (-(quotas[i] - sizes[i]), i))
    for index in by_remainder[: samples - sum(sizes)]:
        sizes[index] += 1
    if all(size or not quota for size, quota in zip(sizes, quotas, strict=True)):
        assert split_sizes(samples, split) == tuple(sizes)


@pytest.mark.parametrize(
    ("samples", "sizes"),
    [(100, (70, 15, 15)), (120, (84, 18, 18)), (3, (1, 1, 1)), (4, (2, 1, 1))],
)
def test_default_split(samples, sizes):
    assert split_sizes(samples, Split()) == sizes


def test_equal_remainders_go_to_the_earlier_split():
    # Quotas 0.6, 16.8, 2.6: the two left over go to validation (0.8), then to train before test.
    assert split_sizes(20, Split(train=0.03, validation=0.84, test=0.13)) == (1, 17, 2)


def test_a_class_too_small_is_named():
    labels = np.array([0] * 9 + [1] * 2)
    with pytest.raises(DataError, match=r"class `wave` has 2 recordings; .* at least 3"):
        stratified(labels, Split(), np.random.default_rng(0), ("rest", "wave"))
    two = Split(train=0.5, validation=0.5, test=0.0)
    assert len(stratified(labels, two, np.random.default_rng(0))["test"]) == 0
    with pytest.raises(DataError, match="class `fist` has 0 recordings"):
        stratified(labels, two, np.random.default_rng(0), ("rest", "wave", "fist"))


def test_the_seed_decides():
    labels = np.repeat([0, 1], 50)
    first, again, other = (
        stratified(labels, Split(), stream(seed, Purpose.SPLIT))["train"].tolist()
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize(
    "fractions", [(0.7, 0.2, 0.2), (0.0, 0.5, 0.5), (1.1, -0.1, 0.0), (0.7, 0.15, 0.15 + 1e-8)]
)
def test_fractions_add_up_and_leave_something_to_train_on(fractions):
    with pytest.raises(ValidationError):
        Split(train=fractions[0], validation=fractions[1], test=fractions[2])
