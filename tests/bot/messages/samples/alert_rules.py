"""Samples of alert rules for Slack messages: the form with and without a preview, and lists."""

from typing import Any

from bot.features.alert_rules.models import AlertRule
from bot.features.alert_rules.rules import Message, RuleDraft
from bot.messages.alert_rules import forms, lists, sources
from bot.org.channels import Channel
from tests.bot.messages.samples.people import CLOSED, MAYA, NOW, TEAM, show

CHANNELS = [Channel("T1", "CALERTS", "alerts"), Channel("T1", "CHARBOUR", "harbour-support")]
DRAFT = RuleDraft("CALERTS", "B2", "Grafana", "grafana", queue="phones")


def rule(number: int = 1, **more: Any) -> AlertRule:
    about = {"way": "grafana", "pattern": "", "queue": "phones", **more}
    made = AlertRule("T1", TEAM.id, "CALERTS", "B2", "Grafana", made_by=MAYA.id, made_at=NOW, **about)
    made.id = number
    return made


def message(text: str) -> Message:
    return Message("CALERTS", "1.0", frozenset({"B2"}), text, NOW, "Grafana")


SEEN = [message(text) for text in (
    "[FIRING:1] Queue too long\nqueue: chat & mail\nValue: A=42", "[RESOLVED] Queue too long", "Deployed <v2>",
)]  # fmt: skip
OWN = rule(2, way="", pattern="(?P<queue>phones): (?P<value>.*)", queue="")

SAMPLES = [
    show("no channel", forms.rule_form, TEAM, CHANNELS, RuleDraft()),
    show("looking", forms.rule_form, TEAM, CHANNELS, DRAFT),
    show("nothing there", forms.rule_form, TEAM, CHANNELS, DRAFT, []),
    show("read", forms.rule_form, TEAM, CHANNELS, DRAFT, SEEN),
    show("a bad pattern", forms.rule_form, TEAM, CHANNELS, RuleDraft("CALERTS", pattern="(?P<queue>"), SEEN),
    show(
        "looking failed",
        forms.rule_form,
        TEAM,
        CHANNELS,
        DRAFT,
        SEEN,
        "I'm not in that channel. Type `/invite @steward` there.",
    ),
    show("none", lists.rule_list, TEAM, [], "CHARBOUR"),
    show("two, closed", lists.rule_list, CLOSED, [rule(), OWN], "CHARBOUR"),
    show("", lists.remove_form, rule()),
    show("", lists.added_view, TEAM, rule()),
    show("closed", lists.added_view, CLOSED, rule()),
    show("", lists.removed_view, rule()),
]

NOT_SHOWN = {
    **dict.fromkeys((sources.parse_event, sources.parse_message), "reads what Slack sends"),
    forms.parse_draft: "reads a form",
}
