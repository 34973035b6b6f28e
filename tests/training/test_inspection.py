"""`inspect`: facts that hold for damaged recordings and unfinished runs too."""

from __future__ import annotations

import json
from pathlib import Path

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
    _, facts = describe(path)
    assert facts["duration"] == "5.000 ms, from 0 to 5000 us"
    assert facts["order"] == "not ascending"


def test_a_run_that_has_not_finished_says_no_end(tmp_path: Path) -> None:
    run = tiny.train(tmp_path)
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"finished": None}))
    _, facts = describe(run)
    assert "finished" not in facts


def test_a_config_is_inspected_with_its_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(tiny.write_config(tmp_path))
    assert main(["--json", "inspect", config, "--set", "network.hidden.0.size=9"]) == 0
    assert json.loads(capsys.readouterr().out)["hidden.0"].startswith("9 neurons")
    assert main(["inspect", str(tmp_path), "--set", "seed=1"]) == 2
    assert "--set changes a config" in capsys.readouterr().err
