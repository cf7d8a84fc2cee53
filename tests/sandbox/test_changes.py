"""Tests of changes in a workspace: people, user groups, Do Not Disturb, channels, plan, and the app's access."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import RawApp, connected

Json = dict[str, Any]


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


async def test_joining_and_leaving_the_workspace_sends_events(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    await person.does("users", user="gina", real_name="Gina Alves", tz="Asia/Tokyo")
    joined = await app.hears()
    await person.does("users", user="gina", deleted=True)
    left = await app.hears()
    known = (await client.users_info(user=joined["user"]["id"]))["user"]

    assert [event["type"] for event in (joined, left)] == ["team_join", "user_change"]
    assert (known["tz"], known["tz_offset"], known["deleted"]) == ("Asia/Tokyo", 32400, True)
    assert (await person.does("messages", user="gina", channel="general", text="x"))["error"] == "account_inactive"


async def test_guest_is_marked_as_restricted(person: Person, client: AsyncWebClient) -> None:
    await person.does("users", user="eli", is_restricted=True)

    assert (await client.users_info(user="U0ELI00000"))["user"]["is_restricted"]


async def test_presence_can_be_set_and_read(person: Person, client: AsyncWebClient) -> None:
    before = await client.users_getPresence(user="U0ELI00000")
    await person.does("users", user="eli", presence="away")
    after = await client.users_getPresence(user="U0ELI00000")

    assert (before["presence"], after["presence"]) == ("active", "away")


async def test_do_not_disturb_hours_can_change_and_a_snooze_expires(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    await person.does("users", user="ana", dnd={"from": "18:00", "until": "09:00", "snooze": "PT1H"})
    event = await app.hears()
    snoozed = await client.dnd_info(user="U0ANA00000")
    await person.does("clock", forward="PT2H")
    awake = await client.dnd_info(user="U0ANA00000")
    everybody = await client.dnd_teamInfo(users=["U0ANA00000", "U0BEN00000"])

    assert event["type"] == "dnd_updated_user"
    assert event["dnd_status"]["dnd_enabled"]
    assert (snoozed["snooze_enabled"], awake["snooze_enabled"]) == (True, False)
    assert snoozed["next_dnd_end_ts"] - snoozed["next_dnd_start_ts"] == 15 * 3600
    assert "snooze_enabled" not in everybody["users"]["U0ANA00000"]


async def test_user_group_changes_send_events(app: RawApp, person: Person, client: AsyncWebClient) -> None:
    await person.does("usergroups", usergroup="night-shift", users=["ben", "eli"])
    updated, members = await app.hears(), await app.hears()
    await person.does("usergroups", usergroup="early-shift", users=["ana"])
    created = await app.hears()
    groups = (await client.usergroups_list(include_users=True))["usergroups"]

    assert (updated["type"], created["type"]) == ("subteam_updated", "subteam_created")
    assert (members["added_users"], members["removed_users"]) == (["U0ELI00000"], ["U0FAY00000"])
    assert [group["handle"] for group in groups] == ["night-shift", "early-shift"]


async def test_disabled_user_group_is_listed_only_on_request(person: Person, client: AsyncWebClient) -> None:
    await person.does("usergroups", usergroup="night-shift", disabled=True)

    assert (await client.usergroups_list())["usergroups"] == []
    assert len((await client.usergroups_list(include_disabled=True))["usergroups"]) == 1


async def test_channel_can_be_renamed_archived_and_unarchived(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    place = {"channel": "harbour-support"}
    await person.does("channels", **place, name="support")
    said, renamed = await app.hears(), await app.hears()
    await person.does("channels", channel="support", archived=True)
    archived = [await app.hears(), await app.hears()][1]
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel="C0HARBOURS", text="x")
    await person.does("channels", channel="support", archived=False)
    await client.chat_postMessage(channel="C0HARBOURS", text="x")

    assert (said["subtype"], renamed["type"], renamed["channel"]["name"]) == (
        "channel_name",
        "channel_rename",
        "support",
    )
    assert (archived["type"], archived["channel"]) == ("channel_archive", "C0HARBOURS")


async def test_joining_and_leaving_a_channel_sends_events(app: RawApp, person: Person) -> None:
    await person.does("channels", channel="queue-alerts", add=["grace"], remove=["eli"])
    events = [await app.hears() for _ in range(4)]

    assert [event.get("subtype") or event["type"] for event in events] == [
        "channel_join",
        "member_joined_channel",
        "channel_leave",
        "member_left_channel",
    ]
    assert (events[1]["user"], events[3]["user"]) == ("U0GRACE000", "U0ELI00000")


async def test_bot_removed_from_a_channel_gets_no_more_events_from_it(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    await person.does("channels", channel="queue-alerts", remove=["steward"])
    await app.hears()
    left = await app.hears()
    await person.does("messages", user="tom", channel="queue-alerts", text="not for you")
    await person.does("messages", user="tom", channel="harbour-support", text="for you")
    heard = await app.hears()
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_history(channel="C0QUEUEALE")

    assert left["type"] == "channel_left"
    assert heard["text"] == "for you"


async def test_classic_app_posts_as_bot_message_without_user(app: RawApp, person: Person) -> None:
    alert = {"bot_id": "queuewatch", "channel": "queue-alerts", "text": "FIRING chat: 12 waiting (limit 8)"}
    await person.does("messages", **alert)
    event = await app.hears()

    assert (event["subtype"], event["bot_id"], event["username"]) == (
        "bot_message",
        "B0QUEUEWATCH",
        "queuewatch",
    )
    assert "user" not in event


async def test_modern_app_posts_as_its_bot_user(app: RawApp, person: Person) -> None:
    said = {"bot_id": "queuewatch", "channel": "queue-alerts", "modern": True, "text": "FIRING"}
    await person.does("messages", **said)
    event = await app.hears()

    assert (event["user"], event["bot_id"], "subtype" in event) == ("U0QUEUEWATCH", "B0QUEUEWATCH", False)
    assert event["bot_profile"]["name"] == "queuewatch"


async def test_edit_of_an_alert_sends_a_message_changed_event_with_both_versions(app: RawApp, person: Person) -> None:
    place = {"bot_id": "queuewatch", "channel": "queue-alerts"}
    ts = (await person.does("messages", **place, attachments=[{"title": "[FIRING:1]"}]))["ts"]
    await app.hears()
    await person.does("messages/edit", **place, ts=ts, attachments=[{"title": "[RESOLVED]"}])
    event = await app.hears()

    assert (event["subtype"], event["message"]["text"]) == ("message_changed", "")
    assert event["message"]["attachments"][0]["title"] == "[RESOLVED]"
    assert event["previous_message"]["attachments"][0]["title"] == "[FIRING:1]"


async def test_mention_sends_a_message_and_an_app_mention_event(app: RawApp, person: Person) -> None:
    await person.does("messages", user="ana", channel="harbour-support", text="hello @steward & @night-shift")
    message, mention = await app.hears(), await app.hears()

    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["text"] == "hello <@U0STEWARD0> &amp; <!subteam^S0NIGHTSHIFT>"
    assert message["blocks"][0]["elements"][0]["elements"][1] == {"type": "user", "user_id": "U0STEWARD0"}
    assert message["client_msg_id"]


async def test_user_group_methods_require_a_paid_plan(person: Person, client: AsyncWebClient) -> None:
    await person.does("settings", free_plan=True)
    for call in (client.usergroups_list(), client.usergroups_users_list(usergroup="S0NIGHTSHIFT")):
        with pytest.raises(SlackApiError, match="plan_upgrade_required"):
            await call


async def test_uninstalled_app_gets_events_and_its_calls_are_rejected(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    await person.does("uninstall")
    told = [(await app.hears())["type"], (await app.hears())["type"]]
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()
    await person.does("settings", uninstalled=False)

    assert told == ["tokens_revoked", "app_uninstalled"]
    assert (await client.auth_test())["ok"]


async def test_call_with_a_revoked_token_is_rejected(client: AsyncWebClient) -> None:
    revoked = await client.auth_revoke()
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test()

    assert revoked["revoked"]
