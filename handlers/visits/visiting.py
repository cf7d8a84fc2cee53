"""How a sponsor and a host agree on a time, change it, or let it be."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits import asking, parties
from bot.features.visits.parties import Party
from bot.features.visits.tables import State, Visit
from bot.inbox import Sessions
from bot.messages import handed_back, text, times
from bot.messages.post import Payload, payload
from bot.messages.visits.forms import ASKED
from bot.messages.visits.names import OTHER_TIME_FORM, TITLE
from handlers.forms import answers, instant
from handlers.presses import pressed
from schedules import visits as schedule
from schedules.busy import busy


async def accept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await of(session, body, books=True)
        by = party.person(body["user"]["id"])
        planned = await busy(session, party.team.workspace_id, (party.sponsor.id, party.host.id), now)
        asking.accept(party, visit, by.id, busy=planned, now=now)
        await schedule.announce(session, party, visit, by=by, now=now)
    await ack()


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """No reason needed, and none is asked for."""
    async with sessions.begin() as session:
        party, visit = await of(session, body)
        asking.decline(party, visit, body["user"]["id"])
        await schedule.pass_on(session, party, visit, now=now)
    await ack()


async def cancel(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        party, visit = await of(session, body)
        asking.cancel(visit, now=now)
        await schedule.announce(session, party, visit, by=party.person(body["user"]["id"]), now=now)
    await ack()


async def open_other_time(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        party, visit = await of(session, body)
    by = party.person(body["user"]["id"])
    told, submit = ASKED["sponsor" if by is party.sponsor else "host"]
    asked, title = told.format(text.mention(party.other(by).id)), TITLE
    view = times.at_form(OTHER_TIME_FORM, submit, asked, by, now, str(visit.id), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def suggest_time(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """The other one is asked: also a time that was planned is moved only with a yes."""
    async with sessions.begin() as session:
        workspace_id, by_id = context.team_id or "", context.user_id or ""
        party, visit = await parties.one(session, workspace_id, by_id, handed_back.number(view["private_metadata"]))
        by = party.person(by_id)
        crowd = await schedule.crowd(session, party.team, now)
        asking.suggest_time(party, visit, crowd, by.id, instant(answers(view), by, now), now=now)
        if visit.state == State.ASKED:
            await schedule.ask(session, party, visit, now=now)
        else:
            await schedule.announce(session, party, visit, by=by, now=now)
    await ack()


async def of(session: AsyncSession, body: Payload, *, books: bool = False) -> tuple[Party, Visit]:
    """The visit that a button is about, for one of the two."""
    return await parties.one(
        session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)), books=books
    )
