"""The outbox relay against the sandbox, which refuses requests and delays or loses responses, as Slack does."""

import asyncio
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.clock import Clock, monotonic_seconds
from bot.db.encryption import Vault
from bot.db.sessions import connect
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace
from bot.slack.clients import Clients
from bot.slack.outbox import outbox, personal_rows, sender
from bot.slack.outbox.attempts import NotSent, Outcome, SendAttempt, Sent
from bot.slack.outbox.models import Card, Lane, Outgoing, Priority, State
from bot.slack.outbox.relay import AT_ONCE, KEY_IS_LOST, Relay
from bot.slack.post import Post
from tests.databases import KEY
from tests.harness import APP, Json, Mode, Slack, World, eventually, opened

CHANNEL = "C0HARBOURS"


def here(world: World, conversation: str = CHANNEL) -> Address:
    return Address(world.workspace.id, conversation)


async def put(world: World, words: str, *, to: str = CHANNEL, card: str | None = None, **how: Any) -> None:
    async with world.database.begin() as session:
        await outbox.put(session, Post(words, card=card), to=here(world, to), not_before=world.now, **how)


async def edit(world: World, words: str, card: str) -> None:
    async with world.database.begin() as session:
        await outbox.edit(session, Post(words, card=card), to=here(world), not_before=world.now)


async def rows(world: World) -> list[Outgoing]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Outgoing).order_by(Outgoing.id)))


async def said(slack: Slack, words: str) -> list[str]:
    return [text for text in await slack.said("harbour-support", "maya") if words in text]


async def test_payload_of_a_sent_outbox_row_is_deleted(world: World, slack: Slack) -> None:
    await put(world, "a word")
    await world.move(timedelta(seconds=5))

    (row,) = await rows(world)
    assert (row.state, row.body) == (State.SENT, None)
    assert await said(slack, "a word") == ["a word"]


async def test_messages_of_a_conversation_are_sent_in_order_and_a_second_apart(world: World, slack: Slack) -> None:
    for number in range(12):
        await put(world, f"number {number}")
    await world.move(timedelta(seconds=30))

    messages = [m for m in await slack.messages("harbour-support", "maya") if m["text"].startswith("number")]
    times = [float(message["ts"]) for message in messages]
    assert [message["text"] for message in messages] == [f"number {number}" for number in range(12)]
    assert min(later - sooner for sooner, later in pairwise(times)) >= 1.0


async def test_expired_outbox_row_is_dropped(world: World, slack: Slack) -> None:
    await put(world, "in time")
    async with world.database.begin() as session:
        soon = world.now + timedelta(milliseconds=1)
        await outbox.put(session, Post("too late"), to=here(world), not_before=world.now, expires_at=soon)
    await world.move(timedelta(seconds=5))

    assert [(row.state, row.reason) for row in await rows(world)] == [(State.SENT, None), (State.DROPPED, "expired")]
    assert not await said(slack, "too late")


async def test_lost_response_is_looked_up_in_the_history_and_not_posted_again(world: World, slack: Slack) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, after_effect=True)
    await put(world, "once, surely", card="c")
    await world.move(timedelta(minutes=2))

    assert await said(slack, "once, surely") == ["once, surely"]
    (row,) = await rows(world)
    assert (row.state, row.tries) == (State.SENT, 2)
    async with world.database.reading() as session:
        assert await session.get(Card, (world.workspace.id, "c"))


async def test_message_is_looked_up_before_it_is_posted_again(world: World, slack: Slack) -> None:
    await slack.do("faults", method="chat.postMessage", times=2, status=503)
    await put(world, "at last")
    await world.move(timedelta(minutes=5))

    assert await said(slack, "at last") == ["at last"]
    assert len(await slack.calls("conversations.history")) >= 2


async def test_message_is_posted_again_if_the_history_cannot_be_read(world: World, slack: Slack) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, after_effect=True)
    await slack.do("settings", history_off=True)
    await put(world, "perhaps twice")
    await world.move(timedelta(minutes=2))

    assert await said(slack, "perhaps twice") == ["perhaps twice"] * 2
    (row,) = await rows(world)
    assert (row.state, row.reason) == (State.SENT, "history could not be read")


async def test_possible_duplicate_is_recorded_even_if_a_retry_waits_for_working_hours(
    world: World, slack: Slack
) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, after_effect=True)
    await slack.do("settings", history_off=True)
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await outbox.put(session, Post("perhaps twice"), to=here(world), not_before=world.now, hours_of=team)
    await world.move(timedelta(minutes=2))

    assert await said(slack, "perhaps twice") == ["perhaps twice"] * 2
    (row,) = await rows(world)
    assert (row.state, row.reason) == (State.SENT, "history could not be read")


