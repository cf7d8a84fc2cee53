"""A leader asks whether they may sit beside somebody: the agent hears the question, and nothing is planned yet."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, nudges
from bot.features import shadowing
from bot.features.shadowing import Pair, Sitting
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages import shadowing as messages
from bot.messages.post import Payload, payload
from bot.nudges import State
from handlers.forms import answers, instant
from handlers.presses import pressed, respond
from schedules import shadowing as schedule
from schedules.busy import busy
from schedules.nudges import RULES


async def ask(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, at = _pressed(pressed(body))
    async with sessions.begin() as session:
        pair, sitting = await put(session, body["team"]["id"], body["user"]["id"], agent_id, at, now)
        if nudge_id:
            await _answer(session, pair, nudge_id, now)
        else:
            await respond(session, body, messages.asking(pair.agent, sitting, pair.leader), now)
    await ack()


async def put(
    session: AsyncSession, workspace_id: str, by: str, agent_id: str, at: datetime | None, now: datetime
) -> tuple[Pair, Sitting]:
    """Put the question to the agent, for that time or else for the next that suits them both."""
    pair = await shadowing.pair(session, workspace_id, by, agent_id)
    planned = await busy(session, workspace_id, (by, agent_id), now)
    sitting = await shadowing.ask(session, pair, at, busy=planned, now=now)
    await schedule.ask(session, pair, sitting, now=now)
    return pair, sitting


async def open_at(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A form for a time that the leader picks."""
    _, agent_id, _ = _pressed(pressed(body))
    async with sessions.reading() as session:
        by = await directory.person(session, body["team"]["id"], body["user"]["id"])
    told, submit = messages.ASKED["ask"]
    asked, title = told.format(messages.mention(agent_id)), messages.TITLE
    view = messages.at_form(messages.ASK_AT_FORM, submit, asked, by, now, pressed(body), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def ask_at(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, _ = _pressed(view["private_metadata"])
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair = await shadowing.pair(session, workspace_id, by, agent_id)
        planned = await busy(session, workspace_id, (by, agent_id), now)
        at = instant(answers(view), pair.leader, now)
        sitting = await shadowing.ask_for(session, pair, at, busy=planned, now=now)
        await schedule.ask(session, pair, sitting, now=now)
        if nudge_id:
            await _answer(session, pair, nudge_id, now)
    await ack()


async def _answer(session: AsyncSession, pair: Pair, nudge_id: int, now: datetime) -> None:
    nudge = await nudges.one(session, pair.team.workspace_id, pair.leader.id, nudge_id)
    await nudges.answer(session, nudge, State.DONE, RULES, now=now)


def _pressed(value: str) -> tuple[int, str, datetime]:
    """The nudge, 0 for none, the agent, and the time that was named."""
    nudge_id, agent_id, at = handed_back.parts(value, 3)
    return handed_back.number(nudge_id), agent_id, handed_back.instant(at)
