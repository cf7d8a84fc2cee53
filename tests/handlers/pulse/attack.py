"""An attacker who wants to know who said what in a closed round, and how often they could be right by guessing.

The attacker is an agent of the team who can also read the database, its files, the log, the metrics and Slack, and who
has the master key. They know their own answers, and in which order their colleagues answered.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import comb, sqrt
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from bot.db.disposable_keys import DisposableKey
from bot.db.encryption import Vault
from bot.features.pulse.models import Answer
from bot.features.pulse.queries import COMMENT
from bot.features.pulse.rules import SCORES, Level, find_level

TOKEN = re.compile(rb"gAAAAA[\w-]+={0,2}")
ROW = re.compile(rb"([0-9a-f]{64}).{0,16}?(gAAAAA[\w-]+={0,2})", re.DOTALL)
FERNET_KEY = re.compile(r"[\w-]{43}=")
Scores = Sequence[int]


@dataclass(frozen=True)
class Truth:
    """What happened in a round, which the attacker wants to find out."""

    round_id: int
    members: Sequence[str]
    """The ids of the team's agents, in the order in which they joined."""
    order: Sequence[str]
    """The ids of those who answered, in that order."""
    scores: Mapping[str, Scores]
    comments: Mapping[str, str]


@dataclass
class Row:
    """A row of the database, as somebody with the master key reads it."""

    table: str
    place: tuple[int, ...]
    """The `ctid` or `rowid`."""
    transaction: int | None
    """PostgreSQL's `xmin`."""
    values: Mapping[str, Any]


@dataclass
class Evidence:
    """What the attacker has."""

    rows: Sequence[Row]
    files: bytes
    text: str
    """The log, the metrics, and everybody's messages in Slack."""
    keys: set[str] = field(default_factory=set)
    """Disposable keys that were found in the files or in a table."""


class Timed(Answer, extra="allow"):
    """An answer with whatever else was stored with it."""


@dataclass
class Finding:
    """Somebody's answer as found: a rating of a statement, or a comment, with whatever came with it."""

    answer: Answer
    row: Row | None = None
    key: str = ""


@dataclass
class Tally:
    """Hits of an attack, and the hits of an attacker who only guesses, exactly."""

    hits: int = 0
    tries: int = 0
    expected: Fraction = Fraction(0)
    variance: Fraction = Fraction(0)

    def count(self, *, is_hit: bool, chance: Fraction) -> None:
        self.hits, self.tries = self.hits + is_hit, self.tries + 1
        self.expected += chance
        self.variance += chance * (1 - chance)

    def add(self, other: "Tally") -> None:
        self.hits, self.tries = self.hits + other.hits, self.tries + other.tries
        self.expected, self.variance = self.expected + other.expected, self.variance + other.variance

    @property
    def is_better_than_guessing(self) -> bool:
        """Whether the hits are more than four standard deviations above what guessing gives."""
        return self.hits > float(self.expected) + 4 * sqrt(self.variance) + 1

    def __repr__(self) -> str:
        return f"{self.hits} of {self.tries}, by guessing {float(self.expected):.1f} ± {sqrt(self.variance):.1f}"


def attack_scores(evidence: Evidence, truth: Truth, attacker: str, levels: Sequence[str], vault: Vault) -> Tally:
    """Guess the ratings of everybody else who answered, with all that can be found."""
    tally, known = Tally(), truth.scores[attacker]
    found = _attribute(evidence, truth, attacker, vault, comments=False)
    for statement, own in enumerate(known):
        level = Level(levels[statement]) if levels else None
        guess, chance = best_guess(level, len(truth.order), own)
        for person in truth.order:
            if person != attacker:
                said = found.get((person, statement), guess)
                tally.count(is_hit=said == truth.scores[person][statement], chance=chance)
    return tally


def attack_comments(evidence: Evidence, truth: Truth, attacker: str, vault: Vault) -> Tally:
    """Guess who wrote each comment that can be read, except the attacker's own."""
    tally = Tally()
    others = [person for person in truth.order if person != attacker]
    readable = [each.answer.comment for each in _find_answers(evidence, truth, vault) if each.answer.comment]
    own = truth.comments.get(attacker)
    found = _attribute(evidence, truth, attacker, vault, comments=True)
    writer_of = {comment: person for (person, _), comment in found.items()}
    for nth, comment in enumerate(each for each in dict.fromkeys(readable) if each != own):
        guess = writer_of.get(comment, others[nth % len(others)])
        tally.count(is_hit=truth.comments.get(guess) == comment, chance=Fraction(1, len(others)))
    return tally


def best_guess(level: Level | None, answered: int, own: int) -> tuple[int, Fraction]:
    """Return the likeliest rating of one colleague, and how likely it is: given the level and one's own rating.

    The ratings of the others are independent, and each value is as likely. They count only by whether they are low
    (two values of five), in the middle (one) or high (two), so their number in each group is enough.
    """
    if level is None:
        return SCORES[0], Fraction(1, len(SCORES))
    weights = {value: _weight(level, answered - 2, [own, value]) for value in SCORES}
    guess = max(weights, key=lambda value: weights[value])
    return guess, weights[guess] / sum(weights.values())


def _weight(level: Level, others: int, known: Sequence[int]) -> Fraction:
    """Return the probability of a level if two ratings are known and `others` are not."""
    total = Fraction(0)
    for low, high in product(range(others + 1), repeat=2):
        middle = others - low - high
        if middle >= 0 and find_level([*known, *[1] * low, *[3] * middle, *[5] * high]) == level:
            ways = comb(others, low) * comb(others - low, high)
            total += ways * Fraction(2, 5) ** (low + high) * Fraction(1, 5) ** middle
    return total


