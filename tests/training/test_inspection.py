"""`inspect`: facts that hold for damaged recordings and unfinished runs too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.training.inspection import describe
from tests.training import tiny


def event(t: int) -> bytes:
    """Return an N-MNIST event at `t` µs."""
    return bytes([1, 2]) + t.to_bytes(3, "big")


def test_a_recording_that_is_out_of_order_has_a_duration(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(event(1000) + event(5000) + event(0))
    facts = describe(path).facts
    assert facts["duration"] == "5.000 ms, from 0 to 5000 us"
    assert facts["order"] == "not ascending: 1 steps back"


def test_a_run_that_has_not_finished_says_no_end(tmp_path: Path) -> None:
    run = tiny.train(tmp_path)
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"finished": None}))
    facts = describe(run).facts
    assert "finished" not in facts


def test_a_run_tells_its_results_as_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tiny.train(tmp_path)
    capsys.readouterr()
    assert main(["--json", "inspect", str(run)]) == 0
    summary = json.loads((run / "summary.json").read_text())
    assert json.loads(capsys.readouterr().out)["splits"] == summary["splits"]


def test_a_config_is_inspected_with_its_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(tiny.write_config(tmp_path))
    assert main(["--json", "inspect", config, "--set", "network.hidden.0.size=9"]) == 0
    assert json.loads(capsys.readouterr().out)["hidden.0"].startswith("9 neurons")
    assert main(["inspect", str(tmp_path), "--set", "seed=1"]) == 2
    assert "--set changes a config" in capsys.readouterr().err


def test_a_config_tells_what_its_layers_are_connected_like(tmp_path: Path) -> None:
    changes = (
        "delay=2.0",
        "recurrent.delay={min: 0.0, max: 3.0}",
        "inhibition={strength: 5.0, delay: 1.0}",
        "dale={excitatory: 0.75}",
    )
    overrides = [f"network.hidden.0.{change}" for change in changes]
    facts = describe(tiny.write_config(tmp_path), overrides).facts
    assert facts["hidden.0 input delay"] == "2 ms"
    assert facts["hidden.0 signs"] == "9 excitatory, 3 inhibitory"
    assert facts["hidden.0 inhibition"] == (
        "5 mV from each spike to all others, after 1 step + 1 ms"
    )
    connections, probability = facts["hidden.0 recurrent"].split(" connections, p = ")
    # 12 neurons have 132 pairs.
    assert float(probability) == pytest.approx(int(connections) / 132, abs=5e-5)
    # From 36 channels, and those that were drawn.
    assert facts["hidden.0"] == f"12 neurons, {36 * 12 + int(connections)} connections"
    assert facts["hidden.0 recurrent delay"].startswith("1 step + 0 to 3, mean ")
    mean = float(facts["hidden.0 in-degree"].rpartition(" ")[2])
    assert mean == pytest.approx(int(connections) / 12, rel=1e-3)


def test_a_plain_config_tells_no_more(tmp_path: Path) -> None:
    facts = describe(tiny.write_config(tmp_path), ["network.hidden=[{size: 9}]"]).facts
    assert [name for name in facts if name.startswith("hidden.0 ")] == []


def test_a_run_tells_its_weights(tmp_path: Path) -> None:
    run = tiny.train(tmp_path)
    facts = describe(run).facts
    with np.load(run / "weights.npz") as weights:
        for name in weights.files:
            weight = weights[name].astype(float)
            assert facts[name].startswith(f"{weight.size:,} weights, mean {weight.mean():.3g} mV")
            assert f"{weight.min():.3g} to {weight.max():.3g}" in facts[name]
    document = json.loads((run / "network.json").read_text())
    assert (
        document["layers"][0]["topology"]["recurrent"]["connections"]
        == (document["layers"][0]["recurrent_connections"])
    )


def test_signals_tell_what_they_are(tmp_path: Path) -> None:
    """3 rows in 3 ms, 1.5 ms each on average, last 4.5 ms; one row alone has no length."""
    path = tmp_path / "a.csv"
    rows = ["0,1,2,rest", "1,3,-4,rest", "2,,0,rest", "3,0,8.5,rest", "4,0,0,fist"]
    path.write_text("\n".join(["t_ms,a,b,class", *rows]))
    report = describe(path)
    assert report.title == "a file of signals"
    assert report.facts == {
        "format": "delimited",
        "channels": "2: a, b",
        "samples": "4",
        "sampling rate": "666.667 Hz on average",
        "duration": "4.5 ms",
        "signals": "2, of 1 to 3 samples",
        "values": "-4 to 8.5",
        "rows with missing values": "1",
        "class fist": "1 signal, 1 sample",
        "class rest": "1 signal, 3 samples",
    }


def test_events_in_text_are_no_signals(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,x,y,p\n1,2,3,1\n")
    assert describe(path).title == "a recording"
    path.write_text("t,x,y,z\n1,2,3,1\n")
    assert describe(path).facts["sampling rate"].startswith("not told by the file")
