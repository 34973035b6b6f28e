"""A starter config and the config it is named after are one experiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurospike_cli.config.load import load_experiment
from neurospike_cli.config.templates import template_names, template_text

CONFIGS = Path(__file__).parents[2] / "configs"


@pytest.mark.parametrize("name", template_names())
def test_a_template_is_the_config_of_its_name(name: str, tmp_path: Path) -> None:
    starter = tmp_path / "experiment.yaml"
    starter.write_text(template_text(name), encoding="utf-8")
    assert (
        load_experiment(starter).experiment == load_experiment(CONFIGS / f"{name}.yaml").experiment
    )