def _attribute(
    evidence: Evidence, truth: Truth, attacker: str, vault: Vault, *, comments: bool
) -> dict[tuple[str, int], Any]:
    """Return whose each answer is, by the first way that is right about the attacker; nothing if no way is."""
    found = [each for each in _find_answers(evidence, truth, vault) if bool(each.answer.comment) == comments]
    for way in (_by_hash, _by_transaction, _by_time, _by_arrival, _by_seat):
        said = way(found, evidence, truth)
        own = [each.answer for person, each in said if person == attacker]
        if said and all(_is_right(answer, truth, attacker) for answer in own):
            return {
                (person, each.answer.statement or 0): each.answer.comment if comments else each.answer.score
                for person, each in said
            }
    return {}


def _is_right(answer: Answer, truth: Truth, person: str) -> bool:
    if answer.statement is None:
        return truth.comments.get(person) == answer.comment
    return truth.scores[person][answer.statement] == answer.score


Attributed = list[tuple[str, Finding]]


def _by_hash(found: Sequence[Finding], evidence: Evidence, truth: Truth) -> Attributed:
    """Compute the hash of each person with every key that was found."""
    keys = [DisposableKey("", "", key) for key in evidence.keys]
    return [
        (person, each)
        for each in found
        for key in keys
        for person in truth.order
        if each.key and each.key == key.pseudonym(person, _about(each.answer))
    ]


def _about(answer: Answer) -> str:
    return COMMENT if answer.statement is None else str(answer.statement)


def _by_transaction(found: Sequence[Finding], evidence: Evidence, truth: Truth) -> Attributed:
    """Join answers with rows of the same transaction that name one person."""
    named: dict[int | None, set[str]] = {}
    for row in evidence.rows:
        if row.transaction is not None:
            people = {person for person in truth.members if person in str(row.values)}
            named.setdefault(row.transaction, set()).update(people)
    sole = {transaction: next(iter(people)) for transaction, people in named.items() if len(people) == 1}
    said = [(sole[each.row.transaction], each) for each in found if each.row and each.row.transaction in sole]
    return said if len({person for person, _ in said}) > 1 else []


def _by_time(found: Sequence[Finding], evidence: Evidence, truth: Truth) -> Attributed:
    """Sort answers by the time that they carry, and lay them beside the order in which people answered."""
    if len({_time_of(each) for each in found}) <= 1:
        return []
    return _lay_side_by_side(sorted(found, key=_time_of), truth.order)


def _time_of(found: Finding) -> str:
    return found.answer.model_extra.get("at", "") if found.answer.model_extra else ""


def _by_arrival(found: Sequence[Finding], evidence: Evidence, truth: Truth) -> Attributed:
    """Lay answers as they are stored beside the order in which people answered."""
    return _lay_side_by_side(_as_stored(found), truth.order)


def _by_seat(found: Sequence[Finding], evidence: Evidence, truth: Truth) -> Attributed:
    """Lay answers as they are stored beside the people of the team who answered, in the order in which they joined."""
    return _lay_side_by_side(_as_stored(found), [person for person in truth.members if person in truth.order])


def _as_stored(found: Sequence[Finding]) -> list[Finding]:
    return sorted((each for each in found if each.row), key=lambda each: each.row.place if each.row else ())


def _lay_side_by_side(found: Sequence[Finding], people: Sequence[str]) -> Attributed:
    """Pair the answers to each statement with people, if there are as many."""
    said: Attributed = []
    for statement in {each.answer.statement for each in found}:
        theirs = [each for each in found if each.answer.statement == statement]
        if len(theirs) == len(people):
            said += zip(people, theirs, strict=True)
    return said


def _find_answers(evidence: Evidence, truth: Truth, vault: Vault) -> list[Finding]:
    """Return every answer to the round that can be read: in rows, and in what deleted rows have left in the files."""
    _find_keys(evidence, vault)
    rows = [row for row in evidence.rows if row.values.get("round_id") == truth.round_id]
    found = [finding for row in rows for finding in _in_row(row, evidence.keys)]
    seen = {row.values.get("key") for row in evidence.rows}
    for key, token in {(match[1].decode(), match[2]) for match in ROW.finditer(evidence.files)}:
        if key not in seen and (answer := _decrypt(token.decode(), evidence.keys)):
            found.append(Finding(answer, key=key))
    return found


def _find_keys(evidence: Evidence, vault: Vault) -> None:
    """Find disposable keys: whatever the master key decrypts to something that looks like a key."""
    for token in {*TOKEN.findall(evidence.files)}:
        with suppress(Exception):
            text = vault.decrypt(token)
            if FERNET_KEY.fullmatch(text):
                evidence.keys.add(text)
    evidence.keys.update(str(row.values["key"]) for row in evidence.rows if row.table == "disposable_keys")


def _in_row(row: Row, keys: set[str]) -> Iterator[Finding]:
    if row.table == "pulse_comments":
        yield Finding(Answer(comment=str(row.values["words"])), row)
    if "sealed" in row.values and row.table == "pulse_answers" and (answer := _decrypt(row.values["sealed"], keys)):
        yield Finding(answer, row, str(row.values["key"]))


def _decrypt(token: str, keys: set[str]) -> Answer | None:
    for key in keys:
        with suppress(InvalidToken, ValueError):
            text = Fernet(key).decrypt(token.encode()).rstrip(b"\0").decode()
            return Timed.model_validate_json(text) if "may_be_quoted" in text else None
    return None