async def test_retry_after_header_is_respected_for_messages(world: World, slack: Slack) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, status=429, retry_after=20)
    before = world.now
    await put(world, "patience")
    await world.move(timedelta(minutes=1))

    (row,) = await rows(world)
    assert (row.state, row.tries) == (State.SENT, 1)
    assert row.settled_at
    assert row.settled_at - before >= timedelta(seconds=20)


async def test_rate_limited_history_lookup_does_not_block_other_conversations(world: World, slack: Slack) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, after_effect=True)
    await put(world, "looked for")
    await world.move(timedelta(seconds=5))
    await slack.do("faults", method="conversations.history", times=1, status=429, retry_after=60)
    await world.move(timedelta(seconds=40))
    await put(world, "not held up", to="U0BEN00000", priority=Priority.URGENT)
    await world.move(timedelta(seconds=5))
    assert await slack.said("bot", "ben") == ["not held up"]

    await world.move(timedelta(minutes=2))
    assert await said(slack, "looked for") == ["looked for"]
    assert {row.state for row in await rows(world)} == {State.SENT}


async def test_card_can_be_posted_in_two_conversations(world: World, slack: Slack) -> None:
    await put(world, "for the channel", card="c")
    await world.move(timedelta(seconds=3))
    await put(world, "for ben alone", to="U0BEN00000", card="c")
    await world.move(timedelta(seconds=3))

    assert await slack.said("bot", "ben") == ["for ben alone"]
    assert not await said(slack, "for ben alone")


async def test_outbox_row_dropped_while_it_is_being_sent_does_not_block_the_next_row(
    world: World, slack: Slack
) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, delay_ms=400)
    await put(world, "under way")
    await asyncio.sleep(0.2)
    async with world.database.begin() as session:
        row = (await session.scalars(select(Outgoing))).one()
        row.finish(State.DROPPED, world.now, "dropped by the operator")
    await put(world, "the next one")
    await asyncio.sleep(0.4)
    await world.move(timedelta(seconds=5))

    assert await said(slack, "the next one") == ["the next one"]


async def test_outbox_row_refused_by_slack_fails_and_does_not_block_the_next_row(world: World, slack: Slack) -> None:
    await put(world, "into the void", to="C0NOWHERE0")
    await world.move(timedelta(seconds=2))
    await slack.do("faults", method="chat.postMessage", times=1, error="invalid_blocks")
    await put(world, "badly built")
    await put(world, "well built")
    await world.move(timedelta(seconds=10))

    assert [(row.state, row.reason) for row in await rows(world)] == [
        (State.FAILED, "channel_not_found"),
        (State.FAILED, "invalid_blocks"),
        (State.SENT, None),
    ]
    assert await said(slack, "built") == ["well built"]


async def test_undecryptable_outbox_row_fails_and_does_not_block_others(world: World, slack: Slack) -> None:
    async with world.database.begin() as session:
        await outbox.put(session, Post("scrambled"), to=here(world, "U0BEN00000"), not_before=world.now)
        await session.flush()
        (await session.scalars(select(Outgoing))).one().body = b"junk"
    await put(world, "clear")
    await world.move(timedelta(seconds=5))

    assert await said(slack, "clear") == ["clear"]
    unread = (await rows(world))[0]
    assert (unread.state, unread.reason) == (State.FAILED, KEY_IS_LOST)


