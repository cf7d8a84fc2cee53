"""A leader asks whether they may sit beside somebody: the agent hears the question, and nothing is planned yet."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.features.shadowing import asking, sittings
from bot.features.shadowing.sittings import Pair
from bot.features.shadowing.tables import Sitting
from bot.inbox import Sessions
from bot.messages import handed_back, text, times
from bot.messages.post import Payload, payload
from bot.messages.shadowing import lists
from bot.messages.shadowing.forms import ASKED
from bot.messages.shadowing.names import ASK_AT_FORM, TITLE
from bot.nudges import answering
from bot.nudges.tables import State
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
            await respond(session, body, lists.asking(pair.agent, sitting, pair.leader), now)
    await ack()


async def put(
    session: AsyncSession, workspace_id: str, by: str, agent_id: str, at: datetime | None, now: datetime
) -> tuple[Pair, Sitting]:
    """Put the question to the agent, for that time or else for the next that suits them both."""
    pair = await sittings.pair(session, workspace_id, by, agent_id)
    planned = await busy(session, workspace_id, (by, agent_id), now)
    sitting = await asking.ask(session, pair, at, busy=planned, now=now)
    await schedule.ask(session, pair, sitting, now=now)
    return pair, sitting


async def open_at(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A form for a time that the leader picks."""
    _, agent_id, _ = _pressed(pressed(body))
    async with sessions.reading() as session:
        by = await directory.person(session, body["team"]["id"], body["user"]["id"])
    told, submit = ASKED["ask"]
    asked, title = told.format(text.mention(agent_id)), TITLE
    view = times.at_form(ASK_AT_FORM, submit, asked, by, now, pressed(body), title=title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def ask_at(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, _ = _pressed(view["private_metadata"])
    workspace_id, by = context.team_id or "", context.user_id or ""
    async with sessions.begin() as session:
        pair = await sittings.pair(session, workspace_id, by, agent_id)
        planned = await busy(session, workspace_id, (by, agent_id), now)
        at = instant(answers(view), pair.leader, now)
        sitting = await asking.ask_for(session, pair, at, busy=planned, now=now)
        await schedule.ask(session, pair, sitting, now=now)
        if nudge_id:
            await _answer(session, pair, nudge_id, now)
    await ack()


async def _answer(session: AsyncSession, pair: Pair, nudge_id: int, now: datetime) -> None:
    nudge = await answering.one(session, pair.team.workspace_id, pair.leader.id, nudge_id)
    await answering.answer(session, nudge, State.DONE, RULES, now=now)


def _pressed(value: str) -> tuple[int, str, datetime]:
    """The nudge, 0 for none, the agent, and the time that was named."""
    nudge_id, agent_id, at = handed_back.parts(value, 3)
    return handed_back.number(nudge_id), agent_id, handed_back.instant(at)
