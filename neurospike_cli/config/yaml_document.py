"""YAML text to a tree with positions, and plain data to YAML text: the only user of PyYAML.

Nodes are built here from the parser's events, not by PyYAML's constructors: that is what gives
every value its place, YAML 1.2 scalars, duplicate keys as errors, no Python objects, and bounds on
depth and aliases that hold before memory is spent. The pure parser is used although the C one is
20 times faster: a config is 2 kB, and messages and columns are then the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, NoReturn

import yaml

from neurospike_cli.config.config_file import LINE_BREAK
from neurospike_cli.config.place import KeyPath, Place
from neurospike_cli.config.report import config_error, problem_at
from neurospike_cli.config.tree import ListNode, MappingNode, Node, ScalarNode
from neurospike_cli.config.yaml_scalars import TAGS, ScalarError, resolve, tagged
from neurospike_cli.errors import Problem

MAX_DEPTH = 50
MAX_NODES = 10_000

_CORE = "tag:yaml.org,2002:"


class Document:
    """One YAML document read from text.

    Attributes:
        root: the tree; in place of what could not be read stands null.
        problems: what could be stepped over, to be reported with all else that is found.
    """

    def __init__(self, text: str, name: str) -> None:
        """Read `text`, which errors call `name`.

        Raises:
            ConfigError: when the text is no YAML, or breaks a bound.
        """
        self.problems: list[Problem] = []
        self._name = name
        self._lines = LINE_BREAK.split(text)
        self._anchors: dict[str, Node | None] = {}
        self._nodes = 0
        try:
            events = yaml.parse(text, Loader=yaml.SafeLoader)
            self.root = self._document(events)
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error) from error
        except yaml.reader.ReaderError as error:
            place = self._place_of(0, error.position, 1)
            message = f"character U+{ord(text[error.position]):04X} is no text; remove it"
            raise config_error([problem_at(place, message)], name) from error

    def _document(self, events: Iterator[Any]) -> Node:
        root: Node = ScalarNode(self._place_of(0, 0, 1), None)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        else:
            return root
        root = self._node(next(events), events, ())
        next(events)
        event = next(events)
        if isinstance(event, yaml.DocumentStartEvent):
            self._fail(event, (), "a second document begins here; a config is one document")
        return root

    def _node(self, event: Any, events: Iterator[Any], path: KeyPath) -> Node:
        if len(path) >= MAX_DEPTH:
            self._fail(event, path[:3], f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        self._spend(1, event, path)
        if event.anchor is not None:
            self._anchors[event.anchor] = None  # open: an alias to it in here would never end
        node = self._BUILDERS[type(event)](self, event, events, path)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, path: KeyPath) -> Node:
        if event.anchor not in self._anchors:
            self._fail(event, path, f"alias `*{event.anchor}` has no anchor above it")
        node = self._anchors[event.anchor]
        if node is None:
            self._fail(event, path, f"alias `*{event.anchor}` contains itself")
        if len(path) + node.height > MAX_DEPTH:
            self._fail(event, path[:3], f"nested deeper than {MAX_DEPTH} levels")
        self._spend(node.size, event, path)
        return replace(node, place=self._place(event))

    def _spend(self, nodes: int, event: Any, path: KeyPath) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} values, with aliases written out"
            self._fail(event, path[:3], message)

    def _scalar(self, event: Any, events: Iterator[Any], path: KeyPath) -> Node:
        place = self._place(event)
        try:
            return ScalarNode(place, self._value(event))
        except ScalarError as error:
            self.problems.append(problem_at(place, str(error), path))
            return ScalarNode(place, None)

    def _value(self, event: Any) -> Any:
        tag = event.tag
        if tag is None:
            return resolve(event.value) if event.style is None else event.value
        name = tag.removeprefix(_CORE)
        if tag in ("!", f"{_CORE}str"):
            return event.value
        if tag == name or name not in TAGS:
            raise ScalarError(_unknown_tag(tag))
        return tagged(name, event.value)

    def _list(self, event: Any, events: Iterator[Any], path: KeyPath) -> Node:
        self._check_collection_tag(event, "seq", path)
        items: list[Node] = []
        for item in events:
            if isinstance(item, yaml.SequenceEndEvent):
                break
            items.append(self._node(item, events, (*path, len(items))))
        return ListNode(self._place(event), tuple(items))

    def _mapping(self, event: Any, events: Iterator[Any], path: KeyPath) -> Node:
        self._check_collection_tag(event, "map", path)
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for key_event in events:
            if isinstance(key_event, yaml.MappingEndEvent):
                break
            key = self._node(key_event, events, (*path, "?"))
            name = self._key(key, key_event, keys, path)
            value = self._node(next(events), events, (*path, name))
            if name not in entries:
                entries[name] = value
                keys[name] = key.place
        return MappingNode(self._place(event), entries, keys)

    def _key(self, key: Node, event: Any, keys: dict[str, Place], path: KeyPath) -> str:
        """Return the key as text; what is no text, or was there before, is a problem."""
        value = key.plain()
        if not isinstance(value, str):
            note = f'quote it: "{key.place.text}"' if isinstance(key, ScalarNode) else ""
            message = f"a key must be text; this one is {key.kind}"
            self.problems.append(problem_at(key.place, message, path, note=note))
            return key.place.text
        if value in keys:
            message = f"key `{value}` is given twice; first on line {keys[value].line}"
            self.problems.append(problem_at(key.place, message, (*path, value)))
        if value == "<<" and event.style is None:
            message = "merge keys `<<` are not part of YAML 1.2"
            note = "use `extends: FILE` to build on another config"
            self.problems.append(problem_at(key.place, message, (*path, value), note=note))
        return value

    def _check_collection_tag(self, event: Any, name: str, path: KeyPath) -> None:
        if event.tag not in (None, "!", _CORE + name):
            self.problems.append(problem_at(self._place(event), _unknown_tag(event.tag), path))

    def _place(self, event: Any) -> Place:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if end.line == start.line else 1
        return self._place_of(start.line, start.column, width)

    def _place_of(self, line: int, column: int, width: int) -> Place:
        excerpt = self._lines[line] if line < len(self._lines) else ""
        return Place(self._name, line + 1, column + 1, max(1, width), excerpt)

    def _fail(self, event: Any, path: KeyPath, message: str) -> NoReturn:
        raise config_error([problem_at(self._place(event), message, path)], self._name)

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> Exception:
        mark = error.problem_mark or error.context_mark
        assert mark is not None, "the parser marks all its errors"
        message = f"not valid YAML: {error.problem or error.context}"
        note = f"{error.context}" if error.context and error.problem else ""
        if error.context_mark is not None and note:
            note += f" that began on line {error.context_mark.line + 1}"
        if "\\t" in (error.problem or ""):
            note = "indent and separate with spaces, not tabs"
        place = self._place_of(mark.line, mark.column, 1)
        return config_error([problem_at(place, message, note=note)], self._name)

    _BUILDERS = {  # noqa: RUF012 - a table of methods, not state
        yaml.ScalarEvent: _scalar,
        yaml.SequenceStartEvent: _list,
        yaml.MappingStartEvent: _mapping,
    }


def _unknown_tag(tag: str) -> str:
    allowed = ", ".join(f"!!{name}" for name in ("str", *TAGS, "seq", "map"))
    return f"unknown tag `{tag.replace(_CORE, '!!')}`; expected one of {allowed}, or no tag"


class _Dumper(yaml.SafeDumper):
    """Quotes text that the 1.2 rules above would not read back as text, e.g. ``1e-3``."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = False
    with suppress(ScalarError):
        plain = resolve(text) == text and text != "<<"
    return dumper.represent_scalar(f"{_CORE}str", text, style=None if plain else '"')


_Dumper.add_representer(str, _represent_text)


def dump_yaml(data: Any) -> str:
    """Return plain data as YAML text that `Document` reads back as the same data."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
