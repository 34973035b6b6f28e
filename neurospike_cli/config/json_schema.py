"""The JSON Schema of an experiment, by which editors complete and check while one types.

Draft 7, the newest that all of them read. Two things are added to what pydantic makes: quantities
may be text with a unit, and a component other than its family's default must be named, so that a
mapping fits exactly one of a family.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.extends import KEY as EXTENDS
from neurospike_cli.registry import Component

DIALECT = "http://json-schema.org/draft-07/schema#"

_QUANTITY = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*[^\d\s]+\s*$"


def experiment_schema() -> dict[str, Any]:
    """Return the schema of a config file, with every default and description."""
    schema = Experiment.model_json_schema(
        ref_template="#/definitions/{model}", schema_generator=_Generator
    )
    schema["definitions"] = schema.pop("$defs")
    description = "Another config that this one is laid over, relative to this file."
    schema["properties"][EXTENDS] = {"type": "string", "description": description}
    # What the other config says need not be said again.
    schema["if"] = {"not": {"required": [EXTENDS]}}
    schema["then"] = {"required": schema.pop("required")}
    return {"$schema": DIALECT, **schema}


class _Generator(GenerateJsonSchema):
    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        if schema["schema"]["type"] == "model-fields":
            # A whole model, whose validator may fill in a preset, and no quantity.
            return inner
        # A mapping that a number may stand for.
        number = [{"type": "number"}] if "$ref" in inner else []
        return {"anyOf": [inner, *number, {"type": "string", "pattern": _QUANTITY}]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        result = super().model_schema(schema)
        model = schema["cls"]
        if issubclass(model, Component):
            name = model.__module__.rpartition(".")[2]
            if name != model.default_name:
                result["required"] = [model.discriminator, *result.get("required", [])]
        return result
