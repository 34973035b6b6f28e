"""The `training:` section of an experiment."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from neurospike_cli.learning.rule import LearningRule
from neurospike_cli.registry import OneOf, Parameters


class TrainingParameters(Parameters):
    """How the network learns: one or more phases, one after the other."""

    phases: Annotated[
        tuple[Annotated[LearningRule, OneOf()], ...], Strict(False), Field(min_length=1)
    ]
    """The phases, the first one first."""
