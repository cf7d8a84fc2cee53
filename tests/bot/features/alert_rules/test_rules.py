"""Alert rules: parsing alert messages of monitoring tools, with time limits on regular expressions."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alerts import Alert, Signal
from bot.errors import Refusal
from bot.features.alert_rules import rules
from bot.features.alert_rules.models import PEOPLE, AlertRule
from bot.features.alert_rules.patterns import LONGEST_TEXT, MOST_STEPS, check_pattern, compile_pattern
from bot.features.alert_rules.presets import PRESETS
from bot.features.alert_rules.rules import SOURCE, Message, RuleDraft
from tests.conftest import TUESDAY

FIRING, RESOLVED, INFO = Signal.FIRING, Signal.RESOLVED, Signal.INFO
GRAFANA = """[FIRING:1] Queue too long (Support)
**Firing**
Value: A=34, C=1
Labels:
- alertname = Queue too long
- queue = phones"""


def said(text: str, *, is_green: bool = False) -> Message:
    return Message("C1", "1.0", frozenset({"B1", "A1"}), text, TUESDAY, is_green=is_green)


def rule(way: str = "plain", pattern: str = "", queue: str = "", sender: str = "B1") -> AlertRule:
    return AlertRule("T1", 1, "C1", sender, "queuewatch", way, pattern, queue, "UMAYA", TUESDAY)


def parse_one(text: str, by: AlertRule, *, is_green: bool = False) -> Alert:
    (alert,) = rules.parse_alerts(by, said(text, is_green=is_green))
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
def test_presets_parse_alert_messages_of_well_known_tools(
    way: str, text: str, signal: Signal, key: str, queue: str, value: float, threshold: float
) -> None:
    alert = parse_one(text, rule(way, queue="mail"))

    assert (alert.signal, alert.key, alert.queue) == (signal, key, queue)
    assert (alert.value, alert.threshold, alert.source) == (value, threshold, "message")
    assert alert.title == text.partition("\n")[0]


@pytest.mark.parametrize("text", ["", "good morning", "Is queuewatch muted? It has been very quiet.", "Lunch: 12"])
def test_message_without_an_alert_yields_no_alerts(text: str) -> None:
    for way in PRESETS:
        assert rules.parse_alerts(rule(way), said(text)) == []


def test_alert_rule_matches_only_messages_of_its_channel_and_sender() -> None:
    alert = said("FIRING phones: 30")

    assert rules.parse_alerts(rule(), alert)
    assert rules.parse_alerts(rule(sender="A1"), alert)
    assert not rules.parse_alerts(rule(sender="B2"), alert)
    assert not rules.parse_alerts(rule(sender=PEOPLE), alert)
    assert not rules.parse_alerts(rule(), replace(alert, channel_id="C2"))


def test_color_of_a_message_decides_firing_or_resolved_if_its_text_has_no_state() -> None:
    waiting = rule(pattern=r"(?P<queue>\w+) has (?P<value>\d+)")

    assert parse_one("phones has 30", waiting).signal is FIRING
    assert parse_one("phones has 3", waiting, is_green=True).signal is RESOLVED


def test_edited_message_counts_only_if_its_alert_changed() -> None:
    first, same = said("FIRING phones: 30"), said("FIRING phones: 30\nmore words")
    over = replace(said("RESOLVED phones: 3"), at=TUESDAY + timedelta(minutes=9))

    assert rules.find_new_alerts([rule()], first, None)
    assert not rules.find_new_alerts([rule()], same, first)
    assert rules.find_new_alerts([rule()], said("FIRING phones: 50"), first)
    (told,) = rules.find_new_alerts([rule()], over, first)
    assert (told.signal, told.occurred_at) == (RESOLVED, over.at)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        (r"(?P<queue>\w+", "I can't read that pattern: missing )."),
        (r"(?P<queue>[z-a])", "I can't read that pattern: invalid character class range, at z-a."),
        (
            r"(?P<queue>a)(?=b)",
            "Look-arounds and back-references don't work here: (?=.",
        ),
        (r"(?P<queue>a)\1", r"Look-arounds and back-references don't work here: \1. Write the pattern without them."),
        (r"(\w+)", "Add at least one named group (queue, value, threshold or state)"),
        (r"(?P<que>\w+)", "“que” isn't a group I know."),
        (r"(?P<queue>a)|(?P<queue>b)", "Use the group “queue” only once."),
        (r"(?P<queue>(\w{1,90}){1,90})", "That pattern is too large."),
        (r"(?P<queue>a{5000})", "That pattern is too large."),
    ],
)
def test_unusable_pattern_is_refused_with_an_error_at_its_form_field(pattern: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_pattern(pattern, "pattern")

    assert refused.value.sentence.startswith(sentence)
    assert refused.value.field == "pattern"


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<queue>(a+)+)$b", r"(?P<queue>(a|aa)+)b", r"(?P<queue>(a|a)*)c", r"(?P<queue>(.*)(.*)(.*)(.*)(.*))x",
        r"(?P<queue>(a?){90}a{90})x", r"(?P<queue>((a{0,9}){0,9}))x", r"(?P<queue>[ab]{0,120}[ac]{120})x",
    ],
)  # fmt: skip
def test_catastrophic_backtracking_pattern_runs_in_under_100_ms(pattern: str) -> None:
    check_pattern(pattern, "pattern")
    text, began = said("a" * 10 * LONGEST_TEXT), time.process_time()
    assert not rules.parse_alerts(rule(pattern=pattern), text)

    assert time.process_time() - began < 0.1


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=r"ab(|)*+?{}[]\wd.^$<>P:=,0129-", max_size=60), st.text(max_size=60))
def test_any_typed_pattern_is_accepted_or_refused_without_other_exceptions(typed: str, text: str) -> None:
    with suppress(Refusal):
        check_pattern(f"(?P<queue>{typed})", "pattern")
        found = rules.parse_alerts(rule(pattern=f"(?P<queue>{typed})"), said(text))
        assert {each.source for each in found} <= {SOURCE}


def test_presets_pass_the_validation_of_patterns_that_people_type() -> None:
    for way, ready in PRESETS.items():
        for pattern in filter(None, (*ready.patterns, ready.part)):
            check_pattern(pattern, "pattern")
            assert compile_pattern(pattern).programsize <= MOST_STEPS
        rules.check_draft_previewable(RuleDraft(way=way))


@pytest.mark.parametrize(
    "unit", ["FIRING ", "[FIRING] ", ":a: ", "queue: a ", "Value: a=1\n", "- Firing -\n", "1 234 ", "[", "https://"]
)
@pytest.mark.parametrize("way", list(PRESETS))
def test_presets_run_in_under_100_ms_on_hostile_text(way: str, unit: str) -> None:
    text, began = said(f"[FIRING:1] x\nFIRING {unit * 40_000}"), time.process_time()
    rules.parse_alerts(rule(way), text)

    assert time.process_time() - began < 0.1


Told = list[tuple[Signal, str, float | None]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FIRING téléphone: 30", [(FIRING, "téléphone", 30)]),
        ("FIRING recepção: 30 waiting (limit 20)", [(FIRING, "recepção", 30)]),
        ("FIRING VIP phones: 30", [(FIRING, "VIP phones", 30)]),
        ("FIRING Поддержка 2-я линия: 12", [(FIRING, "Поддержка 2-я линия", 12)]),
        ("FIRING 電話: 7 waiting", [(FIRING, "電話", 7)]),
        ("FIRING फ़ोन: 7", [(FIRING, "फ़ोन", 7)]),
        ("FIRING l'accueil (Paris): 7", [(FIRING, "l'accueil (Paris)", 7)]),
        ("FIRING C++ & more/less: 7", [(FIRING, "C++ & more/less", 7)]),
        ("FIRING e-mail = 12", [(FIRING, "e-mail", 12)]),
        ("RESOLVED phones", [(RESOLVED, "phones", None)]),
        ("Resolved: VIP phones", [(RESOLVED, "VIP phones", None)]),
        ("RECOVERY recepção (after 12 min)", [(RESOLVED, "recepção", None)]),
        ("OK phones", [(RESOLVED, "phones", None)]),
        ("RESOLVED phones: all calm", [(RESOLVED, "phones", None)]),
        ("FIRING phones", [(FIRING, "phones", None)]),
        ("firing squad", []),
        ("ok thanks", []),
        ("*FIRING* *phones*: 30 waiting", [(FIRING, "phones", 30)]),
        ("_FIRING_ phones: 30", [(FIRING, "phones", 30)]),
        (":rotating_light: FIRING phones: 30", [(FIRING, "phones", 30)]),
        ("🔥 FIRING phones: 30", [(FIRING, "phones", 30)]),
        ("https://am.example.com/x FIRING phones: 30", [(FIRING, "phones", 30)]),
        ("@oncall @ana.sousa FIRING phones: 30", [(FIRING, "phones", 30)]),
        (
            "FIRING phones: 30\nFIRING chat: 12\nRESOLVED mail",
            [(FIRING, "phones", 30), (FIRING, "chat", 12), (RESOLVED, "mail", None)],
        ),
        ("FIRING phones: 30\nFIRING phones: 31", [(FIRING, "phones", 30)]),
        ("FIRING phones: 1 234 waiting (limit 1 000)", [(FIRING, "phones", 1234)]),
        ("FIRING phones: 1.5k", [(FIRING, "phones", 1500)]),
        ("FIRING phones: 95.5%", [(FIRING, "phones", 95.5)]),
        ("FIRING phones: 10:30", [(FIRING, "phones", None)]),
        ("FIRING phones: 30s", [(FIRING, "phones", None)]),
        ("FIRING phones: nobody answers", [(FIRING, "phones", None)]),
        ("firing phones: nobody answers", []),
        ("Störung phones: 30", [(INFO, "phones", 30)]),
    ],
)
def test_plain_text_preset_reads_alerts_in_any_script_markup_and_number_format(text: str, told: Told) -> None:
    assert [(each.signal, each.queue, each.value) for each in rules.parse_alerts(rule(), said(text))] == told


def test_limits_in_alerts_are_parsed_in_number_formats_that_people_write() -> None:
    assert parse_one("FIRING phones: 1 234 waiting (limit 1 000)", rule()).threshold == 1000
    assert parse_one("FIRING phones: 3,5 over 1.5k", rule()).threshold == 1500


GROUP = """[FIRING:2, RESOLVED:1] Queue too long
**Firing**

