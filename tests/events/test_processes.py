"""Jobs in processes: all are done once, and what goes wrong in one is said."""

from __future__ import annotations

import os
import time

import pytest

from neurospike_cli.errors import DataError, RunError
from neurospike_cli.events.stored.processes import in_processes


def doubled(job):
    """Return twice the job; some jobs go wrong."""
    if job == "damaged":
        raise DataError("is damaged", where="here", hint="get it again")
    if job == "deadly":
        os._exit(7)
    if job == "slow":
        time.sleep(20)
    return os.getpid(), 2 * job


def test_every_job_is_done_once_by_another_process():
    answers = list(in_processes(doubled, range(20), 2))
    assert sorted(value for _, value in answers) == [2 * i for i in range(20)]
    assert os.getpid() not in {process for process, _ in answers}


def test_an_error_comes_as_it_was_raised_and_ends_the_others():
    with pytest.raises(DataError) as caught:
        list(in_processes(doubled, [1, "damaged", 2], 1))
    assert str(caught.value) == "error: is damaged\n  --> here\n  = get it again"


def test_a_process_that_breaks_down_is_said():
    with pytest.raises(RunError, match="ended with 7"):
        list(in_processes(doubled, ["deadly", 1, 2], 1))


def test_no_process_is_left_behind():
    answers = in_processes(doubled, range(100), 1)
    process, _ = next(answers)
    answers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_job_in_hand_is_not_waited_for():
    answers = in_processes(doubled, [1, "slow"], 2)
    next(answers)
    begun = time.monotonic()
    answers.close()
    assert time.monotonic() - begun < 10
