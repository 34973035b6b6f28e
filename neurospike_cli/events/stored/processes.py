"""Jobs in several processes; what comes of each is told as it comes.

A process that the user's terminal interrupts would end in the middle of a line of errors, so that
signals to stop are blocked in all but the first; that one ends the others.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TypeVar, cast

from neurospike_cli.errors import RunError

J = TypeVar("J")
R = TypeVar("R")


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return os.cpu_count() or 1 if affinity is None else len(affinity(0))


def in_processes(work: Callable[[J], R], jobs: Iterable[J], workers: int) -> Iterator[R]:
    """Yield what `work` returns for each job, in the order in which they are done.

    Args:
        work: a function that can be pickled, as its jobs and results.
        jobs: what it is called with.
        workers: number of processes.

    Raises:
        RunError: a process broke down.
        Exception: what `work` raises; the other processes are ended.
    """
    waiting = iter(jobs)
    started = [_started(work) for _ in range(workers)]
    processes = {connection: process for process, connection in started}
    try:
        busy = {connection for connection in processes if _give(connection, waiting)}
        while busy:
            for ready in wait(list(busy)):
                connection = cast("Connection", ready)
                yield cast("R", _taken(connection, processes[connection]))
                if not _give(connection, waiting):
                    busy.discard(connection)
    finally:
        for connection, process in processes.items():
            connection.close()
            process.kill()
            process.join()


def _started(work: Callable[[J], R]) -> tuple[BaseProcess, Connection]:
    # Spawned: a fork would copy locks of threads that are not there in the child.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(work, theirs), daemon=True)
    resource_tracker.ensure_running()  # which would unblock the signals, were it started below
    with _signals_blocked():
        process.start()
    theirs.close()
    return process, ours


def _serve(work: Callable[[J], R], connection: Connection) -> None:
    """Do jobs until the other end of the connection is closed, or its process has ended."""
    with suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            try:
                answer: tuple[R | None, Exception | None] = work(job), None
            except Exception as error:
                answer = None, error
            connection.send(answer)


def _give(connection: Connection, waiting: Iterator[J]) -> bool:
    for job in waiting:
        connection.send(job)
        return True
    return False


def _taken(connection: Connection, process: BaseProcess) -> object:
    try:
        answer, error = connection.recv()
    except (EOFError, OSError):
        process.join()
        raise RunError(
            f"a worker process ended with {process.exitcode}, as for want of memory",
            hint="take fewer --workers",
        ) from None
    if error is not None:
        raise error
    return answer


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals to stop; a process that is started meanwhile keeps that."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
