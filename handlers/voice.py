"""The voice of the frontline: `/steward voice`, and leaders' comment on a draft."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import callbacks
from bot.messages.voice import cards
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean_lines
from bot.slack.post import Payload
from bot.workflows.voice import drafts
from handlers.payloads import form_opener, form_values, pressed_value, tell


def register(on: Dispatcher) -> None:
    on.action(cards.COMMENT)(form_opener(_build_comment_form))
    on.view(cards.COMMENT_FORM)(save_comment)
    on.action(cards.SHOW)(show_month)


async def list_months(ack: AsyncAck, actor: Actor, sessions: Sessions) -> None:
    """Answer `/steward voice`: the latest months that were sent."""
    async with sessions.reading() as session:
        answer = await drafts.list_months(session, actor)
    await ack(answer.payload())


async def show_month(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        shown = await drafts.show_month(session, actor, callbacks.number(pressed_value(body)))
        await tell(session, body, shown, now)
    await ack()


async def _build_comment_form(session: AsyncSession, actor: Actor, month_id: int) -> ModalView:
    return cards.comment_form(*await drafts.find_for_comment(session, actor, month_id))


async def save_comment(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled = form_values(view)
    words = clean_lines(filled[cards.WORDS] or "")
    left_out = filled[cards.LEFT_OUT] or []
    async with sessions.begin() as session:
        await drafts.comment(session, actor, callbacks.number(view["private_metadata"]), words, left_out, now=now)
    await ack()
