"""Tests of the walks through the code in docs/architecture.md: each step exists and calls the next."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
WALKS = re.findall(r"^## (A [^\n]+)\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^\d+\. (\*Later:\* )?\[([^\]]+)\]\(\.\./([^)]+)\) `(\w+)`", re.MULTILINE)
MOST_FILES = 10
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(file: str) -> dict[str, Function]:
    """Return all functions of a module and its classes, by name."""
    tree = ast.parse((ROOT / file).read_text())
    return {node.name: node for node in ast.walk(tree) if isinstance(node, Function)}


def names_in(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def reached(file: str, name: str) -> set[str]:
    """Return all names that a function uses, directly or through other functions of its file."""
    here, found, waiting = functions(file), set[str](), [name]
    while waiting:
        for each in set(names_in(here[waiting.pop()])) - found:
            found.add(each)
            if each in here:
                waiting.append(each)
    return found


def test_architecture_docs_walk_through_a_shoutout_a_spike_and_a_ritual() -> None:
    assert [title for title, _ in WALKS] == ["A shout-out", "A spike", "A ritual"]


@pytest.mark.parametrize(("title", "text"), WALKS, ids=[title for title, _ in WALKS])
def test_each_step_of_an_architecture_walkthrough_exists_and_calls_the_next(title: str, text: str) -> None:
    steps = STEP.findall(text)
    assert len(steps) == len(re.findall(r"^\d+\. ", text, re.MULTILINE))
    assert len({file for _, _, file, _ in steps}) == len(steps) <= MOST_FILES
    known: set[str] = set()
    for later, shown, file, name in steps:
        assert shown == file
        assert name in functions(file), f"{file} has no {name}"
        assert later or not known or name in known, f"nothing before leads to {name}"
        known |= reached(file, name)
