"""The shape of the code: imports point down, one gate per library, files and functions stay small.

The picture that this holds is in `docs/architecture.md`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "neurospike_cli"
FILES = sorted(PACKAGE.rglob("*.py"))

#: Bottom first. A room imports itself and rooms of lower levels, never one beside it.
LEVELS = (
    ("errors", "units", "rng", "registry", "differences"),
    ("atomic", "locking"),
    ("neurons", "events"),
    ("network",),
    ("engine",),
    ("learning", "metrics"),
    ("config",),
    ("runs",),
    ("training", "figures", "verification"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}

#: Where a third-party module may be imported; every other place goes through these.
GATES = {
    "typer": ("cli.py", "commands/"),
    "rich": ("commands/",),
    "yaml": ("config/",),
    "matplotlib": ("figures/",),
    "scipy.sparse": ("engine/", "events/spike_train.py"),
    "numba": ("engine/",),
    "threadpoolctl": ("engine/dense_products.py",),
    "h5py": ("events/formats/",),
    "faery": ("events/formats/",),
    "tonic": ("events/sources/tonic.py",),
    "imageio": ("events/footage.py",),
}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(source: str) -> Iterator[str]:
    """Yield the dotted names that `source` imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def upward(room: str, source: str) -> list[str]:
    """Return the imports of `source` that leave `room` other than downwards."""
    ours = [n.split(".")[1] for n in imports(source) if n.startswith("neurospike_cli.")]
    ours = [target for target in ours if target != "__version__"]
    return [target for target in ours if target != room and LEVEL[target] >= LEVEL[room]]


def trespassing(name: str, source: str) -> list[str]:
    """Return the third-party modules that the file `name` may not import."""
    return [
        gate
        for imported in imports(source)
        for gate, places in GATES.items()
        if f"{imported}.".startswith(f"{gate}.") and not name.startswith(places)
    ]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_down_and_pass_the_gates(path: Path) -> None:
    name, source = name_of(path), path.read_text(encoding="utf-8")
    room = name.partition("/")[0].removesuffix(".py")
    if room != "__init__":  # it names the public API's modules and imports none of them
        assert upward(room, source) == []
    assert trespassing(name, source) == []


def test_every_room_has_a_level() -> None:
    rooms = {name_of(p).partition("/")[0].removesuffix(".py") for p in FILES}
    assert rooms - {"__init__"} == set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 300
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, kinds)]
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > 50]
    assert long == []
    assert path.stem.strip("_") not in {"utils", "util", "helpers", "helper", "manager", "misc"}


def test_the_rules_refuse_what_they_forbid() -> None:
    assert upward("engine", "from neurospike_cli.learning.rule import LearningRule") == ["learning"]
    assert upward("neurons", "import neurospike_cli.events.stream") == ["events"]
    assert upward("engine", "from neurospike_cli import training") == ["training"]
    assert upward("learning", "from neurospike_cli.engine import activity") == []
    assert trespassing("training/epoch.py", "def f():\n    import matplotlib.pyplot") == [
        "matplotlib"
    ]
    assert trespassing("events/filters/a.py", "from scipy import sparse") == ["scipy.sparse"]
    assert trespassing("metrics/yardstick.py", "from scipy.optimize import minimize") == []
