"""File uploads to the sandbox: any of the three steps may fail, and the file still appears exactly once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import files, outbox
from bot.slack.outbox.models import Card, Lane, Method, Outgoing, State
from bot.slack.post import Post
from sandbox.faults import BODIES
from tests.harness import Json, Slack, World

pytestmark = pytest.mark.either

CHANNEL, CARD = "C0HARBOURS", "meeting:1:U0MAYA0000"
RESERVE, UPLOAD, COMPLETE = "files.getUploadURLExternal", "upload_url", "files.completeUploadExternal"
CONTENT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n\x00\xff"


class Killed(BaseException):
    """Raised to simulate a killed process; no code of the bot catches it."""


async def put(world: World, *, to: str = CHANNEL, title: str = "One-on-one", **how: Any) -> None:
    async with world.database.begin() as session:
        await outbox.file(
            session,
            name="one-on-one.ics",
            content=CONTENT,
            title=title,
            comment="For your calendar",
            to=Address(world.workspace.id, to),
            not_before=world.now,
            **how,
        )


async def the_row(world: World) -> Outgoing:
    async with world.database.reading() as session:
        return (await session.scalars(select(Outgoing).where(Outgoing.method == Method.FILE))).one()


async def shown(slack: Slack, channel: str = "harbour-support", viewer: str = "maya") -> list[Json]:
    return [message for message in await slack.messages(channel, viewer) if message.get("files")]


async def the_team(world: World) -> Team:
    async with world.database.reading() as session:
        return (await session.scalars(select(Team).where(Team.name == "harbour-support"))).one()


async def test_uploaded_file_appears_in_a_dm_with_its_title_and_comment(world: World, slack: Slack) -> None:
    await put(world, to="U0ANA00000")
    await world.move(timedelta(seconds=10))

    (message,) = await shown(slack, "bot", "ana")
    (file,) = message["files"]
    assert (message["text"], file["title"], file["name"]) == ("For your calendar", "One-on-one", "one-on-one.ics")
    async with world.http.get(file["url_private"]) as answer:
        assert await answer.read() == CONTENT
    row = await the_row(world)
    assert (row.state, row.tries, row.body) == (State.SENT, 1, None)


async def test_waiting_file_is_encrypted_in_the_database(world: World) -> None:
    async with world.steward.relay.paused():
        await put(world, title="a private word")
        async with world.database.reading() as session:
            (body,) = (await session.execute(text("SELECT body FROM outbox"))).one()

    assert b"private" not in bytes(body)


async def test_file_with_an_idempotency_key_appears_exactly_once(world: World, slack: Slack) -> None:
    for _ in range(2):
        await put(world, key="invitation:1")
    await world.move(timedelta(seconds=10))

    assert len(await shown(slack)) == 1


@pytest.mark.parametrize("is_after", [True, False])
@pytest.mark.parametrize("step", [RESERVE, UPLOAD, COMPLETE])
async def test_connection_lost_at_any_step_of_an_upload_results_in_one_file(
    world: World, slack: Slack, step: str, is_after: bool
) -> None:
    await slack.do("faults", method=step, cut=True, after_effect=is_after)
    await put(world)
    await world.move(timedelta(minutes=5))

    assert len(await shown(slack)) == 1
    row = await the_row(world)
    assert (row.state, row.tries, row.reason) == (State.SENT, 2, None)


async def test_incomplete_upload_is_retried_without_looking_for_the_file(world: World, slack: Slack) -> None:
    await slack.do("faults", method=UPLOAD, cut=True)
    await put(world)
    await world.move(timedelta(seconds=10))

    assert len(await shown(slack)) == 1
    assert await slack.calls("files.info") == []


@pytest.mark.parametrize("body", BODIES)
async def test_file_whose_upload_got_a_malformed_response_appears_exactly_once(
    world: World, slack: Slack, body: str
) -> None:
    await slack.do("faults", method=COMPLETE, body=body, after_effect=True)
    await put(world)
    await world.move(timedelta(minutes=5))

    assert len(await shown(slack)) == 1


async def test_file_that_slack_shows_late_is_not_uploaded_again(world: World, slack: Slack) -> None:
    """Slack scans files before it shows them, and the response to the completion is lost meanwhile."""
    await slack.do("settings", late_files=True)
    await slack.do("faults", method=COMPLETE, after_effect=True)
    await put(world)
    await world.move(timedelta(minutes=10))

    assert len(await shown(slack)) == 1
    assert len(await slack.calls(COMPLETE)) == 1


@pytest.mark.parametrize("is_shared", [True, False])
async def test_process_killed_around_the_completion_of_an_upload_results_in_one_file(
    world: World, slack: Slack, monkeypatch: pytest.MonkeyPatch, is_shared: bool
) -> None:
    """The file's ID was saved, but the bot does not know whether the file appeared."""
    await killed_at(world, monkeypatch, files._share if is_shared else nothing)
    assert (await the_row(world)).file_id
    await world.move(timedelta(minutes=5))

    assert len(await shown(slack)) == 1
    assert len(await slack.calls(RESERVE)) == 1


