"""Folders that are made in a partial one: whole or not at all, never over another."""

from __future__ import annotations

import json

import pytest

from neurospike_cli.errors import RunError
from neurospike_cli.events.stored.partial_folder import partial_folder

REQUEST = {"seed": 1, "data": {"rate": 5.0}}


def making(target, pieces=("1",), request=REQUEST, resume=False, fails=None):
    """Make a folder of which some pieces are finished before it fails, or does not."""
    with partial_folder(target, request, resume=resume) as folder:
        for name in pieces:
            (folder.pieces / name).write_text(name)
        if fails is not None:
            raise fails
        (folder.whole / "x").write_text("".join(sorted(p.name for p in folder.pieces.iterdir())))


def stopped(target, **options):
    with pytest.raises(KeyError):
        making(target, fails=KeyError(), **options)


def test_a_folder_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "a" / "b"
    with partial_folder(target, REQUEST, resume=False) as folder:
        (folder.whole / "x").write_text("1")
        assert not target.exists()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]
    assert (target / "x").read_text() == "1"


def test_nothing_remains_where_no_piece_was_finished(tmp_path):
    stopped(tmp_path / "a", pieces=())
    assert list(tmp_path.iterdir()) == []


def test_finished_pieces_are_taken_up(tmp_path):
    stopped(tmp_path / "a", pieces=("1", "2"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.partial"]
    with pytest.raises(RunError, match="was begun and is not finished") as caught:
        making(tmp_path / "a")
    assert "--resume" in str(caught.value)
    making(tmp_path / "a", pieces=("3",), resume=True)
    assert (tmp_path / "a" / "x").read_text() == "123"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_another_request_is_refused_with_what_differs(tmp_path):
    stopped(tmp_path / "a")
    with pytest.raises(RunError, match="is another data set") as caught:
        making(tmp_path / "a", request={"seed": 2, "data": {"jitter": 5.0}}, resume=True)
    assert caught.value.message.endswith(
        "data.jitter: absent in the partial folder, 5.0 now; "
        "data.rate: 5.0 in the partial folder, absent now; "
        "seed: 1 in the partial folder, 2 now"
    )
    making(tmp_path / "a", resume=True)


def test_a_stop_before_the_request_was_written_is_a_fresh_start(tmp_path):
    (tmp_path / "a.partial" / "pieces").mkdir(parents=True)
    making(tmp_path / "a", resume=True)
    assert (tmp_path / "a" / "x").exists()


def test_a_damaged_request_is_said(tmp_path):
    stopped(tmp_path / "a")
    (tmp_path / "a.partial" / "request.json").write_text("{")
    with pytest.raises(RunError, match="is damaged"):
        making(tmp_path / "a", resume=True)


def test_one_process_makes_it_at_a_time(tmp_path):
    with partial_folder(tmp_path / "a", REQUEST, resume=False) as folder:
        (folder.pieces / "1").write_text("")
        with pytest.raises(RunError, match="locked by process"):
            making(tmp_path / "a", resume=True)
        assert json.loads((tmp_path / "a.partial" / "request.json").read_text()) == REQUEST


def test_what_exists_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("1")
    with pytest.raises(RunError, match="exists already"):
        making(tmp_path)
    assert (tmp_path / "mine").read_text() == "1"
    assert not tmp_path.with_name(f"{tmp_path.name}.partial").exists()


def test_what_appears_meanwhile_is_left_alone(tmp_path):
    def make():
        with partial_folder(tmp_path / "a", REQUEST, resume=False) as folder:
            (folder.whole / "x").write_text("1")
            (tmp_path / "a").mkdir()

    with pytest.raises(RunError, match="exists already"):
        make()
    assert list((tmp_path / "a").iterdir()) == []
    assert (tmp_path / "a.partial" / "whole" / "x").exists()


def test_a_full_disk_is_said_and_what_is_finished_stays(tmp_path):
    with pytest.raises(RunError, match="No space left"):
        making(tmp_path / "a", fails=OSError(28, "No space left on device"))
    assert (tmp_path / "a.partial" / "pieces" / "1").exists()


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made") as caught:
        making(tmp_path / "file/a")
    assert caught.value.where == str(tmp_path / "file" / "a")
