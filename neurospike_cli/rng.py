"""Named random streams: one seed, one stream per purpose, none of which disturbs another."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a random stream is for; the numbers are part of the results and never change."""

    DATA = 1
    SPLIT = 2
    TOPOLOGY = 3
    WEIGHTS = 4
    SHUFFLE = 5
    NOISE = 6
    AUGMENTATION = 7
    DROPOUT = 8
    RECURRENT_DELAYS = 9
    DELAYS = 10
    ENCODING = 20
    CODES = 21
    REWARDS = 22
    PIXELS = 30
    CAMERA = 31


def stream(seed: int, purpose: Purpose, *key: int) -> np.random.Generator:
    """Return the generator of `purpose`, a pure function of its arguments.

    `SeedSequence(seed, spawn_key=(purpose, *key))` is stateless: a run that resumes asks for the
    same stream again instead of restoring a position.

    Args:
        seed: the experiment's seed, not negative.
        purpose: the consumer.
        key: further indices, e.g. phase and epoch, or class and sample.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(purpose), *key)))
