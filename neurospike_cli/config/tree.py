"""A config as a tree that remembers where everything stands: the file, line and column.

Three kinds of node; each knows how to be read as plain data, searched, changed and laid over
another, so that nothing outside has to ask what kind it is. Nodes are frozen and may be shared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

from neurospike_cli.config.place import KeyPath, Place
from neurospike_cli.config.yaml_scalars import Scalar


class MissingPathError(Exception):
    """A dotted path leads through something that cannot hold it; the text says what."""


@dataclass(frozen=True)
class Node(ABC):
    """One value and where it begins."""

    place: Place

    #: Whether an error about the value underlines the value itself, and not its key.
    underlined: ClassVar[bool] = False

    @property
    @abstractmethod
    def kind(self) -> str:
        """What the value is, for an error: ``a mapping``, ``a list``, ``text`` …"""

    @abstractmethod
    def plain(self) -> Any:
        """Return the value as plain dictionaries, lists and scalars."""

    @property
    def children(self) -> Mapping[str | int, Node]:
        """The nodes directly below, by key or index."""
        return {}

    def key_place(self, segment: str | int) -> Place:
        """Return where the key `segment` of this node stands; for a list, where the item does."""
        return self.children[segment].place

    def segment(self, text: str) -> str | int:
        """Return `text`, one part of a dotted path, as a key or index of this node.

        Raises:
            MissingPathError: when the node has no place for it.
        """
        raise MissingPathError(f"is {self.kind}, which has no `{text}`")

    def with_child(self, segment: str | int, child: Node, key: Place) -> Node:
        """Return this node with `child` in place of, or added as, `segment`."""
        raise AssertionError("only reached after `segment` accepted the path")

    def with_places(self, change: Callable[[Place], Place]) -> Node:
        """Return the node and all below it with every place replaced by `change` of it."""
        return replace(self, place=change(self.place))

    def over(self, base: Node) -> Node:
        """Return this node laid over `base`: mappings merge, everything else replaces."""
        return self

    def under_mapping(self, upper: MappingNode) -> Node:
        """Return `upper` laid over this node."""
        return upper

    def reach(self, path: KeyPath) -> tuple[KeyPath, Node]:
        """Return the node at `path`, or the last one on the way there, and its own path."""
        node, reached = self, path[:0]
        for segment in path:
            if segment not in node.children:
                break
            node, reached = node.children[segment], (*reached, segment)
        return reached, node

    def path_of(self, keys: str) -> KeyPath:
        """Return the path that is written as `keys`, ``hidden.0.size``, with indices of lists.

        A key may have dots itself: the longest one that is there is meant.
        """
        known = [key for key in self.children if f"{keys}.".startswith(f"{key}.")]
        if not known:
            return tuple(keys.split("."))
        key = max(known, key=lambda name: len(str(name)))
        rest = keys[len(str(key)) + 1 :]
        return (key, *self.children[key].path_of(rest)) if rest else (key,)

    def key_at(self, path: KeyPath) -> Place:
        """Return where the last key of `path` stands, or of as much of it as there is."""
        reached, node = self.reach(path)
        return self.reach(reached[:-1])[1].key_place(reached[-1]) if reached else node.place

    def value_at(self, path: KeyPath) -> Place:
        """Return where the value at `path` is to be underlined, or what there is above it."""
        reached, node = self.reach(path)
        return node.place if reached == path and node.underlined else self.key_at(path)

    @cached_property
    def size(self) -> int:
        """How many nodes there are from here down, with aliases written out."""
        return 1 + sum(child.size for child in self.children.values())

    @cached_property
    def height(self) -> int:
        """How many levels there are from here down."""
        return 1 + max((child.height for child in self.children.values()), default=0)

    def walk(self, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
        """Yield every node from here down with its path."""
        yield path, self
        for segment, child in self.children.items():
            yield from child.walk((*path, segment))


@dataclass(frozen=True)
class ScalarNode(Node):
    """Text, a number, true, false or null."""

    value: Scalar

    underlined: ClassVar[bool] = True

    @property
    def kind(self) -> str:
        """The name of the scalar's type."""
        return _SCALAR_KINDS[type(self.value)]

    def plain(self) -> Any:
        """Return the scalar."""
        return self.value


@dataclass(frozen=True)
class ListNode(Node):
    """A sequence."""

    items: tuple[Node, ...]

    @property
    def kind(self) -> str:
        """``a list``."""
        return "a list"

    def plain(self) -> Any:
        """Return the items as a list."""
        return [item.plain() for item in self.items]

    @property
    def children(self) -> Mapping[str | int, Node]:
        """The items by index."""
        return dict(enumerate(self.items))

    def segment(self, text: str) -> str | int:
        """Return the index that `text` is.

        Raises:
            MissingPathError: when it is no index of this list.
        """
        if text.isdecimal() and text.isascii() and len(text) < 8 and int(text) < len(self.items):
            return int(text)
        count = len(self.items)
        span = f"from 0 to {count - 1}" if count else "not possible"
        raise MissingPathError(f"is a list of {count}: an index is {span}; got `{text}`")

    def with_child(self, segment: str | int, child: Node, key: Place) -> Node:
        """Return the list with one item replaced."""
        items = [child if i == segment else item for i, item in enumerate(self.items)]
        return replace(self, items=tuple(items))

    def with_places(self, change: Callable[[Place], Place]) -> Node:
        """Return the list with every place changed."""
        items = tuple(item.with_places(change) for item in self.items)
        return ListNode(change(self.place), items)


@dataclass(frozen=True)
class MappingNode(Node):
    """A mapping from text to nodes; `keys` tells where each key stands."""

    entries: Mapping[str, Node]
    keys: Mapping[str, Place]

    @property
    def kind(self) -> str:
        """``a mapping``."""
        return "a mapping"

    def plain(self) -> Any:
        """Return the entries as a dictionary."""
        return {key: node.plain() for key, node in self.entries.items()}

    @property
    def children(self) -> Mapping[str | int, Node]:
        """The values by key."""
        return {key: self.entries[key] for key in self.entries}

    def key_place(self, segment: str | int) -> Place:
        """Return where the key stands."""
        return self.keys[str(segment)]

    def segment(self, text: str) -> str | int:
        """Return `text`: any key may be added to a mapping."""
        return text

    def with_child(self, segment: str | int, child: Node, key: Place) -> Node:
        """Return the mapping with one entry replaced or added."""
        name = str(segment)
        return replace(self, entries={**self.entries, name: child}, keys={**self.keys, name: key})

    def without(self, key: str) -> MappingNode:
        """Return the mapping without `key`."""
        entries = {k: node for k, node in self.entries.items() if k != key}
        return replace(self, entries=entries)

    def with_places(self, change: Callable[[Place], Place]) -> Node:
        """Return the mapping with every place changed, those of keys too."""
        entries = {key: node.with_places(change) for key, node in self.entries.items()}
        keys = {key: change(place) for key, place in self.keys.items()}
        return MappingNode(change(self.place), entries, keys)

    def over(self, base: Node) -> Node:
        """Return this mapping laid over `base`, key by key where that is a mapping too."""
        return base.under_mapping(self)

    def under_mapping(self, upper: MappingNode) -> Node:
        """Return both merged; where both have a key, `upper`'s value is laid over this one's."""
        merged = dict(self.entries)
        for key, node in upper.entries.items():
            merged[key] = node.over(merged[key]) if key in merged else node
        return replace(upper, entries=merged, keys={**self.keys, **upper.keys})


_SCALAR_KINDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "empty",
}
