"""Slack's messages as rules see them, whichever way a tool writes them."""

from typing import Any

import pytest

from bot.features.rules import PEOPLE
from bot.messages.rules import Heard, heard

OWN = ("B1", "UBOT")
CLASSIC: dict[str, Any] = {"type": "message", "channel": "C1", "subtype": "bot_message", "bot_id": "B2", "ts": "10.0"}
MODERN: dict[str, Any] = {
    "type": "message", "channel": "C1", "user": "U2", "bot_id": "B2", "app_id": "A2", "ts": "10.0",
    "bot_profile": {"name": "Grafana"},
}  # fmt: skip


def hear(event: dict[str, Any]) -> Heard:
    found = heard(event, OWN)
    assert found
    return found


def edited(message: dict[str, Any], was: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "20.0", "event_ts": "20.0"}
    return {**event, "message": {**message, **more}, **({"previous_message": was} if was else {})}


def test_everything_that_stands_in_a_message_is_read_in_order_and_once() -> None:
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


def test_who_wrote_it() -> None:
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
def test_own_words_and_what_nobody_wrote_are_not_read(event: dict[str, Any]) -> None:
    assert heard(event, OWN) is None


def test_an_edit_tells_what_it_was_and_when_it_changed() -> None:
    found = hear(edited({**CLASSIC, "text": "RESOLVED"}, {**CLASSIC, "text": "FIRING"}))

    assert found.was
    assert (found.was.text, found.message.text) == ("FIRING", "RESOLVED")
    assert (found.message.ts, found.message.at.timestamp()) == ("10.0", 20)
    assert hear(edited(CLASSIC, None, text="RESOLVED", edited={"ts": "20.0"})).was is None


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
def test_links_read_as_they_look_and_whom_a_message_rings_is_no_part_of_it(text: str, line: str) -> None:
    assert hear({**CLASSIC, "text": text}).message.text == line
