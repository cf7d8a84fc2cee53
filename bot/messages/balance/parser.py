"""Parse what people type after `/balance log`: a kind of work, a length and a strategy duty, in any order."""

import difflib
import re
from collections.abc import Iterable
from typing import TypeVar

from bot.errors import Refusal
from bot.features.balance.models import Duty, Part
from bot.features.balance.rules import Block
from bot.messages.balance.overview import EXAMPLE, OTHER
from bot.refusals import balance as refusals
from bot.slack.mrkdwn import escape, shortened

LENGTH = re.compile(
    r"(?<!\S)(?:(?P<hours>\d{1,2}(?:[.,]\d{1,2})?) ?h(?:(?:ou)?rs?)?(?: ?(?P<more>\d{1,2}) ?(?:m(?:in(?:ute)?s?)?)?)?"
    r"|(?P<minutes>\d{1,4}) ?(?:m(?:in(?:ute)?s?)?)?)(?!\S)",
    re.ASCII,
)
NEAR = 0.75
SHORTEST_WORD = 3
MOST_WORDS = 12
"""How many words are looked up; looking up one word costs as much as the rest of a command."""
FILLERS = {"a", "and", "at", "for", "in", "of", "on", "the", "with"}
NAME = re.compile(r"(?:<@|@(?!(?:channel|here|everyone)\b))\S+", re.IGNORECASE)
"""A person's name, which is not stored."""
Word = TypeVar("Word", bound=str)


def parse_block(words: str) -> Block:
    """Parse a block of time to log, correcting typos; raise a `Refusal` with an example if something is unclear."""
    said = NAME.sub(" ", words).casefold().replace("self help", Duty.SELF_HELP).replace("self service", Duty.SELF_HELP)
    minutes = _minutes(said)
    rest = [word for word in LENGTH.sub(" ", said, count=1).split() if word not in FILLERS]
    for word in rest[: MOST_WORDS + 1]:
        if not nearest(word, [*Part, *Duty]):
            raise Refusal(refusals.unknown_word(word=_shown(word), example=EXAMPLE, other=OTHER))
    parts = {part for word in rest[:MOST_WORDS] if (part := nearest(word, Part))}
    duties = {duty for word in rest[:MOST_WORDS] if (duty := nearest(word, Duty))}
    if len(parts) > 1 or len(duties) > 1 or len(rest) > MOST_WORDS:
        raise Refusal(refusals.log_separately(example=EXAMPLE, other=OTHER))
    if not parts and not duties:
        raise Refusal(refusals.ask_part(other=OTHER, example=EXAMPLE))
    return Block(next(iter(parts), Part.STRATEGY), minutes, next(iter(duties), None))


def nearest(word: str, among: Iterable[Word]) -> Word | None:
    """Return the known word that a typed word matches: exactly, abbreviated, or with a typo."""
    names = {name: each for each in among for name in (str(each), getattr(each, "label", str(each)))}
    cut_off = [name for name in names if len(word) >= SHORTEST_WORD and name.startswith(word)]
    near = cut_off or difflib.get_close_matches(word, names, n=1, cutoff=NEAR)
    return names[near[0]] if near else None


def _minutes(said: str) -> int:
    found = LENGTH.search(said)
    if not found:
        raise Refusal(refusals.no_length(example=EXAMPLE, other=OTHER))
    if hours := found["hours"]:
        return round(float(hours.replace(",", ".")) * 60) + int(found["more"] or 0)
    return int(found["minutes"])


def _shown(word: str) -> str:
    return escape(shortened(word, 30))
