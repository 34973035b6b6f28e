"""Arrays of a run's .npz files, which may be damaged in any bit."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import RunError

#: What zipfile and numpy raise for a bit that is not as it was; RuntimeError is for one that says
#: "encrypted", or its subclass for one that names another compression.
_DAMAGE = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


def read_arrays(path: Path, what: str, without: str | None = None) -> dict[str, NDArray[Any]]:
    """Return the arrays of the .npz file `path` by name.

    Args:
        path: the file.
        what: what it is, for the message.
        without: arrays whose names begin like this are not read.

    Raises:
        RunError: it is missing or damaged; every array carries a checksum.
    """
    try:
        # numpy would take what is no archive for a pickle, and advise to trust it.
        with zipfile.ZipFile(path):
            pass
        with np.load(path, allow_pickle=False) as archive:
            names = [n for n in archive.files if without is None or not n.startswith(without)]
            return {name: archive[name] for name in names}
    except FileNotFoundError:
        raise RunError(f"no such {what}", where=str(path)) from None
    except _DAMAGE as error:
        raise RunError(f"damaged {what}: {error}", where=str(path)) from None
