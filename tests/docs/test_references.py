"""The references are those that the code makes now."""

from __future__ import annotations

from docs import generate


def test_the_references_are_current() -> None:
    for name, made in generate.references().items():
        written = (generate.HERE / f"{name}.md").read_text(encoding="utf-8")
        assert written == made, f"docs/{name}.md is out of date: run `make docs`"
