"""A recording of one synapse tells which convention of STDP it follows."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.learning._driven import at, learned
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.verification._conventions import Convention, conventions
from neurospike_cli.verification._pairings import sums
from neurospike_cli.verification._trace_file import WeightTrace
from neurospike_cli.verification._trace_fit import Given, fits_of
from tests.engines import ENGINES

TAU_PLUS, TAU_MINUS = 17.0, 34.0
GIVEN = Given(TAU_PLUS, TAU_MINUS)
A_PLUS, A_MINUS = 0.01, 0.012


def spikes(seed: int = 4, steps: int = 400) -> tuple[list[int], list[int]]:
    """Return trains on a grid of 1 ms, about a tenth of whose spikes are ties."""
    pre, post = np.random.default_rng(seed).random((2, steps)) < 0.1
    return np.flatnonzero(pre).tolist(), np.flatnonzero(post).tolist()


#: Where a weight is written down: between spikes, and in their steps.
LOOKS = range(0, 400, 7)


def follow(pre: list[int], post: list[int], convention: Convention) -> list[float]:
    """Return the weight at `LOOKS` from 0.5 on: the rules in words, looked up one by one."""
    w, weights = 0.5, []
    soft = convention.dependence == "multiplicative"
    for t in range(400):
        order = ["pre", "post"] if convention.ties == "potentiate" else ["post", "pre"]
        for side in order:
            own, others = (pre, post) if side == "pre" else (post, pre)
            if t not in own:
                continue
            tie_counts = convention.ties == ("depress" if side == "pre" else "potentiate")
            earlier = [s for s in others if s < t or (s == t and tie_counts)]
            before = [s for s in own if s < t]
            total = 0.0
            for s in earlier:
                nearest = s == max(earlier)
                # A spike of its own side in the step of s comes before s, after it, or neither.
                own_first = convention.ties == ("depress" if side == "post" else "potentiate")
                between = any(s < b or (s == b and not own_first) for b in before)
                if convention.ties == "ignore":
                    between = any(s < b for b in before)
                if convention.pairing == "nearest" and not nearest:
                    continue
                if convention.pairing == "restricted_symmetric" and (not nearest or between):
                    continue
                if convention.pairing == "pre_centred" and (
                    not nearest if side == "pre" else between
                ):
                    continue
                tau = TAU_PLUS if side == "post" else TAU_MINUS
                total += math.exp(-(t - s) / tau)
            if side == "post":
                w += A_PLUS * total * (1.0 - w if soft else 1.0)
            else:
                w -= A_MINUS * total * (w if soft else 1.0)
        if t in LOOKS:
            weights.append(w)
    return weights


def recorded(pre: list[int], post: list[int], weights: list[float]) -> WeightTrace:
    return WeightTrace(*(np.array(values, np.float64) for values in (pre, post, LOOKS, weights)))


@pytest.mark.parametrize("convention", conventions(), ids=str)
def test_each_convention_is_recognised(convention: Convention) -> None:
    """All others are off by more than a thousandth: ties are a tenth of the spikes."""
    pre, post = spikes()
    best, second, *_ = fits_of(recorded(pre, post, follow(pre, post, convention)), GIVEN)
    assert best.convention == convention
    # Weights of 0.5, rounded at 1e-16 in 80 changes, of an extent of more than 0.01; soft fits end
    # where a step of the search changes the eighth digit of what is left.
    assert best.deviation < (1e-12 if convention.dependence == "additive" else 1e-9)
    assert (best.a_plus, best.a_minus) == pytest.approx((A_PLUS, A_MINUS), rel=1e-7)
    assert second.deviation > 1e-3


def test_a_recording_of_nest_ignores_ties() -> None:
    """The algorithm of `stdp_synapse` (Morrison, Aertsen & Diesmann 2007): all is done when a
    presynaptic spike comes, and the weight written down then; pairs of Δt = 0 are discarded."""
    pre, post = spikes()
    w, k_plus, last, weights = 0.5, 0.0, -1, []
    for t in pre:
        for s in post:
            if last < s <= t:
                w += A_PLUS * k_plus * math.exp(-(s - last) / TAU_PLUS)
        k_minus = sum(math.exp(-(t - s) / TAU_MINUS) for s in post if s < t)
        w -= A_MINUS * k_minus
        k_plus = k_plus * math.exp(-(t - last) / TAU_PLUS) + 1.0
        last = t
        weights.append(w)
    trace = WeightTrace(*(np.array(values, np.float64) for values in (pre, post, pre, weights)))
    best, second, *_ = fits_of(trace, GIVEN)
    assert best.convention == Convention("all_to_all", "ignore", "additive")
    assert best.deviation < 1e-12
    assert second.deviation > 1e-3


def test_unknown_time_constants_are_fitted() -> None:
    pre, post = spikes()
    convention = Convention("nearest", "ignore", "additive")
    trace = recorded(pre, post, follow(pre, post, convention))
    best = fits_of(trace, Given(tau_minus=TAU_MINUS))[0]
    assert best.convention == convention
    assert (best.tau_plus, best.tau_minus) == (pytest.approx(TAU_PLUS, rel=1e-6), TAU_MINUS)


def test_sums_over_partners_by_hand() -> None:
    """Pre at 0, 10, 20, post at 12, 20 ms; tau so long that a sum counts partners."""
    long = (1e12, 1e12)

    def counts(pairing: str, ties: str) -> list[list[int]]:
        found = sums([0.0, 10.0, 20.0], [12.0, 20.0], pairing, ties, long)
        return [np.rint(values).astype(int).tolist() for values in found]

    assert counts("all_to_all", "potentiate") == [[2, 3], [0, 0, 1]]
    assert counts("all_to_all", "depress") == [[2, 2], [0, 0, 2]]
    assert counts("all_to_all", "ignore") == [[2, 2], [0, 0, 1]]
    assert counts("nearest", "ignore") == [[1, 1], [0, 0, 1]]
    # The pair of 10 and 20 ms has the spike of 12 ms between its own.
    assert counts("restricted_symmetric", "ignore") == [[1, 0], [0, 0, 1]]
    assert counts("restricted_symmetric", "potentiate") == [[1, 1], [0, 0, 1]]
    assert counts("pre_centred", "ignore") == [[2, 0], [0, 0, 1]]
    assert counts("pre_centred", "potentiate") == [[2, 1], [0, 0, 1]]


def written(path: Path, pre: list[int], post: list[int], looks: dict[int, float]) -> Path:
    """Write a recording with a weight after each step of `looks`."""
    rows = [(t, 0, f"{t},pre,") for t in pre] + [(t, 0, f"{t},post,") for t in post]
    rows += [(t, 1, f"{t},weight,{w!r}") for t, w in looks.items()]
    lines = [line for _, _, line in sorted(rows)]
    path.write_text("\n".join(["time,event,weight", *lines]) + "\n")
    return path


def from_engine(engine: str, rule: STDP, pre: list[int], post: list[int]) -> dict[int, float]:
    """Return the weight after some steps, each from a run that ends there."""
    looks = {}
    for stop in (1, 50, 100, 150, 200, 300, 400):
        trains = (at([t for t in train if t < stop], stop) for train in (pre, post))
        looks[stop - 1] = float(learned(engine, rule, *trains, np.full((1, 1), 0.5))[0, 0])
    return looks


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("pairing", "ties", "dependence"),
    [("all_to_all", "potentiate", "additive"), ("nearest", "ignore", "multiplicative")],
)
def test_the_engines_follow_the_convention_that_is_asked_for(
    pairing: str,
    ties: str,
    dependence: str,
    engine: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rule = STDP.model_validate(
        {
            "tau_plus": TAU_PLUS,
            "tau_minus": TAU_MINUS,
            "a_plus": A_PLUS / 10,  # the bounds of 0 and 1 mV are never met
            "a_minus": A_MINUS / 10,
            "pairing": pairing,
            "coincident": ties,
            "weight_dependence": {"type": dependence},
        }
    )
    pre, post = spikes()
    path = written(tmp_path / "own.csv", pre, post, from_engine(engine, rule, pre, post))
    known = ["--tau-plus", str(TAU_PLUS), "--tau-minus", str(TAU_MINUS)]
    assert main(["verify", "plasticity", "--trace", str(path), *known]) == 0
    out = capsys.readouterr().out
    assert f"\nfits: {pairing}, ties: {ties}, {dependence}, off by at most" in out
    assert out.splitlines()[1].split()[:5] == [pairing, ties, dependence, "0.001", "0.0012"]


def test_what_a_recording_cannot_tell_apart_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One pair and no tie: every additive convention says the same."""
    change = A_PLUS * math.exp(-5.0 / TAU_PLUS)
    down = change - A_MINUS * math.exp(-30.0 / TAU_MINUS)
    looks = {0: 0.5, 16: 0.5 + change, 46: 0.5 + down}
    path = written(tmp_path / "pair.csv", [10, 45], [15], looks)
    known = ["--tau-plus", str(TAU_PLUS), "--tau-minus", str(TAU_MINUS)]
    assert main(["verify", "plasticity", "--trace", str(path), *known]) == 0
    out = capsys.readouterr().out
    assert "this recording cannot tell apart:" in out
    assert out.partition("apart:")[2].count("additive") == 12


