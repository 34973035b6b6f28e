from __future__ import annotations

from pathlib import Path

import pytest

from neurospike_cli.figures._run_view import RunView, open_run
from tests.figures.made_up import write_run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of ten neurons, four classes and two phases."""
    return write_run(
        tmp_path_factory.mktemp("runs") / "directions" / "20261124-224013-73df5ff2-5e33"
    )


@pytest.fixture(scope="session")
def view(run: Path) -> RunView:
    return open_run(run)


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    """A run of two layers of 500 neurons, twenty classes and a sensor with two polarities."""
    path = tmp_path_factory.mktemp("runs") / "motion-20-classes" / "20261124-224013-73df5ff2-5e33"
    return open_run(
        write_run(
            path,
            hidden=(500, 500),
            classes=20,
            side=(34, 34),
            planes=("off", "on"),
            epochs=(3, 40),
            recurrent=25_000,
        )
    )
