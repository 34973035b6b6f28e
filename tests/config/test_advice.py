"""Warnings: where they point, and that nothing stops for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from tests.config.samples import GOOD, load_text, position

#: One sub-step a step of 1 ms: the scheme of 2003 at its own width.
COARSE = GOOD.replace(
    "        model: lif\n        tau_m: 20.0\n        v_thresh: -50.0\n",
    "        model: izhikevich\n        substep: 1.0\n",
)


def test_a_warning_names_the_key_and_what_to_set_it_to(tmp_path: Path) -> None:
    (warning,) = load_text(tmp_path, COARSE).warnings
    assert warning.severity == "warning"
    assert warning.path == "network.hidden.0.neuron.substep"
    assert (warning.line, warning.column) == position(COARSE, "1.0\ntraining")
    assert "set substep to 0.1 or less" in warning.message


def test_too_wide_a_step_is_told_once_and_at_its_key(tmp_path: Path) -> None:
    both = "network.readout.neuron={model: izhikevich}"
    (warning,) = load_text(
        tmp_path, COARSE.replace("dt: 1.0", "dt: 2.0").replace("substep: 1.0", "substep: 0.1"), both
    ).warnings
    assert warning.path == "data.encoder.dt"
    assert "at most once a step" in warning.message


@pytest.mark.parametrize(
    "change",
    ["network.hidden.0.neuron.substep=0.1", "network.hidden.0.neuron={model: lif}",
     "network.hidden.0.neuron={model: izhikevich, preset: bistability}"],
)  # fmt: skip
def test_fine_steps_and_published_ones_give_no_warning(change: str, tmp_path: Path) -> None:
    assert load_text(tmp_path, COARSE, change).warnings == ()


def test_validate_says_warnings_and_succeeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "coarse.yaml"
    config.write_text(COARSE, encoding="utf-8")
    assert main(["--color", "always", "validate", str(config)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{config}: ok\n"
    assert err.startswith("\x1b[1;33mwarning\x1b[0m\x1b[1m: sub-steps of 1 ms")
    assert main(["-q", "validate", str(config)]) == 0
    assert capsys.readouterr().err == ""
    assert main(["validate", str(config), "--format", "concise"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{config}:15:18: warning: sub-steps")
    assert second == f"{config}: ok"
    assert main(["--json", "validate", str(config)]) == 0
    assert json.loads(capsys.readouterr().out)[0]["severity"] == "warning"


def test_a_dry_run_says_them_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("coarse.yaml").write_text(COARSE, encoding="utf-8")
    small = ["--set", "data.samples_per_class=8", "--set", "network.hidden.0.size=4"]
    assert main(["train", "coarse.yaml", "--dry-run", *small]) == 0
    assert "warning: sub-steps of 1 ms" in capsys.readouterr().err
