"""What pydantic finds wrong, in the words of a user of YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from neurospike_cli.config.tree import Node
from neurospike_cli.config.yaml_document import dump_yaml

_LONGEST_VALUE = 60

_PHRASES: Mapping[str, str] = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "none_required": "must be empty",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "string_pattern_mismatch": "must match {pattern}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have {min_length} or more entries; got {actual_length}",
    "too_long": "must have {max_length} or fewer entries; got {actual_length}",
}


def phrase(error: Mapping[str, Any]) -> str:
    """Return what the value of one pydantic error must be, without what was got."""
    context = error.get("ctx", {})
    special = _SPECIAL.get(error["type"])
    if special is not None:
        return special(context)
    template = _PHRASES.get(error["type"])
    if template is None:
        message: str = error["msg"]
        return message[:1].lower() + message[1:]
    return template.format(**{name: number(value) for name, value in context.items()})


def _value_error(context: Mapping[str, Any]) -> str:
    return str(context["error"])


def _literal_error(context: Mapping[str, Any]) -> str:
    names = re.findall(r"'([^']*)'", context["expected"])
    return f"expected {one_of(names)}"


_SPECIAL: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "value_error": _value_error,
    "assertion_error": _value_error,
    "literal_error": _literal_error,
}


def number(value: Any) -> str:
    """Return a bound as people write it: ``1000000``, not ``1e+06`` or ``1000000.0``."""
    return f"{value:.12g}" if type(value) is float else str(value)


def one_of(names: Iterable[str]) -> str:
    """Return ``one of a, b`` or, of a single name, that name."""
    listed = list(names)
    return f"one of {', '.join(listed)}" if len(listed) > 1 else ", ".join(listed)


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a question that offers the most similar of `names`, or nothing."""
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(word.lower(), by_lower, n=1)
    return f"did you mean `{by_lower[close[0]]}`?" if close else ""


def offered(expectation: str) -> list[str]:
    """Return the names that a phrase ``expected one of a, b`` lists; of another phrase, none."""
    head, _, names = expectation.partition("expected one of ")
    return [] if head else names.split(", ")


def got(node: Node) -> str:
    """Return the value of `node` for a message, as the user wrote it if that is possible."""
    if not node.underlined:
        return node.kind
    value, text = node.plain(), node.place.text
    if value is None:
        return "nothing"
    written = dump_yaml(value).removesuffix("...\n").strip()
    # An alias, a tag or a text of several lines says little about the value it stands for.
    shown = text if text and text[0] not in "*!&|>" and node.place.width > 1 else written
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[: _LONGEST_VALUE - 1]}…"
