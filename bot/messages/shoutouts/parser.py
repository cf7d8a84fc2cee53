"""Find whom a command or a message thanks: one grammar, which differs only in where the list of names begins.

A message thanks with one of the team's phrases and a list of names soon after it, unless its clause is negated, its
sentence is a question or an *if* follows. A later name is thanked too when it clearly continues the list, is only
mentioned when an ordinary word precedes it, and is ambiguous otherwise.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.features.shoutouts.models import PLAIN, Kind, Manner
from bot.messages.shoutouts import vocabulary
from bot.messages.shoutouts.classification import Run, Sense, classify_names, find_runs, is_joiner
from bot.messages.shoutouts.tokenizer import Token, strip_invisible, tokenize

LONGEST_PHRASE = 8
MOST_BETWEEN = 4
"""The most ordinary words between a phrase and the names it thanks."""
MOST_ANNOUNCED = 12
"""The most ordinary words between a phrase and the names it thanks, if a colon precedes the names."""
CLAUSE = 12
"""How many tokens before a phrase can negate it."""
CLAUSE_ENDS = frozenset(",;:()-")
CLOSE_BY = 3
QUESTION_MARKS = "?\uff1f\u061f"


@dataclass(frozen=True)
class Thanks:
    """Whom a text thanks: distinct ids of people and groups, and names typed by hand with their `@`."""

    whom: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    """Ambiguous names: thanked as well, or only mentioned."""


@dataclass(frozen=True)
class Command:
    """A parsed command: whom it thanks, and for what, as Slack sent the text."""

    thanks: Thanks
    words: str
    names: tuple[str, ...] = ()
    """Everybody whom the command names, thanked or not."""


def parse_message(text: str, phrases: Sequence[str]) -> Thanks:
    """Find whom a message thanks, in the text that Slack sent."""
    said = tokenize(strip_invisible(text))
    asked, places = _find_questions(said), list(_phrases(said, _spellings(tuple(phrases))))
    ends = [*(start for start, _, _ in places), len(said)]
    found: list[tuple[str, Sense]] = []
    for (start, after, is_loose), end in zip(places, ends[1:], strict=True):
        first = _names_start(said, after, end, is_loose=is_loose)
        if first is None or _is_taken_back(said, start):
            continue
        runs = list(find_runs(said, first, end))
        if not _is_hypothetical(said, runs[0].end):
            found += classify_names(said, runs, asked)
    return _thanks(found)


def parse_command(text: str) -> Command:
    """Find whom a command thanks: the names at its start, and later names that continue the list."""
    text = strip_invisible(text)
    said = tokenize(text)
    names = tuple(dict.fromkeys(token.text for token in said if token.kind == "name"))
    first = _names_start(said, 0, len(said), is_loose=False)
    if first is None:
        return Command(Thanks(), text, names)
    runs = list(find_runs(said, first, len(said)))
    thanks = _thanks(classify_names(said, runs, [False] * len(said)))
    is_at_head = all(token.kind != "word" or token.text in vocabulary.TO for token in said[:first])
    return Command(thanks, text[_head_end(said, runs, thanks) :] if is_at_head else text, names)


def _head_end(said: Sequence[Token], runs: Sequence[Run], thanks: Thanks) -> int:
    """Return the end of the names at the start of a text; each name may be on its own line."""
    head = runs[0]
    for run in runs[1:]:
        between = said[head.end : run.start]
        if not all(is_joiner(token) or token.kind == "line" for token in between) or run.names[0] not in thanks.whom:
            break
        head = run
    return said[head.end - 1].end


def _thanks(found: Sequence[tuple[str, Sense]]) -> Thanks:
    whom = dict.fromkeys(name for name, sense in found if sense is Sense.THANKED)
    perhaps = dict.fromkeys(name for name, sense in found if sense is Sense.PERHAPS and name not in whom)
    return Thanks(tuple(whom), tuple(perhaps))


@lru_cache(maxsize=256)
def _spellings(phrases: tuple[str, ...]) -> dict[str, bool]:
    """Map each phrase, in normalized form, to whether a preposition was removed from its end."""
    found: dict[str, bool] = {}
    for phrase in phrases:
        spelled = [token.text for token in tokenize(strip_invisible(phrase)) if token.kind == "word"]
        is_loose = len(spelled) > 1 and spelled[-1] in vocabulary.TO
        core = "".join(spelled[:-1] if is_loose else spelled)
        found |= {core: is_loose, f"{core}s": is_loose} if core else {}
    return found


def _phrases(said: Sequence[Token], spellings: dict[str, bool]) -> Iterator[tuple[int, int, bool]]:
    """Yield where each phrase of thanks begins and ends, and whether it needs a preposition before the name."""
    after = 0
    for start in range(len(said)):
        if start >= after and (end := _phrase_end(said, start, spellings)):
            after = end
            yield start, end, spellings["".join(token.text for token in said[start:end])]


def _phrase_end(said: Sequence[Token], start: int, spellings: dict[str, bool]) -> int | None:
    """Return where the longest phrase of thanks that begins at `start` ends; None if no phrase begins there."""
    spelled, end = "", None
    for index in range(start, min(start + LONGEST_PHRASE, len(said))):
        if said[index].kind != "word":
            break
        spelled += said[index].text
        end = index + 1 if spelled in spellings else end
    return end


def _asks(token: Token) -> bool:
    return any(mark in token.text for mark in QUESTION_MARKS)


def _find_questions(said: Sequence[Token]) -> list[bool]:
    """Return for each token whether its sentence is a question."""
    asked, is_question = [False] * len(said), False
    for index in range(len(said) - 1, -1, -1):
        if said[index].kind in ("end", "line"):
            is_question = _asks(said[index])
        asked[index] = is_question
    return asked


def _is_taken_back(said: Sequence[Token], start: int) -> bool:
    """Return whether the clause before a thanks phrase is negated, or begins like a question."""
    clause: list[str] = []
    for token in reversed(said[max(start - CLAUSE, 0) : start]):
        if token.kind in ("end", "line") or token.text in vocabulary.BUT or token.text in CLAUSE_ENDS:
            break
        clause.append(token.text)
    says_no = any(word in vocabulary.NOT or word.endswith("n't") for word in clause)
    return says_no or any(word in vocabulary.NO for word in clause[:CLOSE_BY]) or _begins_question(clause)


def _is_hypothetical(said: Sequence[Token], after: int) -> bool:
    """Return whether a condition ("if …") follows the names, so that the thanks are hypothetical."""
    behind = [token.text for token in said[after : after + 2] if token.text != ","]
    return bool(behind) and behind[0] in vocabulary.IF


def _begins_question(clause: Sequence[str]) -> bool:
    """Return whether a clause, given with its last word first, begins like a question."""
    return any(word.partition("'")[0] in vocabulary.ASKING for word in clause[-2:])


def _names_start(said: Sequence[Token], after: int, end: int, *, is_loose: bool) -> int | None:
    """Return where the names that a phrase thanks begin, or None if it thanks nobody."""
    between = _Between()
    for index in range(after, end):
        if said[index].kind == "name" and not (between.is_theirs or between.is_not):
            return index if between.leads_on(is_loose=is_loose) else None
        if between.stops_at(said[index]):
            return None
        between.take(said[index])
    return None


@dataclass
class _Between:
    """State of the parser between a phrase of thanks and a name."""

    others: int = 0
    """How many ordinary words have come since the phrase."""
    leads: bool = False
    """Whether a preposition precedes the name, like *to*."""
    is_theirs: bool = False
    """Whether the name is the giver's: kudos *from* @ana."""
    is_not: bool = False
    is_announced: bool = False
    """Whether a colon directly precedes the name."""

    def take(self, token: Token) -> None:
        self.is_announced = token.text == ":" or (self.is_announced and token.kind in ("line", "mark"))
        if token.text == ":" or token.text in vocabulary.BUT:
            self.is_theirs = self.is_not = False
        elif token.text in vocabulary.TO:
            self.leads, self.is_theirs = True, False
        elif token.kind == "word":
            self.others += 1
            self.is_theirs |= token.text in vocabulary.FROM
            self.is_not |= token.text in vocabulary.NOT or token.text in vocabulary.NO

    def stops_at(self, token: Token) -> bool:
        """Return whether the search for names stops at a token: a sentence begins, or the phrase is too far away."""
        if self.others > MOST_ANNOUNCED:
            return True
        return token.kind == "end" and (self.others > 0 or token.text == "." or _asks(token))

    def leads_on(self, *, is_loose: bool) -> bool:
        """Return whether a name at this point is thanked; after other words, some phrases also need a preposition."""
        is_far = self.others > (MOST_ANNOUNCED if self.is_announced else MOST_BETWEEN)
        return not is_far and (self.leads or not (is_loose and self.others))


MANNER_WORDS = re.compile(r"[\s*_~]*(private(?:ly)?|good[\s-]?call)(?![^\W_])[\s,:;*_~–—-]*", re.IGNORECASE)


EVERYBODY = {"team", "channel", "here", "everyone"}


def parse_manner(text: str) -> tuple[Manner, str]:
    """Parse `private` or `good call` at the start of a text; return how to thank, and the rest of the text."""
    manner = PLAIN
    while match := MANNER_WORDS.match(text):
        is_private = match[1].lower().startswith("private")
        manner = replace(manner, is_private=True) if is_private else replace(manner, kind=Kind.GOOD_CALL)
        text = text[match.end() :]
    return manner, text


def means_everybody(names: Sequence[str]) -> bool:
    return any(name.lower().removeprefix("@") in EVERYBODY for name in names)


def may_thank(text: str) -> bool:
    """Return whether a text can thank anybody at all; a fast check to run before parsing."""
    return "@" in text or "<!subteam^" in text
