"""Every regular expression that reads text from people or tools matches in linear time.

Each one is analyzed statically (`tests/bot/regex_analysis.py`), compiled by RE2, or applied only to short text. The
analysis reads from the code whether a pattern is searched for or only matched at one position.
"""

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.org.availability import absences
from bot.org.availability.absences import NoAbsence
from tests.bot.regex_analysis import find_slow_parts

ROOT = Path(__file__).parent.parent.parent
SEARCHES = {"search", "finditer", "findall", "sub", "subn", "split"}
SHORT = {
    "bot.org.availability.absences": "reads 200 characters at most",
    "bot.org.availability.dates": "reads 200 characters at most",
    "bot.org.availability.date_phrases": "reads 200 characters at most",
    "handlers.webhooks.datadog": "reads fields of 200 characters at most",
    "bot.slack.commands.BEHIND": "is matched at one place, behind a name",
    "bot.messages.shoutouts.tokenizer.NOT_SAID": "a block of code that has no end has no other behind it",
}
"""Exemptions with reasons: modules whose input is truncated first, and patterns wrongly reported as slow."""
OF_ONE_PERSON = {"bot.db.erased_mentions": "looks for a person's id and escaped names, so each pattern is made for one"}
"""Modules that compile patterns in a function, with reasons."""


@cache
def sources() -> dict[str, str]:
    """Return the source code of all modules that may parse text from outside, by module name."""
    files = [each for folder in ("bot", "handlers") for each in (ROOT / folder).rglob("*.py")]
    return {
        ".".join(each.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): each.read_text()
        for each in files
        if "migrations" not in each.parts
    }


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module])


def trees() -> dict[str, ast.Module]:
    """Return the syntax trees of modules that may call `re`; parsing all modules would take seconds per process."""
    return {name: tree(name) for name, source in sources().items() if "re." in source and name not in OF_ONE_PERSON}


def calls_of_re(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            yield node


@cache
def compiled_patterns() -> dict[str, re.Pattern[str]]:
    """Return every compiled pattern, by module and name."""
    with_some = [name for name, tree in trees().items() if any(calls_of_re(tree))]
    values = {f"{name}.{each}": value for name in with_some for each, value in _values(name)}
    return {
        f"{name}:{index}" if index else name: each
        for name, value in values.items()
        for index, each in enumerate(_compiled(value))
    }


def _values(module: str) -> Iterator[tuple[str, Any]]:
    loaded = importlib.import_module(module)
    own = {each.id for node in trees()[module].body for each in ast.walk(node) if isinstance(each, ast.Name)}
    return iter([(name, value) for name, value in vars(loaded).items() if name in own and name.isupper()])


def _compiled(value: Any) -> list[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [pattern for each in inside for pattern in _compiled(each)]


@cache
def called_methods() -> dict[int, set[str]]:
    """Return the names of the methods called on each pattern, by the pattern's `id()`: `{id: {"findall"}}`."""
    methods: dict[int, set[str]] = defaultdict(set)
    for module, tree in trees().items():
        names = vars(importlib.import_module(module)) if module != "bot.__main__" else {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                methods[id(names.get(node.value.id))].add(node.attr)
    return methods


def is_searched(pattern: re.Pattern[str]) -> bool:
    """Return whether the pattern is searched for; if no call of it is found, assume so."""
    ways = called_methods()[id(pattern)]
    return bool(ways & SEARCHES) or not ways


@pytest.mark.parametrize("name", compiled_patterns())
def test_regular_expression_matches_in_linear_time(name: str) -> None:
    reason = next((why for each, why in SHORT.items() if name.startswith(each)), "")

    assert reason or not find_slow_parts(compiled_patterns()[name], is_searched=is_searched(compiled_patterns()[name]))


def test_every_regular_expression_is_compiled_to_a_module_constant() -> None:
    """The analysis would miss a pattern that is compiled in a function, or passed to `re` as text."""
    others = [
        f"{name}, line {call.lineno}"
        for name, tree in trees().items()
        for call in calls_of_re(tree)
        if ast.unparse(call.func) not in ("re.compile", "re.escape")
    ]
    inside = [
        f"{name}, line {call.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for call in calls_of_re(node)
    ]

    assert (others, inside) == ([], [])


def test_every_compiled_regular_expression_is_found_for_analysis() -> None:
    compiled = sum(1 for tree in trees().values() for call in calls_of_re(tree))

    assert len({id(each) for each in compiled_patterns().values()}) >= compiled


@pytest.mark.parametrize(
    ("pattern", "is_searched"),
    [
        (r"(?:a+)+b", False),
        (r"(?:\w+\s?)+:", False),
        (r"\s*%?\s*-", False),
        (r"a.*b.*c", False),
        (r"<[@#!][^>]*>", True),
        (r"<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>", True),
        (r"\s+$", True),
        (r"[a-z]+ \d", True),
        (r"\[([A-Za-z -]+)(?: on [^\]]*)?\]", False),
        (r"^[ \n]*x", True),
        (r"[.!?]++(?!\w)", True),
        (r"(?<!x)[.!?]++(?!\w)", True),
        (r"(?:x?[.!]+)+y", False),
        (r"(?:a+a+b)?c?", False),
    ],
)
def test_superlinear_regular_expressions_are_reported(pattern: str, *, is_searched: bool) -> None:
    assert find_slow_parts(re.compile(pattern, re.MULTILINE), is_searched=is_searched)


@pytest.mark.parametrize(
    "pattern",
    [
        r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>",
        r"<((?:https?|mailto):[^|<>]+)(?:\|[^<>]*)?>",
        r"[^\W_]+(?:[-:'’][^\W_]+)*",
        r"(\d{1,3})\s*(?:%\s*)?-",
        r"#([\w-]+)",
        r"\w+\s*",
        r"^\s+x",
        r"`[^`\n]+`",
        r"(?<![.!?])[.!?]++(?!\w)",
        r"[^\W_]++(?:'[^\W_]++)?",
    ],
)
def test_linear_regular_expressions_are_not_reported(pattern: str) -> None:
    assert not find_slow_parts(re.compile(pattern), is_searched=True)


@pytest.mark.parametrize("words", ["until " * 40, "next week " * 30, "a" * 201])
def test_absence_text_over_200_characters_is_not_parsed(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absences, "normalize_dates", lambda _: pytest.fail("read"))
    with pytest.raises(NoAbsence):
        absences.parse_absences(words, "UTC", datetime(2026, 11, 17, tzinfo=UTC))
