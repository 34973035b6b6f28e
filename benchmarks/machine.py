"""What the numbers depend on."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Return processor, system, settings of the threads, and how busy the machine is."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    settings = ("OPENBLAS_", "OMP_", "MKL_", "NUMBA_")
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        # Other work on the machine slows contestants unequally: threads and memory are shared.
        "load_before": round(os.getloadavg()[0], 2),
        "settings": {k: v for k, v in sorted(os.environ.items()) if k.startswith(settings)},
    }
