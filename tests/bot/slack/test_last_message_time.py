"""The time of the last message that a person wrote in a channel, read from its history."""

import pytest

from bot.slack.lookups import find_last_message_time
from bot.slack.post import Payload

OURS = {"ts": "50.0", "user": "UBOT", "bot_id": "B1"}
ANA = {"ts": "40.0", "user": "UANA"}


@pytest.mark.parametrize(
    ("messages", "at"),
    [
        ([], None),
        ([OURS], 50),
        ([OURS, ANA], 40),
        ([{**OURS, "reply_users": ["UANA"], "latest_reply": "60.0"}, ANA], 60),
        ([{**OURS, "reply_users": ["UBOT"], "latest_reply": "60.0"}, ANA], 40),
        ([{**OURS, "reply_users": ["UBOT", "UBEN"], "latest_reply": "60.0"}], 60),
        ([{**ANA, "reply_users": ["UBEN"], "latest_reply": "45.0"}], 45),
        ([{**ANA, "reply_users": [], "latest_reply": None}], 40),
        ([OURS, {**ANA, "subtype": "channel_join"}], 40),
    ],
)
def test_last_message_in_a_channel_can_be_a_thread_reply_but_not_a_bots_message(
    messages: list[Payload], at: float | None
) -> None:
    found = find_last_message_time(messages, excluding="UBOT")

    assert (found and found.timestamp()) == at
