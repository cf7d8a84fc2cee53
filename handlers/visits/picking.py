"""A sponsor picks a time for a visit: a host hears the question, and nothing is planned yet."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import Passed
from bot.features.visits import asking, parties
from bot.features.visits.tables import Visit
from bot.inbox import Sessions
from bot.messages import handed_back, times
from bot.messages.post import Payload, payload
from bot.messages.visits import lists
from bot.messages.visits.forms import ASKED
from bot.messages.visits.names import PICK_AT_FORM, TITLE
from bot.nudges import answering
from bot.nudges.tables import State
from bot.teams.tables import Team
from handlers.forms import answers, instant
from handlers.presses import pressed, respond
from schedules import visits as schedule
from schedules.nudges import RULES


async def pick(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, at = _pressed(pressed(body))
    async with sessions.begin() as session:
        sponsor = await directory.person(session, body["team"]["id"], body["user"]["id"])
        visit = await _put(session, sponsor, team_id, datetime.fromtimestamp(at, UTC), now)
        if nudge_id:
            await _answer(session, sponsor, nudge_id, now)
        else:
            await respond(session, body, lists.asking(visit, sponsor), now)
    await ack()


async def open_at(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A form for a time that the sponsor picks."""
    _, team_id, _ = _pressed(pressed(body))
    async with sessions.reading() as session:
        by = await directory.person(session, body["team"]["id"], body["user"]["id"])
        team = await _team(session, by, team_id)
    told, submit = ASKED["pick"]
    asked, title = told.format(team.channel_id), TITLE
    view = times.at_form(PICK_AT_FORM, submit, asked, by, now, pressed(body), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def pick_at(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, _ = _pressed(view["private_metadata"])
    async with sessions.begin() as session:
        sponsor = await directory.person(session, context.team_id or "", context.user_id or "")
        await _put(session, sponsor, team_id, instant(answers(view), sponsor, now), now)
        if nudge_id:
            await _answer(session, sponsor, nudge_id, now)
    await ack()


async def _put(session: AsyncSession, sponsor: Person, team_id: int, at: datetime, now: datetime) -> Visit:
    """Ask the next host in turn for the time that the sponsor picked."""
    team = await _team(session, sponsor, team_id)
    visit = await asking.ask(session, await schedule.crowd(session, team, now), sponsor, at, now=now)
    await schedule.ask(session, await parties.with_people(session, visit), visit, now=now)
    return visit


async def _team(session: AsyncSession, sponsor: Person, team_id: int) -> Team:
    team = await session.get(Team, team_id)
    if team is None or team.workspace_id != sponsor.workspace_id:
        raise Passed("That team is no longer here.")
    return team


async def _answer(session: AsyncSession, sponsor: Person, nudge_id: int, now: datetime) -> None:
    nudge = await answering.one(session, sponsor.workspace_id, sponsor.id, nudge_id)
    await answering.answer(session, nudge, State.DONE, RULES, now=now)


def _pressed(value: str) -> tuple[int, int, int]:
    """The nudge, 0 for none, the team, and the time that was picked."""
    nudge_id, team_id, at = handed_back.numbers(value, 3)
    return nudge_id, team_id, at
