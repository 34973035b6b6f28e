"""New folders: whole or not at all, never over another."""

from __future__ import annotations

import pytest

from neurospike_cli.errors import RunError
from neurospike_cli.events.new_folder import new_folder


def test_a_folder_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "a" / "b"
    with new_folder(target) as folder:
        (folder / "x").write_text("1")
        assert not list(target.iterdir())
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert (target / "x").read_text() == "1"


def test_nothing_remains_of_a_failure(tmp_path):
    def write_half(target):
        with new_folder(target) as folder:
            (folder / "x").write_text("1")
            raise KeyError

    with pytest.raises(KeyError):
        write_half(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("1")
    with pytest.raises(RunError, match="exists already"), new_folder(tmp_path):
        raise AssertionError("not reached")
    assert (tmp_path / "mine").read_text() == "1"


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    with pytest.raises(RunError, match="No space left"), new_folder(tmp_path / "a"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made") as caught, new_folder(tmp_path / "file/a"):
        raise AssertionError("not reached")
    assert caught.value.where == str(tmp_path / "file" / "a")
