"""Find the alerts in a Slack message with alert rules, and validate new rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from bot.alerts import Alert, Signal, parse_state, state_of
from bot.errors import Refusal
from bot.features.alert_rules.models import PEOPLE, AlertRule
from bot.features.alert_rules.patterns import LONGEST_PATTERN, LONGEST_TEXT, check_pattern, compile_pattern
from bot.features.alert_rules.presets import PRESETS
from bot.refusals import alert_rules as refusals
from bot.text.normalization import queue_key, queue_name
from bot.text.numbers import parse_number

SOURCE = "message"
LONGEST_TITLE = 150
LONGEST_QUEUE = 80
LONGEST_PRESET_TEXT = 8000
"""How many characters of a message a preset is matched against: more than for typed patterns, whose cost is unknown."""
MOST, MOST_PARTS = 20, 200
MARKS = " *_~`"
MatchedGroups = dict[str, str]
"""The matched text by group name."""


@dataclass(frozen=True)
class Message:
    """A Slack message as alert rules read it: the sender, and all of the text, one field per line."""

    channel_id: str
    ts: str
    senders: frozenset[str]
    """The bot id and the app id, or `PEOPLE` for a person's message."""
    text: str
    at: datetime
    """When the message was posted, or last edited."""
    sender_name: str = ""
    is_green: bool = False
    """Whether the color of its attachment means that the alert is resolved."""
    url: str = ""
    author_id: str | None = None
    """The person who posted it; None for a tool's message."""


@dataclass(frozen=True)
class RuleDraft:
    """The values entered in the form for an alert rule."""

    channel_id: str = ""
    sender: str = ""
    sender_name: str = ""
    way: str = "plain"
    pattern: str = ""
    queue: str = ""


def parse_alerts(rule: AlertRule | RuleDraft, message: Message) -> list[Alert]:
    """Parse the alerts in a message: one per line or, in a message that groups alerts, one per queue.

    Later alerts with the same key and queue are dropped.
    """
    if message.channel_id != rule.channel_id or rule.sender not in message.senders:
        return []
    alerts = [_alert(rule, message, said) for said in _said(rule, message.text)]
    found: dict[tuple[str, str], Alert] = {}
    for each in alerts[:MOST]:
        found.setdefault((each.key, queue_key(each.queue)), each)
    return list(found.values())


def _said(rule: AlertRule | RuleDraft, text: str) -> list[MatchedGroups]:
    if rule.pattern:
        return [_groups(found) for found in _first_match_per_line([rule.pattern], text[:LONGEST_TEXT])]
    ready, text = PRESETS[rule.way], text[:LONGEST_PRESET_TEXT]
    lines = _first_match_per_line(ready.patterns, text)
    if not ready.part or not lines:
        return [_groups(found) for found in lines]
    return _split_group(_groups(lines[0]), compile_pattern(ready.part).finditer(text, lines[0].end()))


def _first_match_per_line(patterns: Iterable[str], text: str) -> list[Any]:
    """Return the matches in text order, at most one per line; earlier patterns take precedence."""
    matches = [found for pattern in patterns for found in islice(compile_pattern(pattern).finditer(text), MOST)]
    lines: dict[int, Any] = {}
    for found in matches:
        if found[0] or not lines:
            lines.setdefault(text.count("\n", 0, found.end() - (found[0][-1:] == "\n")), found)
    return [lines[line] for line in sorted(lines)]


def _split_group(head: MatchedGroups, parts: Iterable[Any]) -> list[MatchedGroups]:
    """Split a group of alerts into one entry per queue, with the details that come before the queue's name.

    `head` has the details that apply to the whole group; it is the only entry if no queue is named.
    """
    told, so_far = [], dict(head)
    for part in islice(parts, MOST_PARTS):
        said = {name: text for name, text in _groups(part).items() if text}
        so_far |= said
        if "queue" in said:
            told.append(so_far)
            so_far = {**head, "state": so_far.get("state", "")}
    return told or [head]


def _groups(found: Any) -> MatchedGroups:
    return {name: (text or "").strip() for name, text in found.groupdict().items()}


def _signal(message: Message, said: MatchedGroups) -> Signal:
    if named := state_of(said.get("key", "")):
        return named.signal
    return parse_state(said["state"]).signal if said.get("state") else _by_colour(message)


def _alert(rule: AlertRule | RuleDraft, message: Message, said: MatchedGroups) -> Alert:
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


def find_new_alerts(rules: Iterable[AlertRule], message: Message, was: Message | None) -> list[Alert]:
    """Return the alerts that the first matching rule finds in a message; none if an edit did not change them."""
    for rule in rules:
        if alerts := parse_alerts(rule, message):
            return [] if was and _effects(parse_alerts(rule, was)) == _effects(alerts) else alerts
    return []


def _effects(alerts: Iterable[Alert]) -> list[tuple[object, ...]]:
    return [(each.signal, each.key, each.queue, each.value, each.threshold) for each in alerts]


CHANNEL, SENDER, WAY, PATTERN, QUEUE = "channel", "sender", "way", "pattern", "queue"
"""The field names of the rule form."""


def check_draft_complete(draft: RuleDraft, *, people_may: bool) -> None:
    """Raise `Refusal` unless the draft of an alert rule can be saved."""
    if not draft.sender:
        raise Refusal(refusals.NO_SENDER, field=SENDER)
    if draft.sender == PEOPLE and not people_may:
        raise Refusal(refusals.ONLY_TOOLS, field=SENDER)
    if len(draft.queue) > LONGEST_QUEUE:
        raise Refusal(refusals.queue_too_long(LONGEST_QUEUE), field=QUEUE)
    check_draft_previewable(draft)


def check_draft_previewable(draft: RuleDraft) -> None:
    """Raise `Refusal` unless the draft of an alert rule can be previewed."""
    if draft.pattern:
        if len(draft.pattern) > LONGEST_PATTERN:
            raise Refusal(refusals.pattern_too_long(LONGEST_PATTERN), field=PATTERN)
        check_pattern(draft.pattern, PATTERN)
    elif draft.way not in PRESETS:
        raise Refusal(refusals.NO_WAY, field=WAY)