async def nothing(*passed: Any) -> None:
    """Do not complete the upload: the process is killed before that."""


async def killed_at(world: World, patch: pytest.MonkeyPatch, share: Callable[..., Awaitable[Any]]) -> None:
    async def then_die(*passed: Any) -> None:
        await share(*passed)
        raise Killed

    relay = world.steward.relay
    with patch.context() as dying:
        dying.setattr(files, "_share", then_die)
        async with relay.paused():
            await put(world)
            await relay._start()
            await relay._landed()
            await relay.free_leases()
            async with world.database.begin() as session:
                await session.execute(update(Lane).values(lease_by=None, lease_until=None))


async def test_relay_that_lost_its_lease_saves_no_file_id(world: World, slack: Slack) -> None:
    relay = world.steward.relay
    async with relay.paused():
        await put(world)
        (claim,) = await relay._claim(1)
        async with world.database.begin() as session:
            await session.execute(update(Lane).values(lease_by="another relay"))
        with pytest.raises(TimeoutError):
            await relay._save_file_id(claim, "F0OTHER000")

    assert (await the_row(world)).file_id is None


async def test_failed_completion_of_an_upload_is_retried_without_a_new_upload(world: World, slack: Slack) -> None:
    await slack.do("faults", method=COMPLETE, error="file_update_failed")
    await put(world)
    await world.move(timedelta(minutes=5))

    assert len(await shown(slack)) == 1
    assert len(await slack.calls(RESERVE)) == 1


async def test_upload_that_slack_no_longer_knows_is_restarted(world: World, slack: Slack) -> None:
    await slack.do("faults", method=COMPLETE, error="file_not_found")
    await put(world)
    await world.move(timedelta(minutes=1))

    assert len(await shown(slack)) == 1
    assert len(await slack.calls(RESERVE)) == 2


@pytest.mark.parametrize("step", [RESERVE, UPLOAD, COMPLETE])
async def test_retry_after_header_is_respected_for_file_uploads(world: World, slack: Slack, step: str) -> None:
    await slack.do("faults", method=step, status=429, retry_after=20)
    before = world.now
    await put(world)
    await world.move(timedelta(minutes=1))

    row = await the_row(world)
    assert (row.state, row.tries) == (State.SENT, 1)
    assert row.settled_at
    assert row.settled_at - before >= timedelta(seconds=20)
    assert len(await shown(slack)) == 1


@pytest.mark.parametrize(("step", "error"), [(RESERVE, "file_uploads_disabled"), (COMPLETE, "not_in_channel")])
async def test_file_refused_by_slack_does_not_block_the_next_message(
    world: World, slack: Slack, step: str, error: str
) -> None:
    await slack.do("faults", method=step, error=error)
    await put(world, key="refused")
    await put(world, title="the next one")
    await world.move(timedelta(seconds=30))

    assert [message["files"][0]["title"] for message in await shown(slack)] == ["the next one"]
    async with world.database.reading() as session:
        row = (await session.scalars(select(Outgoing).where(Outgoing.key == "refused"))).one()
    assert (row.state, row.reason) == (State.FAILED, error)


async def test_upload_refused_by_slack_fails_without_a_retry(world: World, slack: Slack) -> None:
    await slack.do("faults", method=UPLOAD, status=413)
    await put(world)
    await world.move(timedelta(seconds=10))

    row = await the_row(world)
    assert (row.state, row.reason) == (State.FAILED, "upload_413")


