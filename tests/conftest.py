"""What every test begins with."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def laws_are_made_anew() -> None:
    """Let no test meet equations that another has broken: the compiled engine remembers them."""
    if (module := sys.modules.get("neurospike_cli.engine.compiled_layer")) is not None:
        module.laws_of.cache_clear()
