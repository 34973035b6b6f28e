"""BindsNET on one core: its layers are so small that a second thread may cost more than it does."""

from __future__ import annotations

from benchmarks.contestants.bindsnet import PACKAGES, BindsNET

__all__ = ["CONTESTANT", "PACKAGES"]


class BindsNETOneThread(BindsNET):
    """The same with one thread."""

    label = "BindsNET (one thread)"
    threads = 1


CONTESTANT = BindsNETOneThread
