"""Compiled code: said once, kept, shared between processes, and never a reason to fail."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core.caching import IndexDataCacheFile

from neurospike_cli.cli import main
from neurospike_cli.engine import code_cache
from neurospike_cli.engine.compiled_engine import CompiledEngine
from neurospike_cli.engine.engine import Engine
from tests.training import tiny


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for compiled code."""
    monkeypatch.setenv("NEUROSPIKE_CACHE_DIR", str(tmp_path / "cache"))
    code_cache.cache_folder.cache_clear()
    yield tmp_path / "cache"
    monkeypatch.undo()
    code_cache.cache_folder.cache_clear()


def kernel(x: np.ndarray) -> float:
    return x[0] + 1


def fresh() -> numba.core.dispatcher.Dispatcher:
    """Return the kernel as a process has it that has just begun."""
    dispatcher = numba.njit(kernel)
    code_cache.keep_code(dispatcher, kernel)
    return dispatcher


def compilations(dispatcher: numba.core.dispatcher.Dispatcher) -> int:
    return sum(dispatcher.stats.cache_misses.values())


def test_what_was_compiled_is_not_compiled_again(folder: Path) -> None:
    assert not code_cache.has_code()
    first, second = fresh(), fresh()
    assert first(np.ones(1)) == second(np.ones(1)) == 2
    assert (compilations(first), compilations(second)) == (1, 0)
    assert code_cache.has_code()


def test_two_that_keep_code_at_once_keep_both(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for dtype in (np.float64, np.float32):
        dispatcher = numba.njit(kernel)
        dispatcher(np.ones(1, dtype))
        results += dispatcher.overloads.items()
    load = IndexDataCacheFile._load_index

    def slowly(self: IndexDataCacheFile) -> object:
        index = load(self)
        time.sleep(0.2)  # long enough for the other to read the index before it is written
        return index

    monkeypatch.setattr(IndexDataCacheFile, "_load_index", slowly)
    with ThreadPoolExecutor(2) as pool:
        kept = [pool.submit(fresh()._cache.save_overload, *result) for result in results]
        assert [job.result() for job in kept] == [None, None]
    again = fresh()
    assert again(np.ones(1)) == again(np.ones(1, np.float32)) == 2
    assert compilations(again) == 0


@pytest.mark.parametrize("content", [b"", b"\x80\x04", pickle.dumps(("0.0", 1))])
@pytest.mark.parametrize("suffix", ["nbc", "nbi"])
def test_a_damaged_file_is_compiled_again(folder: Path, suffix: str, content: bytes) -> None:
    fresh()(np.ones(1))
    (file,) = folder.glob(f"*/*/*.{suffix}")
    file.write_bytes(content)
    assert fresh()(np.ones(1)) == 2


def test_a_folder_that_cannot_be_made_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    folder.write_text("a file")
    assert not code_cache.keeps_code()
    assert not code_cache.has_code()
    assert fresh()(np.ones(1)) == 2


def test_a_full_disk_is_no_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert fresh()(np.ones(1)) == 2


def test_a_user_without_a_home_compiles_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("NEUROSPIKE_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    code_cache.cache_folder.cache_clear()
    assert code_cache.cache_folder() is None
    assert (code_cache.keeps_code(), code_cache.has_code()) == (False, False)
    assert fresh()(np.ones(1)) == 2


def inspected(config: Path, cache: Path, *options: str) -> str:
    """Return what a process of its own says while it inspects a config."""
    words = [sys.executable, "-m", "neurospike_cli", *options, "inspect", str(config)]
    environment = os.environ | {"NEUROSPIKE_CACHE_DIR": str(cache)}
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=True, timeout=600
    )
    return done.stderr


def test_the_first_run_says_that_it_compiles_and_the_second_compiles_nothing(
    tmp_path: Path,
) -> None:
    config, cache = tiny.write_config(tmp_path), tmp_path / "cache"
    first = inspected(config, cache)
    assert first.startswith("Compiling the engine for lif, float32: once")
    assert f"kept in {cache}" in first
    assert first.count("Compiling") == 1
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    assert inspected(config, cache) == ""
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*")} == before


def test_a_folder_that_fails_is_said(folder: Path) -> None:
    folder.write_text("a file")
    said: list[str] = []
    with CompiledEngine().telling(said.append, "lif, float32"):
        fresh()(np.ones(1))
        fresh()(np.ones(1))
    (line,) = said
    assert line.startswith("Compiling the engine for lif, float32: about 20 s in every run")
    assert line.endswith("set NEUROSPIKE_CACHE_DIR")
    assert f"cannot write to {folder}" in line


@pytest.mark.parametrize(("options", "lines"), [((), 1), (("-q",), 0)])
def test_quiet_says_nothing_of_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    lines: int,
) -> None:
    @contextmanager
    def always(self: Engine, say: Callable[[str], None], what: str) -> Iterator[None]:
        say(f"Compiling for {what}")
        yield

    monkeypatch.setattr(CompiledEngine, "telling", always)
    assert main([*options, "inspect", str(tiny.write_config(tmp_path))]) == 0
    assert capsys.readouterr().err == "Compiling for lif, float32\n" * lines