def test_a_recording_of_no_convention_is_a_miss(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Random weights; how far off the closest convention is stands in the message."""
    pre, post = spikes()
    rng = np.random.default_rng(0)
    looks = {t: float(w) for t, w in zip(LOOKS, rng.random(len(LOOKS)), strict=True)}
    path = written(tmp_path / "noise.csv", pre, post, looks)
    known = ["--tau-plus", "17", "--tau-minus", "34"]
    assert main(["--json", "verify", "plasticity", "--trace", str(path), *known]) == 5
    out, err = capsys.readouterr()
    assert "no convention fits within 1e-06; the closest, " in err
    rows = json.loads(out)
    assert len(rows) == 24
    assert [row["rms"] for row in rows] == sorted(row["rms"] for row in rows)
    share = f"{100 * rows[0]['deviation']:.3g} % of the total change"
    assert share in err
    # A tolerance of all the change there is takes anything.
    assert main(["verify", "plasticity", "--trace", str(path), *known, "--tolerance", "9"]) == 0


BEGINNING = "time,event,weight\n0,weight,0.5\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "must begin with `time,event,weight`"),
        ("t,event,weight\n", 1, "must begin with `time,event,weight`"),
        (f"{BEGINNING}1,spike,\n", 3, "event must be one of pre, post, weight; got `spike`"),
        (f"{BEGINNING}one,pre,\n", 3, "time must be a finite number; got `one`"),
        (f"{BEGINNING}nan,pre,\n", 3, "time must be a finite number; got `nan`"),
        (f"{BEGINNING}1,weight,\n", 3, "weight must be a finite number; got ``"),
        (f"{BEGINNING}1,pre,0.5\n", 3, "a pre spike has no weight; got `0.5`"),
        (f"{BEGINNING}\n5,pre,\n4,post,\n", 5, "times must ascend; got 4 after 5"),
        (f"{BEGINNING}5\n", 3, "a row has a time, an event and a weight; got 1"),
        (f"{BEGINNING}5,pre,,\n", 3, "a row has a time, an event and a weight; got 4"),
        (f"{BEGINNING}5,pre\n6,post\n", None, "at least 2 `weight` rows are needed; got 1"),
        (f"{BEGINNING}5,post\n6,weight,0.6\n", None, "at least 1 `pre` rows are needed; got 0"),
        (f"{BEGINNING}5,post\n6,pre\n7,weight,0.5\n", None, "the weight never changes"),
    ],
)
def test_a_malformed_recording_is_refused_with_its_line(
    text: str, line: int | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    assert main(["verify", "plasticity", "--trace", str(path)]) == 3
    err = capsys.readouterr().err
    assert message in err
    assert f"--> {path}" + ("" if line is None else f":{line}\n") in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["neurons", "--trace", "x.csv"], "--trace belongs to `verify plasticity`"),
        (["plasticity", "--trace", "x.csv", "--tau-plus", "0"], "--tau-plus must be greater than"),
        (["plasticity", "--trace", "x.csv", "--w-min", "2"], "--w-min must be below --w-max"),
    ],
)
def test_options_that_mean_nothing_are_refused(
    arguments: list[Any], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "plasticity", "--trace", str(tmp_path / "no.csv")]) == 3
    assert "cannot be read" in capsys.readouterr().err
