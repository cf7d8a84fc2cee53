"""Static analysis of regular expressions: whether matching time may grow faster than the length of the text.

A *run* is a repetition without an upper bound. Time grows at least with the square of the text length if a text can be
divided between two runs in many ways, if a run is nested in a run, or if a failed search restarts at each character of
a run. None of this matters if nothing after the run can fail, because the engine does not backtrack then.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

parser: Any = importlib.import_module("re._parser")
compiler: Any = importlib.import_module("re._compiler")
ALPHABET = [chr(code) for code in range(128)] + list(
    "éßİ²中\u00a0\u00ad\u2028\u200b\u2013\u2019\u201c\u2026\u3001\u0301🙂"
)
Seen = frozenset[str]
Parts = list["Part"]


class Part(NamedTuple):
    """A part of a pattern: a set of `letters`, a group of alternative `ways`, or a lookaround; possibly a run."""

    kind: str
    letters: Seen = frozenset()
    ways: tuple[Sequence["Part"], ...] = ()
    least: int = 1
    is_run: bool = False
    is_optional: bool = False
    """Whether the part is in an optional group, so that matching continues without it if it fails."""

    @property
    def may_fail(self) -> bool:
        return not self.is_optional and (self.kind in ("look", "behind") or self.least > 0)

    def fits(self, within: Seen) -> bool:
        """Return whether this part matches the empty text, or some text that consists of these letters only."""
        if self.least == 0 or self.kind == "look":
            return True
        if self.kind == "behind":
            return bool(within - self.letters)
        return bool(self.letters & within) or any(fit(way, within) for way in self.ways)


def fit(parts: Sequence[Part], within: Seen) -> bool:
    return all(part.fits(within) for part in parts)


def find_slow_parts(pattern: re.Pattern[str], *, is_searched: bool) -> list[str]:
    """Return the reasons why matching takes superlinear time; an empty list means linear time."""
    parts = _parts(parser.parse(pattern.pattern, pattern.flags), pattern.flags)
    return [*_shared_runs(parts), *(_restarts(parts) if is_searched else ())]


def _shared_runs(parts: Sequence[Part], after: bool = False) -> Iterator[str]:
    """Yield a reason for each pair of runs that can match the same letters, in this sequence or a nested group."""
    for way in _alternatives(parts):
        runs = [(index, part) for index, part in enumerate(way) if part.is_run and part.kind == "letters"]
        for (first, one), (second, other) in combinations(runs, 2):
            shared = one.letters & other.letters
            fails = after or any(part.may_fail for part in way[second + 1 :])
            if shared and fails and fit(way[first + 1 : second], shared):
                yield f"two runs may share {sample(shared)}"
    for index, part in enumerate(parts):
        fails = after or any(each.may_fail for each in parts[index + 1 :])
        for inner in part.ways:
            yield from _shared_runs(inner, fails or part.is_run)
            if part.is_run:
                yield from _nested_runs(inner)


def _nested_runs(inner: Sequence[Part]) -> Iterator[str]:
    """Yield a reason for each run in a repeated group whose text the next iteration could match as well."""
    for way in _alternatives(inner):
        for index, part in enumerate(way):
            if part.is_run and part.letters and fit([*way[index + 1 :], *way[:index]], part.letters):
                yield f"a run within a run holds {sample(part.letters)}"


def _restarts(parts: Sequence[Part]) -> Iterator[str]:
    """Yield a reason for each run within which a failed search restarts at every character."""
    for way in _alternatives(parts):
        for index, part in enumerate(way):
            if way[0].kind == "start":
                break
            fails = any(each.may_fail for each in way[index + 1 :])
            if part.is_run and part.kind == "letters" and fails and fit(way[:index], part.letters):
                yield f"a search begins anew within {sample(part.letters)}"


def _alternatives(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield the sequence of parts for each choice of alternatives in groups that are not repeated."""
    for index, part in enumerate(parts):
        if part.kind == "group" and not part.is_run:
            for chosen in [*part.ways, ()] if part.least == 0 else part.ways:
                inner = [each._replace(is_optional=part.is_optional or not part.least) for each in chosen]
                yield from _alternatives([*parts[:index], *inner, *parts[index + 1 :]])
            return
    yield list(parts)


def sample(letters: Seen) -> str:
    return repr("".join(sorted(letters))[:8])


def _parts(tree: Any, flags: int) -> Parts:
    return [part for op, value in tree for part in _part(tree.state, op, value, flags)]


def _part(state: Any, op: Any, value: Any, flags: int) -> Parts:
    match str(op):
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, body = value
            return [_repeated(min(least, 1), _parts(body, flags), is_run=most is parser.MAXREPEAT)]
        case "SUBPATTERN":
            _, add, remove, body = value
            return _parts(body, (flags | add) & ~remove)
        case "ATOMIC_GROUP":
            return _parts(value, flags)
        case "BRANCH":
            return [Part("group", ways=tuple(_parts(each, flags) for each in value[1]))]
        case "AT" if str(value).startswith("AT_BEGINNING"):
            is_line = str(value) == "AT_BEGINNING" and flags & re.MULTILINE
            return [Part("letters", frozenset("\n")) if is_line else Part("start")]
        case "ASSERT_NOT" if value[0] < 0 and len(one := _parts(value[1], flags)) == 1:
            return [Part("behind", one[0].letters)]
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return [Part("look")]
        case "GROUPREF":
            return [Part("letters", frozenset(ALPHABET), least=0)]
    letter = compiler.compile(parser.SubPattern(state, [(op, value)]), flags)
    return [Part("letters", frozenset(filter(letter.fullmatch, ALPHABET)))]


def _repeated(least: int, inner: Parts, *, is_run: bool) -> Part:
    if len(inner) == 1 and inner[0].kind == "letters" and not inner[0].is_run and inner[0].least:
        return Part("letters", inner[0].letters, least=least, is_run=is_run)
    return Part("group", ways=(inner,), least=least, is_run=is_run)
