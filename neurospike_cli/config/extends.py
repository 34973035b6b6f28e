"""`extends: base.yaml`: a config laid over another one, or over a chain of them.

The name is relative to the file that says it. Mappings merge key by key at every level, lists and
scalars replace; what a value was set by is kept, so that an error points into the right file.
A child that names another component (``model: adaptive_lif`` over ``model: lif``) still inherits
the base's other keys there, and hears of those that the new component does not know.
"""

from __future__ import annotations

from pathlib import Path

from neurospike_cli.config.config_file import read_config_text
from neurospike_cli.config.place import Place
from neurospike_cli.config.report import config_error, problem_at
from neurospike_cli.config.tree import MappingNode, Node
from neurospike_cli.config.yaml_document import Document
from neurospike_cli.errors import ConfigError, Problem, UsageError

MAX_CHAIN = 10

KEY = "extends"


def read_tree(path: Path) -> tuple[Node, str, list[Problem]]:
    """Read the config at `path` with all that it extends.

    Returns:
        The merged tree, the text of the file itself, and problems that could be stepped over.

    Raises:
        UsageError: when the file cannot be read.
        ConfigError: when a file of the chain cannot be read as YAML, or the chain does not end.
    """
    text = read_config_text(path, str(path))
    problems: list[Problem] = []
    return _merged(path, text, [], problems), text, problems


def _merged(path: Path, text: str, below: list[Path], problems: list[Problem]) -> Node:
    """Return the tree of one file laid over what it extends; `below` leads to it."""
    document = Document(text, str(path))
    problems += document.problems
    root = _mapping(document.root)
    base = root.entries.get(KEY)
    if base is None:
        return root
    chain = [*below, path]
    base_path = _base_path(base, path, chain)
    try:
        base_text = read_config_text(base_path, str(base_path))
    except ConfigError:
        raise
    except UsageError as error:
        message = f"cannot extend `{base_path}`: {error.message}"
        raise _error(base.place, message, chain) from error
    return root.without(KEY).over(_merged(base_path, base_text, chain, problems))


def _mapping(root: Node) -> MappingNode:
    """Return the top of a config, which must be a mapping."""
    if isinstance(root, MappingNode):
        return root
    message = f"a config is a mapping of keys to values; this file is {root.kind}"
    note = "`neurospike init` writes a starter config"
    raise config_error([problem_at(root.place, message, note=note)], root.place.file)


def _base_path(base: Node, path: Path, chain: list[Path]) -> Path:
    name = base.plain()
    if not isinstance(name, str):
        raise _error(base.place, f"must be the name of a file; got {base.kind}", chain)
    found = path.parent / name
    if found.resolve() in [seen.resolve() for seen in chain]:
        steps = " -> ".join(str(step) for step in [*chain, found])
        raise _error(base.place, f"`extends` goes in a circle: {steps}", chain)
    if len(chain) > MAX_CHAIN:
        raise _error(base.place, f"a chain of more than {MAX_CHAIN} configs", chain)
    return found


def _error(place: Place, message: str, chain: list[Path]) -> ConfigError:
    return config_error([problem_at(place, message, (KEY,))], str(chain[0]))
