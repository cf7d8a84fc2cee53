"""Parsing of Slack's user objects and Do Not Disturb data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.slack import profiles


@pytest.mark.parametrize(
    ("user", "facts"),
    [
        ({"id": "U1", "name": "ana"}, {"zone": "UTC", "is_bot": False}),
        ({"id": "USLACKBOT", "name": "slackbot"}, {"is_bot": True}),
        ({"id": "U1", "is_ultra_restricted": True}, {"is_guest": True, "name": "U1"}),
        ({"id": "U1", "team_id": "T2"}, {"is_stranger": True}),
        ({"id": "U1", "is_owner": True}, {"is_admin": True}),
        ({"id": "U1", "is_primary_owner": True, "team_id": "T1"}, {"is_admin": True}),
        ({"id": "U1", "is_admin": True, "is_stranger": True}, {"is_admin": False, "is_stranger": True}),
        ({"id": "U1", "is_admin": True, "team_id": "T2"}, {"is_admin": False, "is_stranger": True}),
        ({"id": "U1", "is_owner": True, "enterprise_user": {"teams": ["T2"]}}, {"is_admin": False}),
        ({"id": "U1", "is_admin": True, "enterprise_user": {"teams": ["T1", "T2"]}}, {"is_admin": True}),
        ({"id": "U1", "tz": "Mars/Base"}, {"zone": "UTC"}),
        ({"id": "U1", "locale": "de-DE"}, {"locale": "de-DE"}),
        ({"id": "U1", "locale": None}, {"locale": ""}),
        ({"id": "U1", "name": "asousa", "profile": {"display_name": "ana"}}, {"name": "ana"}),
        ({"id": "U1", "team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}, {"is_stranger": False}),
    ],
)
def test_slacks_user_object_is_parsed_into_the_columns_of_a_person(user: dict[str, Any], facts: dict[str, Any]) -> None:
    told = profiles.parse_user("T1", user)

    assert {name: told[name] for name in facts} == facts


def test_do_not_disturb_is_parsed_as_a_start_and_an_end_or_none() -> None:
    on = {"dnd_enabled": True, "next_dnd_start_ts": 1_800_000_000, "next_dnd_end_ts": 1_800_036_000}

    assert profiles.parse_do_not_disturb(on) == (
        datetime(2027, 1, 15, 8, tzinfo=UTC),
        datetime(2027, 1, 15, 18, tzinfo=UTC),
    )
    assert profiles.parse_do_not_disturb({**on, "dnd_enabled": False}) is None
    assert profiles.parse_do_not_disturb({"dnd_enabled": True, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}) is None
    assert profiles.parse_do_not_disturb({"dnd_enabled": True}) is None
