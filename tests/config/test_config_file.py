from __future__ import annotations

import gzip
import os
import time
from pathlib import Path

import pytest

from neurospike_cli.config.config_file import MAX_BYTES, read_config_text
from neurospike_cli.errors import ConfigError, Problem, UsageError


def problem_of(folder: Path, content: bytes) -> Problem:
    path = folder / "c.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_config_text(path, "c.yaml")
    (problem,) = caught.value.problems
    assert problem.file == "c.yaml"
    return problem


def refusal(path: Path) -> str:
    begin = time.process_time()
    with pytest.raises(UsageError) as caught:
        read_config_text(path, "c.yaml")
    assert time.process_time() - begin < 1.0
    assert caught.value.where == "c.yaml"
    return caught.value.message


def test_byte_order_mark_of_utf8_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: \xc3\xa9\n")
    assert read_config_text(path, "c") == "name: é\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_unicode_is_named(tmp_path: Path, encoding: str) -> None:
    problem = problem_of(tmp_path, "name: x\n".encode(encoding))
    assert problem.message == f"the file is {encoding.upper()}; a config is UTF-8 text"


def test_gzip_is_named(tmp_path: Path) -> None:
    assert "the file is gzip" in problem_of(tmp_path, gzip.compress(b"name: x")).message


def test_latin1_points_at_the_byte(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, "a: é\nname: café\n".encode() + "b: ü".encode("latin-1"))
    assert problem.message == "byte 0xFC is not UTF-8; save the file as UTF-8"
    assert (problem.line, problem.column) == (3, 4)


@pytest.mark.parametrize("code", [0x00, 0x07, 0x1B, 0x7F, 0x9B, 0xFFFE])
def test_control_characters(tmp_path: Path, code: int) -> None:
    problem = problem_of(tmp_path, f"a: 1\nb: x{chr(code)}y\n".encode())
    assert problem.message == f"control character U+{code:04X} in the file; remove it"
    assert (problem.line, problem.column) == (2, 5)
    assert problem.excerpt == "b: x\ufffdy"


def test_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml") == "no such config file"


def test_directory(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "the config is a directory"


def test_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert refusal(tmp_path / "fifo") == "the config is not a regular file"


def test_device() -> None:
    assert refusal(Path("/dev/zero")) == "the config is not a regular file"


def test_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "cannot read the config: " in refusal(tmp_path / "loop")


def test_name_with_nul() -> None:
    assert "cannot read the config: embedded null byte" in refusal(Path("a\0b"))


def test_size_is_checked_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(20 * 10**6)
    assert refusal(path) == f"the config has {20 * 10**6:,} bytes; at most 1,000,000 are read"
    with path.open("wb") as file:
        file.write(b" " * MAX_BYTES)
    assert len(read_config_text(path, "c")) == MAX_BYTES
