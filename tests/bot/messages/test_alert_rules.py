"""Extraction of text and sender from Slack messages, in every format that monitoring tools use."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.features.alert_rules import queries
from bot.features.alert_rules.models import PEOPLE
from bot.messages.alert_rules import sources
from bot.messages.alert_rules.sources import IncomingMessage, parse_event
from bot.slack.dispatcher import Actor
from handlers import alert_rules

OWN = ("B1", "UBOT")
CLASSIC: dict[str, Any] = {"type": "message", "channel": "C1", "subtype": "bot_message", "bot_id": "B2", "ts": "10.0"}
MODERN: dict[str, Any] = {
    "type": "message", "channel": "C1", "user": "U2", "bot_id": "B2", "app_id": "A2", "ts": "10.0",
    "bot_profile": {"name": "Grafana"},
}  # fmt: skip


def hear(event: dict[str, Any]) -> IncomingMessage:
    found = parse_event(event, OWN)
    assert found
    return found


def edited(message: dict[str, Any], was: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "20.0", "event_ts": "20.0"}
    return {**event, "message": {**message, **more}, **({"previous_message": was} if was else {})}


def test_alert_parser_reads_all_text_of_a_message_once_and_in_order() -> None:
    attachment = {
        "fallback": "[FIRING:1] Long | http://am", "pretext": "before", "title": "[FIRING:1] Long", "text": "a\nb",
        "fields": [{"title": "queue", "value": "phones"}], "title_link": "http://am/#/alerts", "color": "2eb886",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "inside"}}],
    }  # fmt: skip
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Heading"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "limit &lt; 20"}, {"type": "mrkdwn", "text": "a"}]},
    ]
    message = hear({**CLASSIC, "text": "", "attachments": [attachment], "blocks": blocks, "username": "am"}).message

    assert message.text.splitlines() == [
        "[FIRING:1] Long | http://am", "before", "[FIRING:1] Long", "a", "b", "queue: phones", "inside", "Heading",
        "limit < 20",
    ]  # fmt: skip
    assert (message.is_green, message.url, message.sender_name) == (True, "http://am/#/alerts", "am")


def test_sender_of_an_alert_message_is_a_bot_with_its_app_or_a_person() -> None:
    assert hear({**CLASSIC, "text": "x"}).message.senders == {"B2"}
    assert hear({**MODERN, "text": "x"}).message.senders == {"B2", "A2"}
    assert hear({**MODERN, "text": "x"}).message.sender_name == "Grafana"
    person = {"type": "message", "channel": "C1", "user": "U3", "ts": "10.0", "text": "x"}
    assert hear(person).message.senders == {PEOPLE}


@pytest.mark.parametrize(
    "event",
    [
        {**CLASSIC, "bot_id": "B1", "text": "FIRING"},
        {**MODERN, "user": "UBOT", "text": "FIRING"},
        edited({**MODERN, "bot_id": "B1"}, {**MODERN, "bot_id": "B1"}, edited={"ts": "20.0"}),
        {**CLASSIC, "subtype": "message_deleted", "previous_message": CLASSIC},
        {**CLASSIC, "subtype": "channel_join"},
        edited({"subtype": "tombstone", "ts": "10.0", "user": "U2"}, MODERN),
        edited(CLASSIC, None, text="FIRING"),
    ],
)
def test_messages_by_steward_or_without_an_author_are_not_read_as_alerts(event: dict[str, Any]) -> None:
    assert parse_event(event, OWN) is None


def test_edited_message_is_read_with_its_old_text_and_the_time_of_the_edit() -> None:
    found = hear(edited({**CLASSIC, "text": "RESOLVED"}, {**CLASSIC, "text": "FIRING"}))

    assert found.was
    assert (found.was.text, found.message.text) == ("FIRING", "RESOLVED")
    assert (found.message.ts, found.message.at.timestamp()) == ("10.0", 20)
    assert hear(edited(CLASSIC, None, text="RESOLVED", edited={"ts": "20.0"})).was is None


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "text": lambda said: {"text": said},
    "attachment": lambda said: {"text": "", "attachments": [{"text": said, "title": said}]},
    "blocks": lambda said: {"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": said}}]},
}


@pytest.mark.parametrize("mark", ["\n", "a\n", "<http:", "<@U1|", "x", "[FIRING] "])
@pytest.mark.parametrize("where", PLACES)
def test_long_message_is_read_only_up_to_a_limit(mark: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def clean(line: str) -> str:
        read.append(line)
        return line

    monkeypatch.setattr(sources, "clean", clean)
    lengths = []
    for length in (20_000, 40_000):
        said = (mark * length)[:length]
        read.clear()
        hear({**CLASSIC, "username": "", **PLACES[where](said)})
        lengths.append(sum(map(len, read)) + len(read))

    assert lengths[0] == lengths[1] < 3 * sources.MOST_READ


def test_text_of_nested_blocks_is_read_at_any_depth() -> None:
    inside: dict[str, Any] = {"type": "rich_text", "text": "at the bottom"}
    for _ in range(5000):
        inside = {"type": "rich_text", "elements": [inside]}

    assert hear({**CLASSIC, "text": "", "blocks": [inside]}).message.text == "at the bottom"


@pytest.mark.parametrize(
    "event",
    [
        {**CLASSIC, "text": "FIRING phones: 30"},
        {**MODERN, "text": "FIRING phones: 30"},
        edited({**MODERN, "text": "FIRING phones: 30"}, {**MODERN, "text": "phones"}, edited={"ts": "20.0"}),
    ],
)
async def test_message_in_a_channel_without_an_alert_rule_is_not_read(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def of_channel(*_: Any) -> list[Any]:
        return []

    monkeypatch.setattr(queries, "list_channel_rules", of_channel)
    monkeypatch.setattr(sources, "_lines", lambda *_: pytest.fail("read"))
    sessions = SimpleNamespace(reading=nullcontext)
    context = SimpleNamespace(bot_id="B1", bot_user_id="UBOT")

    await alert_rules.receive_message(Actor("T1", ""), event, context, sessions, datetime.now(UTC))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<!here> [FIRING:1] Long", "[FIRING:1] Long"),
        ("<!subteam^S1|@support> <@U3> [FIRING:1] Long", "[FIRING:1] Long"),
        ("<@U3|ben>: FIRING phones: 30", ": FIRING phones: 30"),
        ("<http://am/#/alerts|[FIRING:1] Long>", "[FIRING:1] Long"),
        ("<http://am/#/alerts> [FIRING:1] Long", "[FIRING:1] Long"),
        ("<http://am|Alertmanager> [FIRING:1] Long", "[FIRING:1] Long"),
        (":fire: *<http://am|Open>* FIRING phones: 30", ":fire: ** FIRING phones: 30"),
        ("<http://pbx|phones>: 30 waiting", "phones: 30 waiting"),
        ("FIRING <http://pbx|phones>: 30", "FIRING phones: 30"),
        ("Ana saw <http://am|Alertmanager> [FIRING:1] Long", "Ana saw Alertmanager [FIRING:1] Long"),
        ("see <mailto:a@b.c|a@b.c> &lt;x&gt;", "see a@b.c <x>"),
        ("<#C1|general> is full", "#general is full"),
    ],
)
def test_links_are_reduced_to_their_labels_and_mentions_are_dropped(text: str, line: str) -> None:
    assert hear({**CLASSIC, "text": text}).message.text == line
