"""Time surfaces, one channel and one reading at a time."""

from __future__ import annotations

import math

import numpy as np

from tests.events.made_events import rows_of


def readings(encoder, n_steps):
    """Return the steps at whose end surfaces are read: those that k intervals end in or with."""
    dt, every = round(encoder.dt * 1000), round(encoder.interval * 1000)
    if every <= dt:
        return list(range(n_steps))
    return [step for step in range(n_steps) if (step + 1) * dt // every > step * dt // every]


def read_surfaces(encoder, stream, n_steps):
    """Return strengths, (step, channel), and which events of `stream` they are of."""
    rows, columns = (math.ceil(n / encoder.pool) for n in (stream.height, stream.width))
    dense = np.zeros((n_steps, len(encoder.planes) * rows * columns), dtype=int)
    seen, last, waiting = set(), {}, list(enumerate(rows_of(stream)))
    steps = readings(encoder, n_steps)
    for step in range(n_steps):
        end = round(encoder.dt * 1000) * (step + 1)
        while waiting and waiting[0][1][0] < end:
            number, (t, x, y, p) = waiting.pop(0)
            if p == 0 and encoder.polarity == "on_only":
                continue
            plane = int(encoder.polarity == "separate" and p == 0)
            place = (y // encoder.pool) * columns + x // encoder.pool
            last[plane * rows * columns + place] = (number, t)
        for channel, (number, t) in last.items() if step in steps else ():
            value = math.exp(-(end - t) / 1000 / encoder.tau)
            # The level that is nearest, where the one above wins.
            nearest = max(
                range(encoder.levels + 1), key=lambda k: (-abs(k - encoder.levels * value), k)
            )
            dense[step, channel] = nearest
            seen |= {number} if nearest else set()
    return dense, seen


def shown(encoder, stream, n_steps):
    """Return of how many events a surface has an entry."""
    return len(read_surfaces(encoder, stream, n_steps)[1])
