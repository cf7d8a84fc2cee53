"""Tests of ticket watches: a leader is told how a watched ticket changes, and nobody is told about other tickets."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Ticket
from bot.db import personal_data
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features import webhooks
from bot.features.tickets.watches import PERIOD, TicketWatch
from bot.features.webhooks import Sender, Webhook
from bot.messages import tickets as messages
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.refusals import common as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Card, Method, Outgoing, State
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import members, ticket_watches
from bot.workflows import webhooks as webhooks_workflows
from tests.conftest import TUESDAY

MAYA = Actor("T1", "UMAYA")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TICKET = "https://acme.zendesk.com/agent/tickets/4711"


async def connect(session: AsyncSession, team: Team, sender: Sender = Sender.ZENDESK, *, secret: bytes = b"x") -> int:
    """Connect a tool to a team; return the id of its webhook."""
    hook = Webhook(team.workspace_id, team.id, sender, f"{sender} {team.id}", "phones", "UMAYA", TUESDAY)
    hook.secret = secret or None
    session.add(hook)
    await session.flush()
    return hook.id


async def watch(session: AsyncSession, team: Team, *, ticket: str = TICKET, now: datetime = TUESDAY) -> TicketWatch:
    """Have maya watch a ticket, and send the confirmation."""
    await ticket_watches.start_watch(session, team, Actor(team.workspace_id, "UMAYA"), ticket, now=now)
    (found,) = await rows(session, team)
    await send_all(session, now)
    return found


async def rows(session: AsyncSession, team: Team) -> list[TicketWatch]:
    return [*await session.scalars(select(TicketWatch).where(TicketWatch.team_id == team.id))]


async def report(session: AsyncSession, team: Team, number: str, status: str, now: datetime, **more: Any) -> None:
    """Have the connected tool report a move, as the receiver of webhooks hands it on."""
    hook = (await session.scalars(select(Webhook).where(Webhook.team_id == team.id))).one()
    ticket = Ticket("phones", number, more.pop("came", None), now, status, **more)
    await webhooks_workflows.accept_events(session, team, hook, [ticket], now)
    await session.flush()


async def waiting(session: AsyncSession) -> list[Outgoing]:
    """Return the messages that wait, oldest first."""
    waits = select(Outgoing).where(Outgoing.state == State.WAITING).order_by(Outgoing.id)
    return [*await session.scalars(waits, execution_options={"populate_existing": True})]


async def said(session: AsyncSession) -> list[tuple[str, str]]:
    """Return the method and the text of each waiting message."""
    vault = session.info["vault"]
    return [(row.method, str(decrypt_payload(row, vault).get("text", ""))) for row in await waiting(session)]


async def send_all(session: AsyncSession, now: datetime) -> None:
    """Mark all waiting messages as sent, as the relay does."""
    for row in await waiting(session):
        if row.method == Method.POST and row.card:
            await session.merge(Card(row.workspace_id, row.card, "D1", "1.0"))
        if row.method == Method.DELETE:
            await session.delete(await session.get_one(Card, (row.workspace_id, row.card)))
        row.finish(State.SENT, now)
    await session.flush()


async def test_leader_is_told_the_new_state_of_a_watched_ticket_within_working_hours(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    this = await watch(session, team)
    await report(session, team, "4711", "Pending", TUESDAY + DAY, url="https://acme.zendesk.com/agent/tickets/4711")

    deleted, posted = await waiting(session)
    assert [deleted.method, posted.method] == [Method.DELETE, Method.POST]
    assert deleted.conversation == posted.conversation == "UMAYA"
    assert deleted.card == posted.card == this.details.card
    assert (posted.team_id, posted.expires_at) == (team.id, this.ends_at)
    text = (await said(session))[1][1]
    assert "4711" in text
    assert "pending" in text
    assert "https://acme.zendesk.com/agent/tickets/4711" in text


@pytest.mark.parametrize(("came", "state"), [(True, "open"), (False, "closed")])
async def test_leader_is_told_whether_a_ticket_is_open_if_the_tool_sends_no_status(
    session: AsyncSession, team: Team, came: bool, state: str
) -> None:
    await connect(session, team)
    await watch(session, team)
    await report(session, team, "4711", "", TUESDAY, came=came)

    assert state in (await said(session))[-1][1]


async def test_no_leader_gets_a_message_about_a_ticket_that_nobody_watches(session: AsyncSession, team: Team) -> None:
    await connect(session, team)
    await watch(session, team)
    for number in ("4712", "47110", "471", "INC-4711", ""):
        await report(session, team, number, "Pending", TUESDAY)

    assert await said(session) == []


async def elsewhere(session: AsyncSession) -> Team:
    """Add a team in another workspace, which somebody with maya's id leads."""
    workspace = Workspace("T2", "Quay", "UBOT", "B1")
    session.add(workspace)
    await session.flush()
    session.add(Person("T2", "UMAYA", "maya", "Europe/Lisbon"))
    await session.flush()
    return await membership.create_team(
        session, workspace, channel_id="C9", name="quay", zone="UTC", leaders=["UMAYA"], agents=[], now=TUESDAY
    )


