"""What people read in Slack has British spelling; code has American, which codespell looks after."""

import re
from pathlib import Path

import pytest

AMERICAN_SPELLINGS = (
    "analyz", "apologiz", "behavior", "canceled", "canceling", "catalog(?!ue)", "center", "color", "favor(?!ab)",
    "fulfill(?!ed)", "gray", "honor", "judgment", "labor(?!at)", "organize(?!r)", "organiz(?:ing|ation)", "realiz",
    "recogniz", "traveler",
)  # fmt: skip
"""Beginnings of words, as regular expressions."""
FOUND = re.compile(rf"\b(?:{'|'.join(AMERICAN_SPELLINGS)})\w*", re.IGNORECASE)
GOLDEN = sorted((Path(__file__).parent / "golden").rglob("*.txt"))
CALENDAR = re.compile(r"^[A-Z-]+[;:].*$", re.MULTILINE)
"""Lines of invitation files, whose words RFC 5545 has chosen."""


@pytest.mark.parametrize("file", GOLDEN, ids=lambda each: each.stem)
def test_what_people_read_is_spelled_the_british_way(file: Path) -> None:
    assert FOUND.findall(CALENDAR.sub("", file.read_text())) == []


@pytest.mark.parametrize("word", ["Color", "organized", "favorite", "gray"])
def test_an_american_spelling_is_found(word: str) -> None:
    assert FOUND.findall(f"Your {word} day") == [word]
