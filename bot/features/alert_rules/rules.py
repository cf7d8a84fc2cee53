"""Parse the alerts that a message holds by a rule, and check a rule that somebody fills in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from bot.alerts import Alert, Signal, state, state_of
from bot.errors import Refusal
from bot.features.alert_rules.models import PEOPLE, AlertRule
from bot.features.alert_rules.patterns import LONGEST_PATTERN, LONGEST_TEXT, compile_pattern, must_be_useful
from bot.features.alert_rules.presets import PRESETS
from bot.refusals import alert_rules as refusals
from bot.text.normalization import queue_key, queue_name
from bot.text.numbers import parse_number

SOURCE = "message"
LONGEST_TITLE = 150
LONGEST_QUEUE = 80
LONGEST_PRESET_TEXT = 8000
"""How much of a message is looked at by a ready pattern, whose cost we know."""
MOST, MOST_PARTS = 20, 200
MARKS = " *_~`"
Said = dict[str, str]
"""What was found, by the pattern's names."""


@dataclass(frozen=True)
class Message:
    """A message as rules see it: who wrote it, and all that stands in it, a line each."""

    channel_id: str
    ts: str
    senders: frozenset[str]
    """The bot's and the app's id; `PEOPLE` for a person's."""
    text: str
    at: datetime
    """When it was written, or edited."""
    sender_name: str = ""
    is_green: bool = False
    """Its colour says that all is well."""
    url: str = ""
    author_id: str | None = None
    """The person who wrote it; None for a tool's."""


@dataclass(frozen=True)
class RuleDraft:
    """A rule as it is filled in."""

    channel_id: str = ""
    sender: str = ""
    sender_name: str = ""
    way: str = "plain"
    pattern: str = ""
    queue: str = ""


def parse_alerts(rule: AlertRule | RuleDraft, message: Message) -> list[Alert]:
    """The alerts that a message has by a rule: one a line, or those of a group; of each key and queue the first."""
    if message.channel_id != rule.channel_id or rule.sender not in message.senders:
        return []
    alerts = [_alert(rule, message, said) for said in _said(rule, message.text)]
    found: dict[tuple[str, str], Alert] = {}
    for each in alerts[:MOST]:
        found.setdefault((each.key, queue_key(each.queue)), each)
    return list(found.values())


def _said(rule: AlertRule | RuleDraft, text: str) -> list[Said]:
    if rule.pattern:
        return [_groups(found) for found in _a_line_each([rule.pattern], text[:LONGEST_TEXT])]
    ready, text = PRESETS[rule.way], text[:LONGEST_PRESET_TEXT]
    lines = _a_line_each(ready.patterns, text)
    if not ready.part or not lines:
        return [_groups(found) for found in lines]
    return _split_group(_groups(lines[0]), compile_pattern(ready.part).finditer(text, lines[0].end()))


def _a_line_each(patterns: Iterable[str], text: str) -> list[Any]:
    """What is found, in the order of the text, but nothing on a line on which something was found before."""
    matches = [found for pattern in patterns for found in islice(compile_pattern(pattern).finditer(text), MOST)]
    lines: dict[int, Any] = {}
    for found in matches:
        if found[0] or not lines:
            lines.setdefault(text.count("\n", 0, found.end() - (found[0][-1:] == "\n")), found)
    return [lines[line] for line in sorted(lines)]


def _split_group(head: Said, parts: Iterable[Any]) -> list[Said]:
    """One for each queue that is named, by what was said of it before; the head alone where none is."""
    told, so_far = [], dict(head)
    for part in islice(parts, MOST_PARTS):
        said = {name: text for name, text in _groups(part).items() if text}
        so_far |= said
        if "queue" in said:
            told.append(so_far)
            so_far = {**head, "state": so_far.get("state", "")}
    return told or [head]


def _groups(found: Any) -> Said:
    return {name: (text or "").strip() for name, text in found.groupdict().items()}


def _signal(message: Message, said: Said) -> Signal:
    if named := state_of(said.get("key", "")):
        return named.signal
    return state(said["state"]).signal if said.get("state") else _by_colour(message)


def _alert(rule: AlertRule | RuleDraft, message: Message, said: Said) -> Alert:
    return Alert(
        source=SOURCE,
        signal=_signal(message, said),
        key=said.get("key", "").strip(MARKS),
        queue=queue_name(said.get("queue") or rule.queue)[:LONGEST_QUEUE],
        title="" if rule.sender == PEOPLE else message.text.partition("\n")[0][:LONGEST_TITLE],
        value=parse_number(said.get("value", "")),
        threshold=parse_number(said.get("threshold", "")),
        url=message.url,
        occurred_at=message.at,
    )


def _by_colour(message: Message) -> Signal:
    return Signal.RESOLVED if message.is_green else Signal.FIRING


def find_news(rules: Iterable[AlertRule], message: Message, was: Message | None) -> list[Alert]:
    """What the first rule to which a message means anything reads, unless it read the same before it was edited."""
    for rule in rules:
        if alerts := parse_alerts(rule, message):
            return [] if was and _told(parse_alerts(rule, was)) == _told(alerts) else alerts
    return []


def _told(alerts: Iterable[Alert]) -> list[tuple[object, ...]]:
    return [(each.signal, each.key, each.queue, each.value, each.threshold) for each in alerts]


CHANNEL, SENDER, WAY, PATTERN, QUEUE = "channel", "sender", "way", "pattern", "queue"
"""The fields of the form that makes a rule."""


def must_be_complete(draft: RuleDraft, *, people_may: bool) -> None:
    """Whether a filled-in rule could be kept."""
    if not draft.sender:
        raise Refusal(refusals.NO_SENDER, field=SENDER)
    if draft.sender == PEOPLE and not people_may:
        raise Refusal(refusals.ONLY_TOOLS, field=SENDER)
    if len(draft.queue) > LONGEST_QUEUE:
        raise Refusal(refusals.queue_too_long(LONGEST_QUEUE), field=QUEUE)
    must_be_readable(draft)


def must_be_readable(draft: RuleDraft) -> None:
    """Whether a filled-in rule can be tried."""
    if draft.pattern:
        if len(draft.pattern) > LONGEST_PATTERN:
            raise Refusal(refusals.pattern_too_long(LONGEST_PATTERN), field=PATTERN)
        must_be_useful(draft.pattern, PATTERN)
    elif draft.way not in PRESETS:
        raise Refusal(refusals.NO_WAY, field=WAY)
