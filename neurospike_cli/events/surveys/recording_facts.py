"""What a person wants to know about a file of events, in words and in numbers."""

from __future__ import annotations

from typing import Any

from neurospike_cli.events.surveys.recording_survey import Survey

_BUSIEST, _NAMED = 5, 10
_NO_RATE = "none: all events are at one time"


def recording_facts(found: Survey) -> dict[str, Any]:
    """Return the facts about a recording in words, by name."""
    facts = {"format": found.format, "sensor": _sensor(found)} | _times(found)
    if found.events:
        facts |= _places(found)
    if found.outside:
        facts["outside the sensor"] = f"{found.outside:,} events"
    if found.stepped_over:
        aside = (f"{n:,} {reason}" for reason, n in sorted(found.stepped_over.items()))
        facts["stepped over"] = ", ".join(aside).replace("_", " ")
    return facts


def recording_numbers(found: Survey) -> dict[str, Any]:
    """Return the same as numbers, each named with its unit."""
    width, height = found.size
    numbers: dict[str, Any] = {"width": width, "height": height, "events": found.events}
    if not found.events:
        return numbers
    peak, begin = found.bins.peak
    return numbers | {
        "first_us": found.earliest,
        "last_us": found.latest,
        "duration_ms": found.length / 1e3,
        "rate_hz": found.rate,
        "peak_rate_hz": peak / (found.bins.width * 1e-6),
        "peak_rate_bin_ms": found.bins.width / 1e3,
        "peak_rate_at_us": begin,
        "on_fraction": found.on / found.events,
        "steps_back": found.backwards,
        "largest_gap_us": found.gap,
        "largest_gap_at_us": found.gap_begin,
        "pixels_active": int((found.counts > 0).sum()),
        "busiest_pixels": list(map(_pixel, found.busiest(_BUSIEST))),
        "hot_pixels": list(map(_pixel, found.hot())),
        "outside_the_sensor": found.outside,
        "stepped_over": dict(found.stepped_over),
    }


def in_time(us: float) -> str:
    """Return a length of time in the unit that suits it, e.g. ``1.25 s``."""
    units = ((1e6, "s"), (1e3, "ms"), (1.0, "us"))
    scale, unit = next(((s, u) for s, u in units if us >= s), units[-1 if us else 0])
    return f"{us / scale:.4g} {unit}"


def in_hertz(rate: float) -> str:
    """Return a rate in the unit that suits it, e.g. ``1.25 MHz``."""
    units = ((1e6, "MHz"), (1e3, "kHz"), (1.0, "Hz"))
    scale, unit = next(((s, u) for s, u in units if rate >= s), units[-1])
    return f"{rate / scale:.4g} {unit}"


def in_number(count: int, noun: str) -> str:
    """Return how many of something there are, e.g. ``1 recording`` or ``1,250 recordings``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _sensor(found: Survey) -> str:
    if found.told is None:
        return f"not told by the file; its events need {found.width} x {found.height} px"
    return f"{found.told[0]} x {found.told[1]} px"


def _times(found: Survey) -> dict[str, Any]:
    where = f"from {found.earliest} to {found.latest} us"
    steps = f"not ascending: {found.backwards:,} steps back"
    return {
        "events": f"{found.events:,}",
        "duration": f"{found.length / 1e3:.3f} ms, {where}",
        "rate": _NO_RATE if found.rate is None else in_hertz(found.rate),
        "ON events": f"{100 * found.on / max(1, found.events):.1f} %",
        "order": steps if found.backwards else "ascending",
    }


def _places(found: Survey) -> dict[str, Any]:
    peak, begin = found.bins.peak
    width, height = found.size
    rate, bins = peak / (found.bins.width * 1e-6), in_time(found.bins.width)
    active = int((found.counts > 0).sum())
    part = f"{active:,} of {width * height:,} with events"
    if found.uncounted:
        part += f"; {found.uncounted:,} events are too far out to be counted"
    hot = found.hot()
    return {
        "peak rate": f"{in_hertz(rate)} in {bins} from {in_time(begin - found.earliest)} on",
        "largest gap": f"{in_time(found.gap)}, {in_time(found.gap_begin - found.earliest)} "
        "after the first event",
        "pixels": part,
        "busiest pixels": _named(found.busiest(_BUSIEST), _BUSIEST),
        "hot pixels": hot_in_words(hot, _NAMED),
    }


def hot_in_words(hot: list[tuple[int, int, int]], most: int) -> str:
    """Return how many pixels stand out from their neighbours, and `most` of them by name."""
    if not hot:
        return "none stands out from its neighbours"
    return f"{len(hot):,} {'stand' if len(hot) > 1 else 'stands'} out: {_named(hot, most)}"


def _named(pixels: list[tuple[int, int, int]], most: int) -> str:
    named = ", ".join(f"({x}, {y}) {events:,}" for x, y, events in pixels[:most])
    return named + (", …" if len(pixels) > most else "")


def _pixel(pixel: tuple[int, int, int]) -> dict[str, int]:
    return dict(zip(("x", "y", "events"), pixel, strict=True))
