"""The pulse: `/steward pulse`, the agents' form, and what leaders do with the comments."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.pulse.settings import MOST_STATEMENTS
from bot.messages import callbacks
from bot.messages.pulse import forms
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, clean_lines
from bot.slack.post import Payload, payload
from bot.workflows.pulse import leaders, responses
from handlers.payloads import FormValues, form_opener, form_values, pressed_value, show_form


def register(on: Dispatcher) -> None:
    on.action(forms.ANSWER)(open_form)
    on.view(forms.FORM, is_recorded=False)(save)
    on.action(forms.READ)(form_opener(_build_comments))
    on.action(forms.REPLY)(form_opener(_build_reply_form))
    on.view(forms.REPLY_FORM)(save_reply)


async def show(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Answer `/steward pulse`: the settings for leaders, and how the pulse works for everybody else."""
    async with sessions.reading() as session:
        view = await leaders.show(session, actor, body["channel_id"], now=now)
    await show_form(client, body, view)
    await ack()


async def open_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form. A refusal is a view, too, because a message would tell later who pressed the button."""
    await show_form(client, body, await _build_form(sessions, actor, callbacks.number(pressed_value(body)), now))
    await ack()


async def _build_form(sessions: Sessions, actor: Actor, round_id: int, now: datetime) -> ModalView:
    try:
        async with sessions.reading() as session:
            asked = await responses.find_asked(session, actor, round_id, now=now)
            return forms.answer_form(asked.found, asked.team, asked.person)
    except Refusal as refusal:
        return forms.notice(refusal.sentence)


async def save(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Store the answers, and say so in the form: there is no message that would tell later who has answered."""
    filled = form_values(view)
    async with sessions.begin() as session:
        asked = await responses.answer(
            session, actor, callbacks.number(view["private_metadata"]), _scores(filled),
            clean(filled[forms.COMMENT] or ""), may_be_quoted=bool(filled[forms.QUOTE]), now=now,
        )  # fmt: skip
    await ack(response_action="update", view=payload(forms.sent(asked.found, asked.team, asked.person)))


def _scores(filled: FormValues) -> dict[int, int]:
    """Return the ratings that were sent, by the number of the statement. The workflow checks that none is missing."""
    sent = {number: filled[forms.score_block(number)] for number in range(MOST_STATEMENTS)}
    return {number: callbacks.number(score) for number, score in sent.items() if score is not None}


async def _build_comments(session: AsyncSession, actor: Actor, round_id: int) -> ModalView:
    _, said = await leaders.read_comments(session, actor, round_id)
    return forms.comments(said)


async def _build_reply_form(session: AsyncSession, actor: Actor, round_id: int) -> ModalView:
    return forms.reply_form(*await leaders.read_unanswered_comments(session, actor, round_id))


async def save_reply(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled = form_values(view)
    async with sessions.begin() as session:
        await leaders.reply(
            session, actor, callbacks.number(view["private_metadata"]), clean_lines(filled[forms.WORDS] or ""),
            filled[forms.QUOTES] or [], now=now,
        )  # fmt: skip
    await ack()