async def test_ticket_with_the_same_number_in_another_workspace_is_another_one(
    session: AsyncSession, team: Team
) -> None:
    other = await elsewhere(session)
    for each in (team, other):
        await connect(session, each)
    first = await watch(session, team)
    await report(session, other, "4711", "Pending", TUESDAY)
    assert await said(session) == []

    second = await watch(session, other)
    await report(session, other, "4711", "Solved", TUESDAY)
    assert [row.workspace_id for row in await waiting(session)] == ["T2", "T2"]
    with pytest.raises(Refusal):
        await ticket_watches.stop_watch(session, MAYA, second.id, now=TUESDAY)
    assert await rows(session, team) == [first]
    assert first.ticket != second.ticket


async def test_status_changes_within_an_hour_of_a_message_about_a_ticket_edit_that_message(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    await watch(session, team)
    await report(session, team, "4711", "Pending", TUESDAY)
    await send_all(session, TUESDAY)
    for minute, status in enumerate(["open", "hold", "open", "solved"], 1):
        await report(session, team, "4711", status, TUESDAY + minute * MINUTE)
    ((method, text),) = await said(session)
    assert (method, "solved" in text) == (Method.UPDATE, True)
    assert messages.STOP in str(decrypt_payload((await waiting(session))[0], session.info["vault"]))
    await send_all(session, TUESDAY + 5 * MINUTE)

    await report(session, team, "4711", "open", TUESDAY + 61 * MINUTE)
    assert [method for method, _ in await said(session)] == [Method.DELETE, Method.POST]


async def test_status_changes_before_a_message_is_sent_are_combined_into_one_with_the_newest_status(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    await watch(session, team)
    await report(session, team, "4711", "Pending", TUESDAY)
    for hours, status in ((0, "open"), (14, "hold"), (15, "solved")):
        await report(session, team, "4711", status, TUESDAY + timedelta(hours=hours))

    posts = [text for method, text in await said(session) if method == Method.POST]
    assert len(posts) == 1
    assert "solved" in posts[0]


async def test_repeated_and_late_reports_of_a_watched_ticket_cause_no_message(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    await watch(session, team, now=TUESDAY)
    await report(session, team, "4711", "Open", TUESDAY - 2 * MINUTE)
    assert await said(session) == []
    await report(session, team, "4711", "Solved", TUESDAY + 5 * MINUTE)
    await send_all(session, TUESDAY + 5 * MINUTE)
    await report(session, team, "4711", "SOLVED", TUESDAY + 6 * MINUTE)
    await report(session, team, "4711", "Pending", TUESDAY + 4 * MINUTE)

    assert await said(session) == []


async def test_tool_whose_clock_is_ahead_does_not_hide_later_status_changes_of_a_ticket(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    await watch(session, team)
    for minutes, ahead, status in ((0, 300, "Pending"), (5, 0, "Solved")):
        move = Ticket("phones", "4711", None, TUESDAY + (minutes + ahead) * MINUTE, status)
        await ticket_watches.report_moves(session, team, [move], now=TUESDAY + minutes * MINUTE)

    assert "solved" in (await said(session))[-1][1]


async def test_leader_gets_only_the_newest_status_of_a_watched_ticket_after_a_flood_of_deliveries(
    session: AsyncSession, team: Team
) -> None:
    hook_id = await connect(session, team)
    await watch(session, team)
    hook = await session.get_one(Webhook, hook_id)
    flood = [Ticket("phones", str(nth), None, TUESDAY, "open") for nth in range(webhooks.FLOOD_LIMIT)]
    moves = [Ticket("phones", "4711", None, TUESDAY + nth * MINUTE, status) for nth, status in enumerate("abc")]
    assert await webhooks_workflows.accept_events(session, team, hook, [*flood, *moves], TUESDAY)
    assert await said(session) == []
    await webhooks_workflows.process_held_events(session, team, hook_id, now=TUESDAY + MINUTE)

    assert [text[-6:] for _, text in await said(session)][1:] == ["now c."]


@pytest.mark.parametrize("ticket", ["", "the refund"])
async def test_ticket_without_a_number_cannot_be_watched(session: AsyncSession, team: Team, ticket: str) -> None:
    await connect(session, team)
    assert not await ticket_watches.can_watch(session, team, ticket)
    with pytest.raises(Refusal) as refused:
        await watch(session, team, ticket=ticket)
    assert refused.value.sentence == refusals.CANNOT_WATCH


@pytest.mark.parametrize(
    ("sender", "secret", "can"),
    [
        (Sender.ZENDESK, b"x", True), (Sender.FRESHDESK, b"x", True), (Sender.INTERCOM, b"x", True),
        (Sender.GRAFANA, b"x", False), (Sender.ZENDESK, b"", False),
    ],
)  # fmt: skip
async def test_tickets_can_be_watched_only_with_a_connected_ticket_tool(
    session: AsyncSession, team: Team, sender: Sender, secret: bytes, can: bool
) -> None:
    await connect(session, team, sender, secret=secret)
    assert await ticket_watches.can_watch(session, team, TICKET) == can


async def test_stop_deletes_the_ticket_watch_at_once_and_the_leader_gets_no_more_messages(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    this = await watch(session, team)
    await ticket_watches.stop_watch(session, MAYA, this.id, now=TUESDAY)
    assert await rows(session, team) == []
    assert [method for method, _ in await said(session)] == [Method.UPDATE]
    await send_all(session, TUESDAY)
    await report(session, team, "4711", "Pending", TUESDAY)
    assert await said(session) == []
    with pytest.raises(Refusal) as refused:
        await ticket_watches.stop_watch(session, MAYA, this.id, now=TUESDAY)
    assert refused.value.sentence == refusals.NOT_WATCHED


async def test_ticket_watch_is_deleted_after_30_days_and_the_leader_gets_no_more_messages(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    this = await watch(session, team)
    last, over = TUESDAY + PERIOD, TUESDAY + PERIOD + DAY
    await personal_data.prune(session, "T1", now=last, limit=100)
    assert await rows(session, team) == [this]
    await report(session, team, "4711", "Pending", last)
    assert len(await said(session)) == 2
    assert {row.expires_at for row in await waiting(session) if row.method == Method.POST} == {this.ends_at}
    await send_all(session, last)

    await personal_data.prune(session, "T1", now=over, limit=100)
    assert await rows(session, team) == []
    await report(session, team, "4711", "Solved", over)
    assert await said(session) == []


async def test_ticket_watch_of_a_former_leader_is_deleted(session: AsyncSession, team: Team) -> None:
    await connect(session, team)
    await watch(session, team)
    await members.cancel_orphaned(session, team, now=TUESDAY)
    assert len(await rows(session, team)) == 1
    await membership.set_leaders(session, team, leaders=["UANA"], now=TUESDAY)
    await members.cancel_orphaned(session, team, now=TUESDAY)

    assert await rows(session, team) == []
    (edited,) = [row for row in await waiting(session) if row.method == Method.UPDATE]
    assert messages.STOP not in str(decrypt_payload(edited, session.info["vault"]))


async def test_ticket_watch_of_a_leader_who_has_left_the_workspace_is_deleted(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    await watch(session, team)
    await session.execute(update(Person).where(Person.id == "UMAYA").values(has_left=True))
    await members.cancel_orphaned(session, team, now=TUESDAY)
    assert await rows(session, team) == []


async def test_leader_found_by_a_sync_to_have_left_gets_no_message_about_a_watched_ticket(
    session: AsyncSession, team: Team
) -> None:
    await connect(session, team)
    await watch(session, team)
    await session.execute(update(Person).where(Person.id == "UMAYA").values(has_left=True))
    await report(session, team, "4711", "Pending", TUESDAY)
    assert await rows(session, team) == []
    assert [method for method, _ in await said(session)] == [Method.UPDATE]


@pytest.mark.own_database
async def test_ticket_watched_twice_at_the_same_time_is_watched_once(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await connect(session, team)

    async def start() -> str:
        try:
            async with database.begin() as session:
                locked = await membership.lock_team(session, team.id)
                assert locked
                await ticket_watches.start_watch(session, locked, MAYA, TICKET, now=TUESDAY)
        except Refusal as refused:
            return refused.sentence
        return ""

    answers = await asyncio.gather(start(), start())
    assert sorted(answers) == ["", refusals.already_watched("4711")]
    async with database.reading() as session:
        assert len(await rows(session, team)) == 1


@pytest.mark.own_database
async def test_status_change_that_two_tools_report_at_once_causes_one_message(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await connect(session, team)
        await connect(session, team, Sender.FRESHDESK)
        await watch(session, team)

    async def tell() -> None:
        async with database.begin() as session:
            move = Ticket("phones", "4711", None, TUESDAY, "pending")
            await ticket_watches.report_moves(session, team, [move], now=TUESDAY)

    await asyncio.gather(tell(), tell())
    async with database.reading() as session:
        assert [method for method, _ in await said(session)] == [Method.DELETE, Method.POST]
