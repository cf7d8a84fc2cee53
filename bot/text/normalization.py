"""Names as people type them, in one normal form: of people after an @, of queues, and of emoji."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

Found = TypeVar("Found")

APART = re.compile(r"[\s_\u2010-\u2015\u2212-]+")
"""What people write between the words of a queue's name, or leave out: `e-mail`, `e_mail`, `email`."""
ACCENTS = re.compile("[\u0300-\u036f]")
"""Marks on decomposed Latin, Greek and Cyrillic letters; vowel signs and voicing marks of other scripts stay."""
QUOTES = " \"'“”„«»\u2018’`*_~"
MARKS = "@#\uff20\uff03"
"""What may stand before a queue's name, also as keyboards for Chinese and Japanese write it."""
AT = re.compile(r"(?<![\w.<])@(?=\w)")
"""Where a name is typed by hand: neither in an e-mail address nor in one of Slack's own mentions."""
PART = re.compile(r"[^\s<>@,;:!?()\[\]{}\"“”„«»*~`|/\\+&=.'’_،、。\uff0c\uff1a\uff01\uff1f–—-]+")
"""A run of letters, with whatever accents and vowel signs a script sets on them."""
JOINT = re.compile(r"[-.'’_]*")
OWN = re.compile(r"['’]s(?![^\W_])", re.IGNORECASE)
"""What is somebody's: `@ana's`."""
MOST_PARTS = 5
MOST_NAMES = 30


def normalize_name(name: str) -> str:
    """Two spellings of one name become the same: Unicode NFC, without regard to capitals and spaces."""
    small = unicodedata.normalize("NFC", name).casefold()
    return " ".join(unicodedata.normalize("NFC", small).split())


def queue_name(typed: str) -> str:
    """A queue as it is shown: one line of NFC, without an @ or # before it, quotes around it or a colon behind it."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    return name.lstrip(QUOTES + MARKS).rstrip(QUOTES + ":,;\uff1a")


def queue_key(typed: str) -> str:
    """The form by which queues are compared: two spellings that people take for one queue have the same."""
    name = normalize_name(unicodedata.normalize("NFKC", queue_name(typed)))
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", name)))
    return APART.sub("", plain.replace("\ufe0f", "")).rstrip(".!?…") or name


def find_spelling(typed: str, queues: Iterable[str]) -> str | None:
    """How one of these queues is written, whatever spelling of it was typed."""
    key = queue_key(typed)
    return next((each for each in queues if queue_key(each) == key), None)


def unique_queues(queues: Iterable[str]) -> list[str]:
    """Queues as they are shown, each once, however often and in whatever spellings it was typed."""
    found: dict[str, str] = {}
    for name in filter(None, map(queue_name, queues)):
        found.setdefault(queue_key(name), name)
    return list(found.values())


def typed_names(text: str) -> set[str]:
    """What the names typed by hand in a text may be, folded: each from its @ to the end of each of its next words."""
    text = unicodedata.normalize("NFC", text)
    found = [found.end() for found in AT.finditer(text)][:MOST_NAMES]
    return {normalize_name(text[at:end]) for at in found for end in _ends(text, at)}


def typed_name(text: str, at: int, called: Mapping[str, Sequence[Found]]) -> tuple[int, Sequence[Found]]:
    """Where the name behind an @ ends, and who is called so: the longest that anybody has, else one word."""
    ends = list(_ends(text, at))
    for end in reversed(ends):
        if people := called.get(normalize_name(text[at:end])):
            return end, people
    return next(iter(ends), at), []


def _ends(text: str, at: int) -> Iterator[int]:
    """Where a name that begins there may end, nearest first; never inside of a word such as `ana-lena`."""
    end, parts = at, 0
    while parts < MOST_PARTS and (part := PART.match(text, end)):
        end, parts = part.end(), parts + 1
        joint = JOINT.match(text, end)
        is_joined = joint and joint.end() > end and PART.match(text, joint.end())
        if not is_joined or OWN.match(text, end):
            yield end
        if not is_joined and text[end : end + 1] == ".":
            yield end + 1  # like `Ana S.`
        end = joint.end() if joint and is_joined else end
        if not is_joined and text[end : end + 1] in (" ", "\u00a0"):
            end += 1


EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,80}")


SKIN_TONE = re.compile(r"::skin-tone-[2-6]$")


def normalize_emoji(name: str) -> str:
    """Return a name without colons and skin tone: `clap` for `:clap::skin-tone-3:`."""
    return SKIN_TONE.sub("", name.strip().strip(":").lower())
