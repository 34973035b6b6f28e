from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.config.load import load_experiment
from neurospike_cli.config.templates import template_names, template_text


@pytest.mark.parametrize("name", template_names())
def test_each_template_is_a_valid_config(name: str, tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "new" / "folder"), "--template", name]) == 0
    path = tmp_path / "new" / "folder" / "experiment.yaml"
    assert path.read_text(encoding="utf-8") == template_text(name)
    load_experiment(path)
    assert "neurospike train" in (path.parent / "Makefile").read_text(encoding="utf-8")


def test_the_default_is_the_quickstart_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "experiment.yaml\nMakefile\n"
    assert captured.err == "next: neurospike train experiment.yaml\n"
    experiment = load_experiment(Path("experiment.yaml")).experiment
    assert experiment.name == "quickstart"
    assert len(experiment.data.class_names()) == 8


@pytest.mark.parametrize("there", ["experiment.yaml", "Makefile"])
def test_nothing_is_overwritten(
    there: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / there).write_text("mine", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / there} would be overwritten\n")
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text(encoding="utf-8") == "mine"
    assert main(["init", str(tmp_path), "--force"]) == 0
    assert (tmp_path / there).read_text(encoding="utf-8") != "mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("mine", encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "experiment.yaml").symlink_to(outside)
    assert main(["init", str(folder)]) == 2
    assert main(["init", str(folder), "--force"]) == 0
    assert outside.read_text(encoding="utf-8") == "mine"
    assert not (folder / "experiment.yaml").is_symlink()


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(template_names())
    assert main(["init", "--list", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == list(template_names())


def test_unknown_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--template", "quikstart"]) == 2
    assert "no template `quikstart`" in (shown := capsys.readouterr().err)
    assert "did you mean `quickstart`?" in shown
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["init", str(tmp_path / "file" / "sub")]) == 2
    assert "cannot write here: Not a directory" in capsys.readouterr().err
