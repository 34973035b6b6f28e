"""docs/events.md: its configs train and its commands answer as they do there, made small."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.config.load import load_experiment
from tests.docs.test_documents_run import ROOT, SMALL, arguments, project  # noqa: F401

PAGE = (ROOT / "docs/events.md").read_text(encoding="utf-8")
DATA = os.environ.get("NEUROSPIKE_DATA")
real = pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
#: The folders of the page, below NEUROSPIKE_DATA.
FOLDERS = {"objects": "dvs128_objects", "digits": "nmnist/Train", "emg": "emg_gestures"}
#: What makes the data of a config small.
FEW = {
    "objects": ["data.windows=4"],
    "digits": ["data.samples_per_class=4"],
    "gestures": ["data.windows=1"],
    "camera": ["data.samples_per_class=8"],
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_every_config_of_the_page_is_valid(tmp_path: Path) -> None:
    texts = blocks("yaml")
    assert len(texts) == 3
    for text in texts:
        assert len(text.splitlines()) <= 13
        (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
        assert load_experiment(tmp_path / "x.yaml", []).experiment.name in FEW


@real
def test_the_commands_of_the_page_run(project: Path, capfd: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    for name, folder in FOLDERS.items():
        (project / name).symlink_to(Path(DATA) / folder)
    for text in blocks("yaml"):
        name = re.search("name: (.*)", text)[1]
        (project / f"{name}.yaml").write_text(text, encoding="utf-8")
    commands = [block.split("\n", 1) for block in blocks("console")]
    typed = [line for block in blocks("console") for line in block.splitlines() if line[:1] == "$"]
    for line in typed:
        words = shlex.split(line.removeprefix("$ neurospike"))
        makes = words[0] in ("train", "generate")
        small = FEW[Path(words[1]).stem] if makes else []
        small = small + [*SMALL, "figures=[]"] * (words[0] == "train")
        assert main([*words, *arguments(small)]) == 0, line
    # What the first command answers is on the page as it is.
    first, answer = commands[0]
    capfd.readouterr()
    assert main(shlex.split(first.removeprefix("$ neurospike"))) == 0
    assert capfd.readouterr().out == answer
    made = ("page.png", "digits-data/classes/3.png", "gestures-data/preview.png")
    assert all((project / name).stat().st_size for name in made)
    assert len(list(project.glob("outputs/*/*/evaluation/test.json"))) == 3
    assert len(list(project.glob("outputs/camera/*/figures/filter_roc.png"))) == 1


def test_the_python_of_the_page_says_what_it_says() -> None:
    (text,) = blocks("python")
    names: dict[str, object] = {}
    exec(text, names)
    stream, both, twice = (names[name] for name in ("stream", "both", "twice"))
    assert np.array_equal(both.events, stream.events)
    assert twice.events["t"].tolist() == [0, 5, 1200, 1201, 1206, 2401]
    assert names["rates"].tolist() == [2000.0, 1000.0]
    assert (names["facts"]["events"], names["facts"]["largest_gap_us"]) == (3, 1195)


def test_every_picture_of_the_page_is_there() -> None:
    for name in re.findall(r"\]\((images/[^)]*)\)", PAGE):
        assert (ROOT / "docs" / name).is_file()