async def test_database_error_before_a_send_is_retried(
    world: World, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, stumbles = world.steward.clients.of, [OperationalError("SELECT", {}, Exception("gone"))]

    async def stumble(workspace_id: str) -> Any:
        if stumbles:
            raise stumbles.pop()
        return await of(workspace_id)

    monkeypatch.setattr(world.steward.clients, "of", stumble)
    await put(world, "said all the same")
    await world.move(timedelta(minutes=1))

    assert await said(slack, "said all the same") == ["said all the same"]


async def test_replica_with_an_outdated_token_still_sends_the_workspaces_messages(world: World, slack: Slack) -> None:
    client = await world.steward.clients.of(world.workspace.id)
    client.token = "xoxb-old"
    await put(world, "said with the new one")
    await world.move(timedelta(minutes=1))

    assert await said(slack, "said with the new one") == ["said with the new one"]


async def test_ephemeral_messages_reactions_and_home_tabs_reach_slack(
    tmp_path: Path, database_url: str | None, mode: Mode | None
) -> None:
    async with opened(tmp_path, database_url, manifest=_extended_manifest(APP), mode=mode) as world:
        (first, *_) = await world.slack.messages("harbour-support", "maya")
        async with world.database.begin() as session:
            await outbox.post_ephemeral(session, Post("for maya"), to=here(world), user_id="U0MAYA0000", now=world.now)
            await outbox.react(session, "wave", to=here(world), ts=first["ts"], now=world.now)
            await outbox.react(session, "tada", to=here(world), ts=first["ts"], now=world.now)
            for _ in range(2):
                await outbox.unreact(session, "tada", to=here(world), ts=first["ts"], now=world.now)
            for words in ("older", "newer"):
                await outbox.home(session, _home(words), to=here(world, "U0ANA00000"), now=world.now)
        await world.move(timedelta(seconds=10))
        reactions = (await world.slack.messages("harbour-support", "maya"))[0]["reactions"]

        assert [note["text"] for note in await world.slack.notes("maya")] == ["for maya"]
        assert "wave" in [reaction["name"] for reaction in reactions]
        assert "tada" not in [reaction["name"] for reaction in reactions]
        assert all(row.state != State.FAILED for row in await rows(world))
        assert "newer" in str(await world.slack.look("home", user="ana"))
        assert len(await world.slack.calls("views.publish")) == 1


def _extended_manifest(manifest: Json) -> Json:
    """Return the manifest with the Home tab and the scope for reactions."""
    more = deepcopy(manifest)
    more["oauth_config"]["scopes"]["bot"].append("reactions:write")
    more["features"]["app_home"] = {"home_tab_enabled": True}
    return more


def _home(words: str) -> Json:
    return {"type": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": words}}]}


async def test_messages_that_wait_while_the_token_is_revoked_are_dropped_once_it_works_again(
    world: World, slack: Slack
) -> None:
    await slack.do("faults", method="chat.postMessage", times=1, error="token_revoked")
    await put(world, "kept for later")
    await world.move(timedelta(minutes=1))
    async with world.database.reading() as session:
        parked = await session.get(Workspace, world.workspace.id)
    assert parked
    assert parked.parked == "token_revoked"
    assert not await said(slack, "kept for later")

    await world.steward.install()
    await world.move(timedelta(minutes=1))
    await put(world, "said afterwards")
    await world.move(timedelta(minutes=1))
    assert await said(slack, "kept for later") == []
    assert await said(slack, "said afterwards") == ["said afterwards"]


async def test_edit_changes_the_card_in_place(world: World, slack: Slack) -> None:
    await put(world, "draft one", card="c")
    await world.move(timedelta(seconds=2))
    await edit(world, "draft two", "c")
    await world.move(timedelta(seconds=5))

    assert await said(slack, "draft") == ["draft two"]


async def test_edit_that_slack_no_longer_allows_is_posted_once_as_a_new_message(world: World, slack: Slack) -> None:
    await put(world, "draft one", card="c")
    await world.move(timedelta(seconds=2))
    await slack.do("faults", method="chat.update", times=1, error="edit_window_closed")
    await edit(world, "draft two", "c")
    await world.move(timedelta(seconds=10))
    assert await said(slack, "draft") == ["draft one", "draft two"]

    await edit(world, "draft three", "c")
    await world.move(timedelta(seconds=10))
    assert await said(slack, "draft") == ["draft one", "draft three"]


async def test_dm_is_opened_once_and_its_id_is_stored(world: World, slack: Slack) -> None:
    opened_before = len(await slack.calls("conversations.open"))
    for words in ("first", "second"):
        await put(world, words, to="U0ANA00000")
        await world.move(timedelta(seconds=5))

    assert await slack.said("bot", "ana") == ["first", "second"]
    assert len(await slack.calls("conversations.open")) == opened_before + 1
    async with world.database.reading() as session:
        ana = await session.get(Person, (world.workspace.id, "U0ANA00000"))
    assert ana
    assert ana.dm_id == "D0ANA00000"


async def test_response_to_an_expired_response_url_is_sent_as_a_dm(world: World, slack: Slack) -> None:
    async with world.database.begin() as session:
        await outbox.respond(
            session,
            Post("your answer"),
            url=f"{slack.url}/response/none",
            to=here(world, "U0BEN00000"),
            now=world.now,
        )
    await world.move(timedelta(seconds=10))

    assert await slack.said("bot", "ben") == ["your answer"]


async def test_urgent_request_for_help_is_sent_before_a_thousand_waiting_nudges(world: World, slack: Slack) -> None:
    async with world.database.begin() as session:
        for number in range(1000):
            to = here(world, f"C0NOBODY{number % 100:02}")
            await outbox.put(session, Post("nudge"), to=to, not_before=world.now, priority=Priority.NUDGE)
            if number % 10 == 0:
                await outbox.put(session, Post("nudge"), to=here(world), not_before=world.now, priority=Priority.NUDGE)
    await asyncio.sleep(0.3)
    before = len(await slack.calls("chat.postMessage"))
    await put(world, "help now", priority=Priority.URGENT)
    await eventually(lambda: said(slack, "help now"))

    texts = [call["args"]["text"] for call in await slack.calls("chat.postMessage")]
    assert texts.index("help now") - before <= 5 * AT_ONCE
    async with world.database.reading() as session:
        waiting = await session.scalars(select(Outgoing.id).where(Outgoing.state == State.WAITING))
    assert len(waiting.all()) > 900


async def test_stopped_relay_releases_its_leases(world: World) -> None:
    await world.steward.relay.stop()

    async with world.database.reading() as session:
        held = await session.scalars(select(Lane).where(Lane.lease_until.is_not(None)))
    assert held.all() == []


async def test_relay_that_lost_its_lease_can_only_record_that_a_row_was_sent(world: World) -> None:
    relay = world.steward.relay
    async with relay.paused():
        await put(world, "once")
        (claim,) = await relay._claim(AT_ONCE)
        async with world.database.begin() as session:
            lane = await session.get_one(Lane, (world.workspace.id, CHANNEL))
            lane.lease_by = "another relay, which is sending it now"

        for outcome, state in ((NotSent("late"), State.WAITING), (Sent(CHANNEL, "1.0"), State.SENT)):
            async with world.database.begin() as session:
                await relay._mark(session, claim, {}, outcome)
            (row,) = await rows(world)
            assert (row.state, row.reason) == (state, None)
            assert bool(row.attempted_at) == (state == State.WAITING)


async def test_card_that_an_erase_renames_while_it_is_sent_is_kept_under_its_new_name(world: World) -> None:
    relay = world.steward.relay
    async with relay.paused():
        await put(world, "once", card="shoutout:1:U0ANA00000")
        (claim,) = await relay._claim(AT_ONCE)
        async with world.database.begin() as session:
            await personal_rows.rename_cards(session, here(world, "U0ANA00000"), "gone")
        async with world.database.begin() as session:
            await relay._mark(session, claim, {}, Sent(CHANNEL, "1.0"))

    async with world.database.reading() as session:
        assert (await session.scalars(select(Card.name))).all() == ["shoutout:1:gone"]


async def test_relay_does_not_post_after_its_lease_has_expired(world: World, slack: Slack) -> None:
    """The sender checks the lease's deadline immediately before it posts."""
    send = sender.send

    async def late(client: Any, attempt: SendAttempt) -> Outcome:
        return await send(client, replace(attempt, deadline=monotonic_seconds() - 1))

    with pytest.MonkeyPatch.context() as frozen:
        frozen.setattr(sender, "send", late)
        async with world.steward.relay.paused():
            await put(world, "too late")
            await world.steward.relay._start()
            await world.steward.relay._landed()

    assert await said(slack, "too late") == []
    await world.move(timedelta(minutes=2))
    assert await said(slack, "too late") == ["too late"]


async def test_reply_is_posted_in_the_cards_thread_after_the_card_is_posted(world: World, slack: Slack) -> None:
    to = here(world)
    async with world.database.begin() as session:
        post = Post("the card", card="c")
        await outbox.put(session, post, to=to, not_before=world.now, priority=Priority.RITUAL)
        await outbox.reply(session, Post("aside"), under="c", to=to, now=world.now)
        await outbox.reply(session, Post("for all"), under="c", to=to, now=world.now, aloud=True)
        await outbox.reply(session, Post("lost"), under="no card", to=to, now=world.now)
    await world.move(timedelta(seconds=10))

    said = {call["args"]["text"]: call for call in await slack.calls("chat.postMessage")}
    ts = said["the card"]["answer"]["ts"]
    assert {words: said[words]["args"].get("thread_ts") for words in ("aside", "for all")} == {
        "aside": ts,
        "for all": ts,
    }
    assert "lost" not in said
    shown = await slack.said("harbour-support", "ana")
    assert ("for all" in shown, "aside" in shown) == (True, False)


async def test_relay_stops_without_an_error_while_the_database_is_away() -> None:
    nowhere = connect("postgresql+asyncpg://me@127.0.0.1:9/steward", Path(), Vault([KEY]))
    async with aiohttp.ClientSession() as http:
        await Relay(nowhere, Clients(nowhere, "", http, None, Clock()), Clock()).stop()
    await nowhere.close()