async def test_file_that_waits_while_the_token_is_revoked_is_dropped_once_it_works_again(
    world: World, slack: Slack
) -> None:
    await slack.do("faults", method=COMPLETE, error="token_revoked")
    await put(world)
    await world.move(timedelta(minutes=1))
    async with world.database.reading() as session:
        workspace = await session.get_one(Workspace, world.workspace.id)
    assert workspace.parked == "token_revoked"
    assert not await shown(slack)

    await world.steward.install()
    await world.move(timedelta(minutes=1))
    assert not await shown(slack)
    row = await the_row(world)
    assert (row.state, row.reason, row.body) == (State.DROPPED, "parked", None)


async def test_file_is_uploaded_again_if_earlier_uploads_cannot_be_looked_up(world: World, slack: Slack) -> None:
    await slack.do("faults", method=COMPLETE, after_effect=True)
    await slack.do("faults", method="files.info", error="missing_scope")
    await put(world)
    await world.move(timedelta(minutes=10))

    assert len(await shown(slack)) == 2
    row = await the_row(world)
    assert (row.state, row.reason) == (State.SENT, "history could not be read")


async def test_retry_of_a_file_waits_for_working_hours(world: World, slack: Slack) -> None:
    team = await the_team(world)
    evening = world.now.replace(hour=20, minute=0)
    await world.move(evening)
    await slack.do("faults", method=COMPLETE, cut=True)
    await put(world, hours_of=team)
    await world.move(timedelta(days=1))

    (message,) = await shown(slack)
    assert evening + timedelta(hours=10) < datetime.fromtimestamp(float(message["ts"]), UTC)
    assert (await the_row(world)).state == State.SENT


async def test_expired_file_is_not_uploaded(world: World, slack: Slack) -> None:
    await put(world, expires_at=world.now)
    await world.move(timedelta(seconds=10))

    assert (await the_row(world)).reason == "expired"
    assert await shown(slack) == []


async def put_card(world: World) -> str:
    """Post a card and return its timestamp."""
    async with world.database.begin() as session:
        to = Address(world.workspace.id, CHANNEL)
        await outbox.put(session, Post("Booked", card=CARD), to=to, not_before=world.now)
    await world.move(timedelta(seconds=5))
    async with world.database.reading() as session:
        return (await session.get_one(Card, (world.workspace.id, CARD))).ts


async def replies(slack: Slack, ts: str) -> list[Json]:
    query = {"channel": CHANNEL, "as": "maya", "user": "maya", "thread_ts": ts}
    return list((await slack.look("messages", **query))["messages"][1:])


async def test_file_is_shared_in_the_thread_of_a_card(world: World, slack: Slack) -> None:
    ts = await put_card(world)
    await put(world, under=CARD)
    await world.move(timedelta(seconds=10))

    (reply,) = await replies(slack, ts)
    assert reply["files"][0]["name"] == "one-on-one.ics"
    assert await shown(slack) == []


@pytest.mark.parametrize("fault", [{"cut": True}, {"body": next(iter(BODIES))}])
async def test_file_in_a_thread_whose_response_is_lost_is_shared_exactly_once(
    world: World, slack: Slack, fault: Json
) -> None:
    ts = await put_card(world)
    await slack.do("faults", method=COMPLETE, after_effect=True, **fault)
    await put(world, under=CARD)
    await world.move(timedelta(minutes=5))

    assert len(await replies(slack, ts)) == 1
    assert len(await slack.calls(COMPLETE)) == 1
    assert len(await slack.calls("files.info")) == 1


async def test_file_whose_card_is_missing_is_shared_in_the_conversation(world: World, slack: Slack) -> None:
    await put(world, under=CARD)
    await world.move(timedelta(seconds=10))

    assert len(await shown(slack)) == 1


async def test_file_in_a_thread_with_an_idempotency_key_is_queued_once(world: World, slack: Slack) -> None:
    ts = await put_card(world)
    for _ in range(2):
        await put(world, under=CARD, key="invitation:1")
    await world.move(timedelta(seconds=10))

    assert len(await replies(slack, ts)) == 1