Value: A=34, C=1
Labels:
 - alertname = Queue too long
 - queue = VIP phones

Value: A=1200, C=1
Labels:
 - queue = recepção

**Resolved**

Value: A=3, C=0
Labels:
 - queue = mail"""


@pytest.mark.parametrize("before", ["", "*", ":fire: ", "🔥 ", "https://am.test ", "[prod] ", "_", "– ", "@oncall "])
@pytest.mark.parametrize(
    ("way", "text", "told"),
    [
        ("grafana", GROUP, [(FIRING, "VIP phones", 34), (FIRING, "recepção", 1200), (RESOLVED, "mail", 3)]),
        ("alertmanager", "[FIRING:2] Q\nqueue: a\nqueue: VIP chat", [(FIRING, "a", None), (FIRING, "VIP chat", None)]),
        ("alertmanager", '[FIRING:2] Q\nqueue="VIP phones", severity="x"', [(FIRING, "VIP phones", None)]),
        ("alertmanager", "[OK] Q\n• *queue:* recepção norte\n• *severity:* x", [(RESOLVED, "recepção norte", None)]),
        ("alertmanager", "[FIRING:1] Q\nqueue=VIP phones severity=page", [(FIRING, "VIP phones", None)]),
        ("alertmanager", "[FIRING:1] Q\n{queue=phones,severity=page}", [(FIRING, "phones", None)]),
        ("alertmanager", "[FIRING:1] Q\nbusyqueue: x\nQueue length: 42", [(FIRING, "fallback", None)]),
        ("alertmanager", "[RESOLVED] Q", [(RESOLVED, "fallback", None)]),
    ],
)  # fmt: skip
def test_every_queue_of_a_grouped_alert_is_read_whatever_text_precedes_the_alert(
    way: str, text: str, told: Told, before: str
) -> None:
    found = rules.parse_alerts(rule(way, queue="fallback"), said(before + text))

    assert [(each.signal, each.queue, each.value) for each in found] == told
    assert len({each.key for each in found}) == 1


@pytest.mark.parametrize("text", ["Ana silenced [FIRING:1] Q", "see [FIRING] below", "[INFO] Q", "[prod] Q"])
def test_message_that_only_mentions_an_alert_title_is_not_an_alert(text: str) -> None:
    assert rules.parse_alerts(rule("alertmanager"), said(text)) == []


@pytest.mark.parametrize(
    ("pattern", "text", "queues"),
    [
        (r"queue (?P<queue>\w+)", "queue recepção", ["recepção"]),
        (r"queue (?P<queue>[\w-]+)", "queue e-poçta x", ["e-poçta"]),
        (r"queue (?P<queue>\W+)x", "queue ---x", ["---"]),
        (r"queue (?P<queue>\W+)", "queue é", []),
        (r"queue (?P<queue>\w+)", "queue phones–30", ["phones"]),
        (r"queue (?P<queue>\w+)", "queue a\nqueue b\nqueue c queue d", ["a", "b", "c"]),
        (r"queue (?P<queue>[[:alpha:]]+)", "queue phones", ["phones"]),
        (r"queue (?P<queue>\\w)", "queue \\w", ["\\w"]),
        (r"(?P<queue>x*)", "abc", ["fallback"]),
    ],
)
def test_word_characters_in_a_custom_pattern_match_letters_of_any_script(
    pattern: str, text: str, queues: list[str]
) -> None:
    check_pattern(pattern, "pattern")

    assert [each.queue for each in rules.parse_alerts(rule(pattern=pattern, queue="fallback"), said(text))] == queues


def test_pattern_that_ends_in_a_backslash_is_refused() -> None:
    with pytest.raises(Refusal):
        check_pattern("(?P<queue>a)\\", "pattern")


@pytest.mark.parametrize("way", ["alertmanager", "grafana"])
@pytest.mark.parametrize(
    ("title", "signal"),
    [
        ("[FIRING:1] DatasourceNoData Support (P1 A)", INFO),
        ("[RESOLVED] DatasourceError", INFO),
        ("*[FIRING:1] TestAlert Grafana *", INFO),
        ("[FIRING:1] TestAlert", FIRING),
        ("[FIRING:1] No data for phones", FIRING),
    ],
)
def test_grafana_test_and_no_data_messages_open_no_spike(way: str, title: str, signal: Signal) -> None:
    assert parse_one(f"{title}\nqueue: phones", rule(way)).signal is signal
