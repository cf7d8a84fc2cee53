"""Snapshot tests: every message and form equals its golden file, which reviewers read.

`RECORD=1 python -m pytest tests/bot/messages/test_golden.py` rewrites the files. The package `samples` contains the
calls, and lists the functions whose results are not displayed.
"""

import ast
import inspect
import os
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin

import pytest
from slackblocks import Block, Element, ModalView

from benchmarks.plain_text import render
from bot import messages, refusals
from bot.nudges import cards
from bot.nudges.cards import Item, Line
from bot.slack.post import Post, Step
from sandbox.blocks import validation
from tests.bot.messages import samples
from tests.bot.messages.samples.people import Sample

FOLDER = Path(__file__).parent / "golden"
TABLES = [import_module(f"{samples.__name__}.{each.name}") for each in pkgutil.iter_modules(samples.__path__)]
SAMPLES = [sample for table in TABLES for sample in getattr(table, "SAMPLES", [])]
NOT_SHOWN: dict[Callable[..., object], str] = {
    function: why for table in TABLES for function, why in getattr(table, "NOT_SHOWN", {}).items()
}
SENTENCE = re.compile(r"[a-z]{2} [a-z].*[.?!:]$", re.DOTALL)
PLACEHOLDER = re.compile(r"\{\w*\}")
SHOWN = (Post, Block, Element, ModalView, Item, Step, str, bytes)


def _modules() -> Iterator[ModuleType]:
    yield cards
    for package in (messages, refusals):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield import_module(each.name)


def _file(module: str) -> str:
    """Return the golden file of a module: `shoutouts/cards.txt` for `bot.messages.shoutouts.cards`."""
    return f"{module.removeprefix('bot.').removeprefix('messages.').replace('.', '/')}.txt"


MODULES = {_file(module.__name__): module for module in _modules()}
FILES = sorted(MODULES.keys() | {str(each.relative_to(FOLDER)) for each in FOLDER.rglob("*.txt")})


def _functions() -> Iterator[Callable[..., object]]:
    for module in MODULES.values():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield function


def _is_shown(returned: Any) -> bool:
    """Return whether a return annotation contains something that Slack displays, or parts of it."""
    if args := get_args(returned):
        return get_origin(returned) is not dict and any(map(_is_shown, args))
    fields = getattr(returned, "__annotations__", {}).values() if returned not in SHOWN else ()
    return isinstance(returned, type) and (issubclass(returned, SHOWN) or any(map(_is_shown, fields)))


def _samples(name: str) -> list[Sample]:
    return [sample for sample in SAMPLES if _file(sample.function.__module__) == name]


def _render(name: str) -> str:
    """Return the content of a golden file; it is empty if the module was deleted or has no messages."""
    calls = ["\n".join([_heading(sample), *render(sample.call())]) for sample in _samples(name)]
    others = sorted(_other_sentences(MODULES[name], "\n".join(calls))) if name in MODULES else []
    return "\n".join(f"{part}\n" for part in [*calls, *(["\n".join(["=== constants", *others])] if others else [])])


def _heading(sample: Sample) -> str:
    return f"=== {sample.function.__name__}" + (f": {sample.title}" if sample.title else "")


def _other_sentences(module: ModuleType, rendered: str) -> Iterator[str]:
    """Yield the sentences in a module's constants that no sample contains; handlers and workflows use them directly."""
    for line in ast.parse(inspect.getsource(module)).body:
        for target in line.targets if isinstance(line, ast.Assign) else []:
            value = getattr(module, target.id) if isinstance(target, ast.Name) else None
            texts = value.values() if isinstance(value, dict) else [value]
            sentences = (each for each in texts if isinstance(each, str) and SENTENCE.search(each))
            yield from (each for each in sentences if not all(part in rendered for part in PLACEHOLDER.split(each)))


def _record(golden: Path, text: str) -> None:
    golden.parent.mkdir(parents=True, exist_ok=True)
    golden.write_text(text) if text else golden.unlink(missing_ok=True)


@pytest.mark.parametrize("name", FILES)
def test_messages_match_their_golden_file(name: str) -> None:
    golden, text = FOLDER / name, _render(name)
    if "RECORD" in os.environ:
        _record(golden, text)

    assert text == (golden.read_text() if golden.exists() else "")


@pytest.mark.parametrize("name", FILES)
def test_slack_accepts_every_sample_message(name: str) -> None:
    for sample in _samples(name):
        _validate(sample.call())


def _validate(shown: object) -> None:
    match shown:
        case Post():
            validation.message(shown.payload()["blocks"])
        case Step():
            _validate(shown.post)
        case Item():
            _validate(cards.card("", [Line(1, shown)]))
        case ModalView():
            validation.view(shown.to_dict(), is_home=False)
        case [*parts]:
            validation.message([each._resolve() for each in parts if isinstance(each, Block)])
            for each in parts:
                _validate(each)


def test_every_function_that_builds_a_message_has_a_sample() -> None:
    assert _names(_shown() - {sample.function for sample in SAMPLES} - set(NOT_SHOWN)) == []


def test_no_function_is_needlessly_exempted_from_having_a_sample() -> None:
    assert _names(set(NOT_SHOWN) - (_shown() - {sample.function for sample in SAMPLES})) == []


def _shown() -> set[Callable[..., object]]:
    return {each for each in _functions() if _is_shown(inspect.signature(each).return_annotation)}


def _names(functions: set[Callable[..., object]]) -> list[str]:
    return sorted(f"{each.__module__}.{each.__name__}" for each in functions)
