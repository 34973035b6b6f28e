"""The parts of BindsNET that its network needs, imported without the package around them.

`import bindsnet` imports Atari, OpenCV, pandas and scikit-learn; these parts need none of them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def _stand_in(name: str) -> ModuleType:
    """Return an empty package whose submodules are those of the installed one."""
    spec = find_spec(name)
    if spec is None or spec.submodule_search_locations is None:
        raise SystemExit(f"{name} is not installed; `make bench` installs it")
    package = ModuleType(name)
    package.__path__ = list(spec.submodule_search_locations)
    return package


def _part(module: str, name: str) -> Any:
    return getattr(import_module(f"bindsnet.{module}"), name)


sys.modules["bindsnet"] = _stand_in("bindsnet")
# `network` goes first: the others import it in a circle.
Monitor = _part("network.monitors", "Monitor")
PoissonEncoder = _part("encoding", "PoissonEncoder")
DiehlAndCook2015 = _part("models", "DiehlAndCook2015")
