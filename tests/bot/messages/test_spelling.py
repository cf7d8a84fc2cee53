"""British spelling in messages that people read in Slack; codespell checks American spelling in code."""

import re
from pathlib import Path

import pytest

AMERICAN_SPELLINGS = (
    "analyz", "anymore", "apologiz", "behavior", "canceled", "canceling", "catalog(?!ue)", "center", "color",
    "favor(?!ab)", "fulfill(?!ed)", "gray", "honor", "judgment", "labor(?!at)", "organize(?!r)", "organiz(?:ing|ation)",
    "realiz", "recogniz", "traveler",
)  # fmt: skip
"""Regular expressions that match the beginnings of words with American spelling."""
FOUND = re.compile(rf"\b(?:{'|'.join(AMERICAN_SPELLINGS)})\w*", re.IGNORECASE)
GOLDEN = sorted((Path(__file__).parent / "golden").rglob("*.txt"))
CALENDAR = re.compile(r"^[A-Z-]+[;:].*$", re.MULTILINE)
"""Lines of invitation files, whose keywords RFC 5545 defines."""


@pytest.mark.parametrize("file", GOLDEN, ids=lambda each: each.stem)
def test_messages_have_british_spelling(file: Path) -> None:
    assert FOUND.findall(CALENDAR.sub("", file.read_text())) == []


@pytest.mark.parametrize("word", ["Color", "organized", "favorite", "gray"])
def test_american_spelling_is_detected(word: str) -> None:
    assert FOUND.findall(f"Your {word} day") == [word]
