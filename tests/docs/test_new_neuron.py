"""The neuron model that the documentation shows: one file, and it trains with both engines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.training.tiny import CONFIG, epochs_of

ROOT = Path(__file__).parents[2]
NEURON = "{model: resonator}"
#: What the tiny experiment changes: the new neuron in every layer, and more to learn from.
CHANGES = {
    "{probability: 0.2}}]": f"{{probability: 0.2}}, neuron: {NEURON}}}]\n"
    f"  readout: {{neuron: {NEURON}}}",
    "epochs: 3": "epochs: 8\n      surrogate: {type: triangle}",
    "duration: 30.0": "duration: 60.0",
    "samples_per_class: 20": "samples_per_class: 80",
}
RESONATING = CONFIG
for old, new in CHANGES.items():
    assert CONFIG.count(old) == 1
    RESONATING = RESONATING.replace(old, new)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as it is, one file more, and the contract suite."""
    folder = tmp_path_factory.mktemp("project")
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "neurospike_cli", folder / "neurospike_cli", ignore=no_caches)
    (folder / "tests/contracts").mkdir(parents=True)
    for name in ("__init__.py", "engines.py", "contracts/__init__.py"):
        shutil.copy(ROOT / "tests" / name, folder / "tests" / name)
    contract = "contracts/test_neuron_models.py"
    shutil.copy(ROOT / "tests" / contract, folder / "tests" / contract)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "tiny.yaml").write_text(RESONATING, encoding="utf-8")
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (folder / "neurospike_cli/neurons/resonator.py").write_text(code, encoding="utf-8")
    return folder


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the interpreter in the project; the package there comes before the installed one.

    What it compiles stays there too: the path is part of a cache's key, so nobody could use it.
    """
    own = {"PYTHONPATH": str(project), "NEUROSPIKE_CACHE_DIR": str(project / "compiled")}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=project, env=os.environ | own, capture_output=True, text=True, check=False
    )


def train(project: Path, engine: str) -> Path:
    command = ("-m", "neurospike_cli", "-q", "train", "tiny.yaml", "--name", engine)
    done = python(project, *command, "--set", f"engine={engine}")
    assert done.returncode == 0, done.stderr
    return project / done.stdout.strip()


def test_it_is_found_by_name(project: Path) -> None:
    wrong = project / "wrong.yaml"
    wrong.write_text(RESONATING.replace("model: resonator", "model: resonater"))
    done = python(project, "-m", "neurospike_cli", "validate", "wrong.yaml")
    assert done.returncode == 2
    assert "did you mean `resonator`?" in done.stderr


def test_it_keeps_the_contract_of_neuron_models(project: Path) -> None:
    """Same spikes and states bit for bit, and gradients to 1e-6; in one precision and with one
    surrogate, so that the kernels are compiled once."""
    suite = "tests/contracts/test_neuron_models.py"
    others = ("float64", "4.0", "fast_sigmoid", "compiled-resonator")
    chosen = " and not ".join(["resonator", *others])
    done = python(project, "-m", "pytest", "-q", suite, "-k", chosen)
    assert done.returncode == 0, done.stdout
    assert re.match(r"[.s]{10,}", done.stdout), done.stdout


def test_both_engines_train_it_alike(project: Path) -> None:
    """The spikes of the trained networks are the same, bit for bit; weights only nearly, since the
    engines sum gradients in different orders."""
    runs = [train(project, engine) for engine in ("numpy", "compiled")]
    spikes = [np.load(run / "activity.npz") for run in runs]
    assert spikes[0]["hidden.0.channels"].size > 0
    for name in spikes[0].files:
        np.testing.assert_array_equal(spikes[0][name], spikes[1][name])
    weights = [np.load(run / "weights.npz") for run in runs]
    for name in weights[0].files:
        # Gradients differ by 1e-6; Adam moves a weight by up to 0.075 mV a step, 112 times.
        np.testing.assert_allclose(weights[0][name], weights[1][name], rtol=0, atol=1e-4)
    for run in runs:
        losses = [epoch["train"]["loss"] for epoch in epochs_of(run)]
        assert losses[-1] < 0.8 * losses[0]
