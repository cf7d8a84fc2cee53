"""Buttons of visits: pick a time, answer, change or cancel, open the debrief, keep a promise."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits import models, queries, rules
from bot.features.visits.models import Visit
from bot.features.visits.nudges import PROMISE
from bot.features.visits.rules import Participants
from bot.messages import callbacks, times
from bot.messages.visits import forms, lists
from bot.messages.visits.forms import ASKED
from bot.messages.visits.names import OTHER_TIME_FORM, PICK_AT_FORM, TITLE
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.people import Person
from bot.slack import mrkdwn
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows import fun_tank
from bot.workflows.meetings import find_busy
from bot.workflows.nudges import KINDS
from bot.workflows.visits import bookings, outcomes, updates
from handlers.payloads import pressed_value, respond


async def pick(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, at = parse_offer(pressed_value(body))
    async with sessions.begin() as session:
        sponsor = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
        visit = await bookings.request_visit(session, sponsor, team_id, datetime.fromtimestamp(at, UTC), now)
        if nudge_id:
            await answer_offer(session, sponsor, nudge_id, now)
        else:
            await respond(session, body, lists.asking(visit, sponsor), now)
    await ack()


async def open_pick_at(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A form for a time that the sponsor picks."""
    _, team_id, _ = parse_offer(pressed_value(body))
    async with sessions.reading() as session:
        by = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
        team = await queries.find_team(session, by, team_id)
    told, submit = ASKED["pick"]
    asked, title = told.format(team.channel_id), TITLE
    view = times.at_form(PICK_AT_FORM, submit, asked, by, now, pressed_value(body), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def answer_offer(session: AsyncSession, sponsor: Person, nudge_id: int, now: datetime) -> None:
    nudge = await answers.find_nudge(session, sponsor.workspace_id, sponsor.id, nudge_id)
    await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)


def parse_offer(value: str) -> tuple[int, int, int]:
    """The nudge, 0 for none, the team, and the time that was picked."""
    nudge_id, team_id, at = callbacks.numbers(value, 3)
    return nudge_id, team_id, at


async def open_debrief(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        party, visit = await find_pressed(session, body)
    await client.views_open(trigger_id=body["trigger_id"], view=debrief_view(party, visit, body["user"]["id"], now))
    await ack()


def debrief_view(party: Participants, visit: Visit, by: str, now: datetime) -> Payload:
    party.must_sponsor(by)
    rules.check_state(visit, models.State.PLANNED, models.State.MISSED)
    return payload(forms.debrief_form(party, visit, now))


async def mark_missed(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await find_pressed(session, body)
        outcomes.mark_missed(party, visit, body["user"]["id"], now=now)
        await outcomes.conclude(session, party, visit, now=now)
    await ack()


async def open_written(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """What the sponsor wrote down, in a form and nowhere else."""
    async with sessions.reading() as session:
        party, visit = await find_pressed(session, body)
        said = await queries.fetch_answers(session, party, visit, body["user"]["id"])
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.written(party, visit, said)))
    await ack()


async def fulfil_promise(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """A promise is kept."""
    nudge_id, _, debrief_id = pressed_value(body).partition(":")
    workspace_id, by = body["team"]["id"], body["user"]["id"]
    async with sessions.begin() as session:
        debrief = await outcomes.fulfil_promise(session, workspace_id, by, callbacks.number(debrief_id), now=now)
        await fun_tank.record_promise_kept(session, debrief, now=now)
        await outcomes.announce_kept_promise(session, debrief, now=now)
        if not callbacks.number(nudge_id):
            await respond(session, body, lists.kept(), now)
        if nudge := await answers.latest_about(session, workspace_id, by, PROMISE, debrief_id):
            await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    await ack()


async def acknowledge_theme(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Somebody has seen a theme that comes up again and again."""
    async with sessions.begin() as session:
        nudge = await answers.find_nudge(
            session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body))
        )
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    await ack()


async def accept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await find_pressed(session, body, books=True)
        by = party.person(body["user"]["id"])
        planned = await find_busy(session, party.team.workspace_id, (party.sponsor.id, party.host.id), now)
        bookings.accept(party, visit, by.id, busy=planned, now=now)
        await updates.announce_change(session, party, visit, by=by, now=now)
    await ack()


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """No reason needed, and none is asked for."""
    async with sessions.begin() as session:
        party, visit = await find_pressed(session, body)
        bookings.decline(party, visit, body["user"]["id"])
        await bookings.ask_next_host(session, party, visit, now=now)
    await ack()


async def cancel(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await find_pressed(session, body)
        bookings.cancel(visit, now=now)
        await updates.announce_change(session, party, visit, by=party.person(body["user"]["id"]), now=now)
    await ack()


async def open_other_time(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        party, visit = await find_pressed(session, body)
    by = party.person(body["user"]["id"])
    told, submit = ASKED["sponsor" if by is party.sponsor else "host"]
    asked, title = told.format(mrkdwn.mention(party.other(by).id)), TITLE
    view = times.at_form(OTHER_TIME_FORM, submit, asked, by, now, str(visit.id), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def find_pressed(session: AsyncSession, body: Payload, *, books: bool = False) -> tuple[Participants, Visit]:
    """The visit that a button is about, for one of the two."""
    return await queries.find_visit(
        session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body)), books=books
    )
