"""How a leader and an agent agree on a time, change it, or let it be."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import asking, sittings
from bot.features.shadowing.sittings import Pair
from bot.features.shadowing.tables import Sitting, State
from bot.inbox import Sessions
from bot.messages import handed_back, text, times
from bot.messages.post import Payload, payload
from bot.messages.shadowing.forms import ASKED
from bot.messages.shadowing.names import OTHER_TIME_FORM, TITLE
from handlers.forms import answers, instant
from handlers.presses import pressed
from schedules import shadowing as schedule
from schedules.busy import busy


async def accept(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, sitting = await of(session, body, books=True)
        by = pair.person(body["user"]["id"])
        planned = await busy(session, pair.team.workspace_id, (pair.leader.id, pair.agent.id), now)
        asking.accept(pair, sitting, by.id, busy=planned, now=now)
        await schedule.announce(session, pair, sitting, by=by, now=now)
    await ack()


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """No reason needed, and none is asked for."""
    async with sessions.begin() as session:
        pair, sitting = await of(session, body)
        asking.decline(pair, sitting, body["user"]["id"], now=now)
        await schedule.announce(session, pair, sitting, by=pair.agent, now=now)
    await ack()


async def cancel(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        pair, sitting = await of(session, body)
        asking.cancel(sitting, now=now)
        await schedule.announce(session, pair, sitting, by=pair.person(body["user"]["id"]), now=now)
    await ack()


async def open_other_time(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, sitting = await of(session, body)
    by = pair.person(body["user"]["id"])
    told, submit = ASKED["leader" if by is pair.leader else "agent"]
    asked, title = told.format(text.mention(sitting.other(by.id))), TITLE
    view = times.at_form(OTHER_TIME_FORM, submit, asked, by, now, str(sitting.id), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def suggest_time(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    """The other one is asked: also a time that was planned is moved only with a yes."""
    workspace_id, by_id = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair, sitting = await sittings.one(session, workspace_id, by_id, handed_back.number(view["private_metadata"]))
        by = pair.person(by_id)
        planned = await busy(session, workspace_id, (pair.leader.id, pair.agent.id), now)
        at = instant(answers(view), by, now)
        asking.suggest_time(pair, sitting, by.id, at, busy=planned, now=now)
        if sitting.state == State.ASKED:
            await schedule.ask(session, pair, sitting, now=now)
        else:
            await schedule.announce(session, pair, sitting, by=by, now=now)
    await ack()


async def of(session: AsyncSession, body: Payload, *, books: bool = False) -> tuple[Pair, Sitting]:
    """The sitting that a button is about, for one of the two."""
    return await sittings.one(
        session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)), books=books
    )
