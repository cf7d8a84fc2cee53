"""Normalization of names as people type them: of people after an @, of queues, and of emoji."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

Found = TypeVar("Found")

APART = re.compile(r"[\s_\u2010-\u2015\u2212-]+")
"""Separators between the words of a queue's name, which people may leave out: `e-mail`, `e_mail`, `email`."""
ACCENTS = re.compile("[\u0300-\u036f]")
"""Combining accents of Latin, Greek and Cyrillic letters. Vowel signs and voicing marks of other scripts are kept."""
QUOTES = " \"'“”„«»\u2018’`*_~"
MARKS = "@#\uff20\uff03"
"""Characters that people put before a queue's name, including the full-width ones of Chinese and Japanese keyboards."""
AT = re.compile(r"(?<![\w.<])@(?=\w)")
"""The start of a name typed by hand. It matches neither email addresses nor Slack's own mentions."""
PART = re.compile(r"[^\s<>@,;:!?()\[\]{}\"“”„«»*~`|/\\+&=.'’_،、。\uff0c\uff1a\uff01\uff1f–—-]+")
"""One part of a name: a run of characters except separators and punctuation, so that any script matches."""
JOINT = re.compile(r"[-.'’_]*")
OWN = re.compile(r"['’]s(?![^\W_])", re.IGNORECASE)
"""A possessive: `@ana's`."""
MOST_PARTS = 5
MOST_NAMES = 30


def normalize_name(name: str) -> str:
    """Normalize a name for comparison: Unicode NFC, case-folded, with single spaces."""
    small = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", small).split())


def queue_name(typed: str) -> str:
    """Return a queue's name for display: one line of NFC, without a leading @ or #, quotes, or trailing punctuation.

    Only a comma, colon or semicolon counts as trailing punctuation.
    """
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    return name.lstrip(QUOTES + MARKS).rstrip(QUOTES + ":,;\uff1a")


def queue_key(typed: str) -> str:
    """Return the key by which queues are compared. Spellings that people consider the same have the same key."""
    name = normalize_name(unicodedata.normalize("NFKC", queue_name(typed)))
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", name)))
    return APART.sub("", plain.replace("\ufe0f", "")).rstrip(".!?…") or name


def find_spelling(typed: str, queues: Iterable[str]) -> str | None:
    """Return the spelling that `queues` has for a typed queue, or None if it is not among them."""
    key = queue_key(typed)
    return next((each for each in queues if queue_key(each) == key), None)


def unique_queues(queues: Iterable[str]) -> list[str]:
    """Deduplicate queues by key. Return the display name of the first spelling of each."""
    found: dict[str, str] = {}
    for name in filter(None, map(queue_name, queues)):
        found.setdefault(queue_key(name), name)
    return list(found.values())


def typed_names(text: str) -> set[str]:
    """Return what may be typed names in a text, normalized: after each @ one word, two words, and so on."""
    text = unicodedata.normalize("NFC", text)
    found = [found.end() for found in AT.finditer(text)][:MOST_NAMES]
    return {normalize_name(text[at:end]) for at in found for end in _ends(text, at)}


def typed_name(text: str, at: int, called: Mapping[str, Sequence[Found]]) -> tuple[int, Sequence[Found]]:
    """Return where the name after an @ ends, and who has that name. The longest match wins.

    If nobody matches, the name is one word and the list is empty.
    """
    ends = list(_ends(text, at))
    for end in reversed(ends):
        if people := called.get(normalize_name(text[at:end])):
            return end, people
    return next(iter(ends), at), []


def _ends(text: str, at: int) -> Iterator[int]:
    """Yield where a name that begins at `at` can end, nearest first; never inside a word such as `ana-lena`."""
    end, parts = at, 0
    while parts < MOST_PARTS and (part := PART.match(text, end)):
        end, parts = part.end(), parts + 1
        joint = JOINT.match(text, end)
        is_joined = joint and joint.end() > end and PART.match(text, joint.end())
        if not is_joined or OWN.match(text, end):
            yield end
        if not is_joined and text[end : end + 1] == ".":
            yield end + 1  # an abbreviated name, as in `Ana S.`
        end = joint.end() if joint and is_joined else end
        if not is_joined and text[end : end + 1] in (" ", "\u00a0"):
            end += 1


EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,80}")


SKIN_TONE = re.compile(r"::skin-tone-[2-6]$")


def normalize_emoji(name: str) -> str:
    """Return an emoji's name without colons and skin tone: `clap` for `:clap::skin-tone-3:`."""
    return SKIN_TONE.sub("", name.strip().strip(":").lower())
