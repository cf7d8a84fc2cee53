"""What rules read: tools' own words, their states and numbers, and patterns that cannot hold anybody up."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts import Alert, Signal
from bot.errors import UserError
from bot.features import rules
from bot.features.rules import Draft, Message, Rule
from bot.features.rules.patterns import LONGEST_TEXT, MOST_STEPS, compiled, must_be_useful
from tests.conftest import TUESDAY

FIRING, RESOLVED = Signal.FIRING, Signal.RESOLVED
GRAFANA = """[FIRING:1] Queue too long (Support)
**Firing**
Value: A=34, C=1
Labels:
- alertname = Queue too long
- queue = phones"""


def said(text: str, *, is_green: bool = False) -> Message:
    return Message("C1", "1.0", frozenset({"B1", "A1"}), text, TUESDAY, is_green=is_green)


def rule(way: str = "plain", pattern: str = "", queue: str = "", sender: str = "B1") -> Rule:
    return Rule("T1", 1, "C1", sender, "queuewatch", way, pattern, queue, "UMAYA", TUESDAY)


def read(text: str, by: Rule, *, is_green: bool = False) -> Alert:
    alert = rules.read(by, said(text, is_green=is_green))
    assert alert
    return alert


@pytest.mark.parametrize(
    ("way", "text", "signal", "key", "queue", "value", "threshold"),
    [
        ("plain", "FIRING phones: 30 waiting (limit 20)", FIRING, "", "phones", 30, 20),
        ("plain", "RESOLVED phones: 9 waiting (limit 20)", RESOLVED, "", "phones", 9, 20),
        ("plain", ":red_circle: alerting – Night desk: 1,204 waiting", FIRING, "", "Night desk", 1204, None),
        ("alertmanager", "[FIRING:2] QueueTooLong (prod)\nmore", FIRING, "QueueTooLong", "mail", None, None),
        ("alertmanager", "[RESOLVED] QueueTooLong | http://am/#/alerts", RESOLVED, "QueueTooLong", "mail", None, None),
        ("alertmanager", "[FIRING:1] Q\nsummary\nqueue: phones", FIRING, "Q", "phones", None, None),
        ("grafana", GRAFANA, FIRING, "Queue too long", "phones", 34, None),
        ("grafana", "[FIRING:1, RESOLVED:2] Queue too long", FIRING, "Queue too long", "mail", None, None),
        ("grafana", "[RESOLVED] Queue too long (Support)", RESOLVED, "Queue too long", "mail", None, None),
    ],
)
def test_ready_patterns_read_what_tools_write(
    way: str, text: str, signal: Signal, key: str, queue: str, value: float, threshold: float
) -> None:
    alert = read(text, rule(way, queue="mail"))

    assert (alert.signal, alert.key, alert.queue) == (signal, key, queue)
    assert (alert.value, alert.threshold, alert.source) == (value, threshold, "message")
    assert alert.title == text.partition("\n")[0]


@pytest.mark.parametrize("text", ["", "good morning", "Is queuewatch muted? It has been very quiet.", "Lunch: 12"])
def test_what_is_no_alert_is_none(text: str) -> None:
    for way in rules.READY:
        assert rules.read(rule(way), said(text)) is None


def test_a_rule_hears_its_channel_and_its_sender_alone() -> None:
    alert = said("FIRING phones: 30")

    assert rules.read(rule(), alert)
    assert rules.read(rule(sender="A1"), alert)
    assert rules.read(rule(sender="B2"), alert) is None
    assert rules.read(rule(sender=rules.PEOPLE), alert) is None
    assert rules.read(rule(), replace(alert, channel_id="C2")) is None


def test_without_a_state_the_colour_tells() -> None:
    waiting = rule(pattern=r"(?P<queue>\w+) has (?P<value>\d+)")

    assert read("phones has 30", waiting).signal is FIRING
    assert read("phones has 3", waiting, is_green=True).signal is RESOLVED


def test_an_edit_is_news_only_when_it_reads_otherwise() -> None:
    first, same = said("FIRING phones: 30"), said("FIRING phones: 30\nmore words")
    over = replace(said("RESOLVED phones: 3"), at=TUESDAY + timedelta(minutes=9))

    assert rules.news([rule()], first, None)
    assert rules.news([rule()], same, first) is None
    assert rules.news([rule()], said("FIRING phones: 50"), first)
    told = rules.news([rule()], over, first)
    assert told
    assert (told.signal, told.occurred_at) == (RESOLVED, over.at)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        (r"(?P<queue>\w+", "I cannot read that pattern: missing )."),
        (r"(?P<queue>[z-a])", "I cannot read that pattern: invalid character class range, at z-a."),
        (
            r"(?P<queue>a)(?=b)",
            "I leave out look-arounds and back-references ((?=), so that no pattern",
        ),
        (r"(?P<queue>a)\1", r"I leave out look-arounds and back-references (\1), so that no pattern can hold me up."),
        (r"(\w+)", "Name what it finds: queue, value, threshold or state"),
        (r"(?P<que>\w+)", "I know queue, value, threshold and state, and no “que”."),
        (r"(?P<queue>a)|(?P<queue>b)", "Name “queue” once only, please."),
        (r"(?P<queue>(\w{1,90}){1,90})", "That pattern is too large for me."),
        (r"(?P<queue>a{5000})", "That pattern is too large for me."),
    ],
)
def test_a_pattern_that_cannot_work_is_refused_at_its_field(pattern: str, sentence: str) -> None:
    with pytest.raises(UserError) as refused:
        must_be_useful(pattern, "pattern")

    assert refused.value.sentence.startswith(sentence)
    assert refused.value.field == "pattern"


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<queue>(a+)+)$b", r"(?P<queue>(a|aa)+)b", r"(?P<queue>(a|a)*)c", r"(?P<queue>(.*)(.*)(.*)(.*)(.*))x",
        r"(?P<queue>(a?){90}a{90})x", r"(?P<queue>((a{0,9}){0,9}))x", r"(?P<queue>[ab]{0,120}[ac]{120})x",
    ],
)  # fmt: skip
def test_what_would_backtrack_for_hours_takes_a_moment(pattern: str) -> None:
    must_be_useful(pattern, "pattern")
    text, began = said("a" * 10 * LONGEST_TEXT), time.process_time()
    assert rules.read(rule(pattern=pattern), text) is None

    assert time.process_time() - began < 0.1


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=r"ab(|)*+?{}[]\wd.^$<>P:=,0129-", max_size=60), st.text(max_size=60))
def test_any_pattern_is_kept_or_kindly_refused(typed: str, text: str) -> None:
    with suppress(UserError):
        must_be_useful(f"(?P<queue>{typed})", "pattern")
        alert = rules.read(rule(pattern=f"(?P<queue>{typed})"), said(text))
        assert alert is None or alert.source == rules.SOURCE


def test_ready_patterns_are_what_a_leader_may_type() -> None:
    for way, ready in rules.READY.items():
        must_be_useful(ready.pattern, "pattern")
        assert compiled(ready.pattern).programsize <= MOST_STEPS
        rules.must_read(Draft(way=way))
