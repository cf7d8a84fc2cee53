"""Tests of the code's structure: where modules are, how they are named, and how long they are."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.size import JOB, LARGE, SMALL, VAGUE, functions

ROOT = Path(__file__).parents[1]
TOPS = ("bot", "handlers", "schedules", "sandbox")
FEATURES = {
    "absences", "alert_rules", "balance", "birthdays", "breaks", "celebrations", "channels", "debriefs", "erasures",
    "escalation", "followups", "fun_tank", "hand_ups", "hard_contacts", "home", "ideas", "installations", "meetings",
    "nudges", "one_on_ones", "people", "promises", "rituals", "roadblocks", "settings", "setup", "shadowing",
    "shoutouts", "spikes", "steward", "suggestions", "tickets", "visits", "webhooks",
}  # fmt: skip
STANDARD = {
    "__init__", "__main__", "models", "rules", "queries", "settings", "nudges", "policy", "cards", "forms", "lists",
    "names", "commands", "actions", "views", "events", "listeners", "registry", "engine", "selection",
}  # fmt: skip
"""File names that every package may use, so that a newcomer guesses right what is in a file."""
NO_GERUNDS = {"shadowing", "keyring"}
LIMBS_AND_WEATHER = {"hands", "eyes", "ears", "face", "limbs", "weather", "moments", "world", "whole"}
MOST_PACKAGES, MOST_SMALL, MOST_DEFINED = 3, 24, 4
SENTENCE = re.compile(r"\w+ \w+ \w+")
FOLLOW_UPS = re.compile(r"\b(?:home\.mark_changed|outbox\.reschedule_waiting|fun_tank\.record_\w+|fun_tank\.move)\(")


def modules(*tops: str) -> Iterator[Path]:
    for top in tops:
        yield from sorted((ROOT / top).rglob("*.py"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", [each for each in modules("schedules") if each.stem != "registry"], ids=name_of)
def test_each_public_function_of_schedules_is_a_job(file: Path) -> None:
    public = [each for each in functions(file) if not each.name.startswith("_")]
    assert [each.name for each in public if JOB not in ast.unparse(each.args)] == []


def test_package_init_files_contain_only_a_docstring() -> None:
    inits = [each for each in modules(*TOPS) if each.name == "__init__.py"]
    assert [name_of(each) for each in inits if len(ast.parse(each.read_text()).body) > 1] == []


def test_nonstandard_module_name_is_used_in_at_most_three_packages() -> None:
    found = defaultdict(list)
    for file in modules("bot", "handlers", "schedules"):
        if file.stem not in FEATURES | STANDARD:
            found[file.stem].append(name_of(file.parent))
    assert {name: where for name, where in found.items() if len(where) > MOST_PACKAGES} == {}


def test_module_names_avoid_the_banned_words() -> None:
    stems = {part for file in modules(*TOPS) for part in file.relative_to(ROOT).with_suffix("").parts}
    assert {each for each in stems if each.endswith("ing")} - NO_GERUNDS == set()
    assert stems & LIMBS_AND_WEATHER == set()


def test_modules_are_neither_too_long_nor_too_short() -> None:
    ours = [each for each in modules("bot") if "migrations" not in each.parts]
    lines = {name_of(each): len(each.read_text().splitlines()) for each in ours}
    small = [name for name, count in lines.items() if count < SMALL and Path(name).stem not in ("__init__", "__main__")]
    assert [name for name, count in lines.items() if count > LARGE] == []
    assert len(small) <= MOST_SMALL, small


def test_vague_function_names_are_used_at_most_four_times() -> None:
    defined = [each.name for file in modules("bot", "handlers", "schedules") for each in functions(file)]
    assert [name for name in VAGUE if defined.count(name) > MOST_DEFINED] == []


def test_handlers_and_schedules_leave_follow_up_effects_to_workflows() -> None:
    entry_points = modules("handlers", "schedules")
    assert [name_of(each) for each in entry_points if FOLLOW_UPS.search(each.read_text())] == []


def test_sentence_of_every_refusal_is_defined_in_bot_refusals() -> None:
    assert [where for file in modules("bot", "handlers", "schedules") for where in _sentences_in_place(file)] == []


def _sentences_in_place(file: Path) -> Iterator[str]:
    """Yield where a refusal is raised with a literal sentence, which has at least three words."""
    for raised in ast.walk(ast.parse(file.read_text())):
        match raised:
            case ast.Raise(exc=ast.Call(func=ast.Name(id="Refusal" | "AnswerTooLate"), args=[said, *_])):
                if isinstance(said, ast.Constant | ast.JoinedStr) or any(map(_is_sentence, ast.walk(said))):
                    yield f"{name_of(file)}:{raised.lineno}"


def _is_sentence(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SENTENCE.search(node.value))


def test_row_locks_are_taken_in_one_module() -> None:
    locking = [
        name_of(each) for each in modules("bot", "handlers", "schedules") if "with_for_update" in each.read_text()
    ]
    assert locking == ["bot/db/locks.py"]
