"""Classify the names in a text of thanks: thanked, only mentioned, or ambiguous."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from bot.messages.shoutouts import vocabulary
from bot.messages.shoutouts.tokenizer import Token

JOINERS = frozenset(",/+|&-;\u3001\uff0c•◦▪‣·●○")
MARKS = frozenset("-(:=/|,;+&)")
LOOKAHEAD = 3
"""How many tokens after a name are examined."""


class Sense(Enum):
    """Whether a name in a text is thanked, perhaps thanked, or only mentioned."""

    THANKED = "thanked"
    PERHAPS = "perhaps"
    MENTIONED = "mentioned"


@dataclass(frozen=True)
class Run:
    """Consecutive names in a text: the indexes of their first token and of the token after their last."""

    names: tuple[str, ...]
    start: int
    end: int


def _run_from(said: Sequence[Token], start: int, last: int) -> Run:
    """Return the consecutive names on one line, before the token `last`."""
    names, end, index = [], start, start
    while index < last:
        token = said[index]
        if token.kind == "name":
            names.append(token.text)
            end = index + 1
        elif not is_joiner(token):
            break
        index += 1
    return Run(tuple(names), start, end)


def is_joiner(token: Token) -> bool:
    """Return whether a token, such as “and” or a comma, joins two names of a list."""
    return token.text in vocabulary.AND if token.kind == "word" else token.kind == "mark" and token.text in JOINERS


def classify_names(said: Sequence[Token], runs: Sequence[Run], asked: Sequence[bool]) -> list[tuple[str, Sense]]:
    """Classify each name, beginning with the first one that a phrase thanks; a question thanks nobody."""
    head = runs[0]
    if asked[head.end - 1]:
        return []
    reader = _Reader(said, head)
    found = [(name, Sense.THANKED) for name in head.names]
    sense = Sense.THANKED
    for before, run in pairwise(runs):
        sense = reader.sense(before, run, sense, is_asked=asked[run.start])
        found += zip(run.names, reader.classify_run(run, sense), strict=True)
    return found


def find_runs(said: Sequence[Token], first: int, end: int) -> Iterator[Run]:
    """Yield each run of consecutive names between token `first` and token `end`."""
    index = first
    while index < end:
        if said[index].kind == "name":
            run = _run_from(said, index, end)
            yield run
            index = run.end
        else:
            index += 1


class _Reader:
    """Classifies the names that come after the first names in a text of thanks."""

    def __init__(self, said: Sequence[Token], head: Run) -> None:
        self._said = said
        self._head_goes_on = self._what_follows(head)
        self._is_list = self._begins_line(head.start)
        """Whether each line begins with the names it thanks."""

    def sense(self, before: Run, run: Run, was: Sense, *, is_asked: bool) -> Sense:
        """Classify a run of consecutive names; `was` is the sense of the run `before` it."""
        between = self._said[before.end : run.start]
        lines = sum(token.kind == "line" for token in between)
        if not lines and all(is_joiner(token) or token.text in vocabulary.TO for token in between):
            return was
        if is_asked:
            return Sense.MENTIONED
        self._is_list &= not _has_gap(between)
        if lines and self._begins_line(run.start):
            is_stacked = was is Sense.THANKED and all(is_joiner(token) or token.kind == "line" for token in between)
            return self._in_line(run, is_stacked=is_stacked and not _has_gap(between))
        return self._in_sentence(run)

    def classify_run(self, run: Run, sense: Sense) -> list[Sense]:
        """Return the sense of each name in a run of consecutive names.

        In a run that is only mentioned, later names may be thanked if a reason follows: "helping @ana and @ben for …".
        """
        later = Sense.PERHAPS if sense is Sense.MENTIONED and self._what_follows(run) == "for" else sense
        return [sense, *(later for _ in run.names[1:])]

    def _in_line(self, run: Run, *, is_stacked: bool) -> Sense:
        goes_on = self._what_follows(run)
        if goes_on == "for" or (is_stacked and goes_on != "word"):
            return Sense.THANKED
        if self._is_list and (goes_on in (self._head_goes_on, "end") or goes_on in MARKS):
            return Sense.THANKED
        return Sense.THANKED if goes_on == self._head_goes_on and goes_on in "-(" else Sense.PERHAPS

    def _in_sentence(self, run: Run) -> Sense:
        index = self._before(run.start)
        leads = index >= 0 and self._said[index].text in vocabulary.TO and not is_joiner(self._said[index])
        token = self._said[self._before(index) if leads else index]
        if token.text in vocabulary.THANKS or token.text in vocabulary.WITH:
            return Sense.PERHAPS
        if is_joiner(token):
            return Sense.THANKED if leads or self._is_parallel(run) else Sense.PERHAPS
        if token.kind == "word" or token.kind == "name":
            return Sense.MENTIONED
        return Sense.PERHAPS

    def _is_parallel(self, run: Run) -> bool:
        goes_on = self._what_follows(run)
        return goes_on in ("for", "too") or (goes_on == self._head_goes_on and goes_on in MARKS)

    def _before(self, index: int) -> int:
        """Return the index of the token before `index`, skipping brackets, colons and equals signs."""
        index -= 1
        while index > 0 and self._said[index].text in ("(", ")", ":", "="):
            index -= 1
        return index

    def _begins_line(self, start: int) -> bool:
        index = start - 1
        while index >= 0 and self._said[index].kind == "mark":
            index -= 1
        return index < 0 or self._said[index].kind == "line"

    def _what_follows(self, run: Run) -> str:
        """Return what follows these names: `for` or `too` in any language, a punctuation mark, `word`, or `end`."""
        rest = iter(self._said[run.end : run.end + LOOKAHEAD])
        token = next((token for token in rest if token.text not in (",", ")")), None)
        if token is None or token.kind in ("end", "line"):
            return "end"
        if token.kind == "mark":
            return token.text
        return "for" if token.text in vocabulary.FOR else "too" if token.text in vocabulary.TOO else "word"


def _has_gap(between: Sequence[Token]) -> bool:
    """Return whether there is an empty line among these tokens, which ends a list of names."""
    return any(one.kind == other.kind == "line" for one, other in pairwise(between))
