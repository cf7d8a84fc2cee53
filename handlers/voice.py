"""The voice of the frontline: `/steward voice`, leaders' comment on a draft, and what becomes of its quotes."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import callbacks
from bot.messages.voice import cards, lists
from bot.messages.voice import quotes as messages
from bot.messages.voice.account import LONGEST_QUOTE
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, clean_lines
from bot.slack.post import Payload
from bot.workflows.voice import drafts, posts, quotes
from handlers.payloads import form_opener, form_values, names_in, pressed_value, show_form, tell, with_mentions


def register(on: Dispatcher) -> None:
    on.action(cards.COMMENT)(form_opener(_build_comment_form))
    on.view(cards.COMMENT_FORM)(save_comment)
    on.action(lists.CHOOSE)(open_choice)
    on.view(lists.CHOOSE_FORM)(save_choice)
    on.action(cards.SHOW)(show_month)
    for name in (messages.LEAVE_OUT, messages.PUT_BACK, messages.MENU):
        on.action(name)(choose)
    on.action(messages.CHANGE)(open_change_form)
    on.view(messages.CHANGE_FORM)(save_change)
    on.action(messages.WITHDRAW)(take_back)


async def list_months(ack: AsyncAck, actor: Actor, sessions: Sessions) -> None:
    """Answer `/steward voice`: the latest months that were sent."""
    async with sessions.reading() as session:
        answer = await posts.list_months(session, actor)
    await ack(answer.payload())


async def show_month(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        shown = await posts.show_month(session, actor, callbacks.number(pressed_value(body)))
        await tell(session, body, shown, now)
    await ack()


async def _build_comment_form(session: AsyncSession, actor: Actor, month_id: int) -> ModalView:
    return cards.comment_form(await drafts.find_for_comment(session, actor, month_id))


async def save_comment(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    words = clean_lines(form_values(view)[cards.WORDS] or "")
    async with sessions.begin() as session:
        await drafts.comment(session, actor, callbacks.number(view["private_metadata"]), words, now=now)
    await ack()


async def open_choice(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open the form with everything that the draft lists."""
    async with sessions.reading() as session:
        found, account = await drafts.find_for_choice(session, actor, callbacks.number(pressed_value(body)))
        words = [each.words for listed in lists.list_all(account).values() for each in listed]
        names = await names_in(session, actor.workspace_id, *words)
    await show_form(client, body, lists.choose_form(account, found, names))
    await ack()


async def save_choice(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Leave out what was unticked in the form, and put back what was ticked."""
    month_id, *first = view["private_metadata"].split(" ")
    ticked = {key for keys in form_values(view).values() for key in keys or ()}
    async with sessions.begin() as session:
        await drafts.choose_listed(
            session, actor, callbacks.number(month_id), left_out={*first} - ticked, put_back=ticked - {*first}, now=now
        )
    await ack()


async def choose(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Leave a quote of the draft out, put it back, or hand it back to its writer."""
    pressed, value = body["actions"][0]["action_id"], pressed_value(body)
    if pressed == messages.MENU:
        chosen, _, value = value.partition(":")
        act = quotes.hand_back if chosen == messages.HAND_BACK else quotes.leave_out
    else:
        act = quotes.leave_out if pressed == messages.LEAVE_OUT else quotes.put_back
    month_id, _, key = value.partition(":")
    async with sessions.begin() as session:
        await act(session, actor, callbacks.number(month_id), key, now=now)
    await ack()


async def open_change_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    month_id, followup_id = callbacks.numbers(pressed_value(body), 2)
    async with sessions.reading() as session:
        found, this = await quotes.find_handed_back(session, actor, month_id, followup_id)
        names = await names_in(session, actor.workspace_id, this.quoted_words)
    await show_form(client, body, messages.change_form(found, this, names))
    await ack()


async def save_change(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    month_id, followup_id = callbacks.numbers(view["private_metadata"], 2)
    async with sessions.begin() as session:
        filled = await with_mentions(
            session, actor.workspace_id, form_values(view), messages.WORDS, longest=LONGEST_QUOTE
        )
        words = clean(filled[messages.WORDS] or "")
        await quotes.change(session, actor, month_id, followup_id, words, now=now)
    await ack()


async def take_back(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Withdraw the writer's consent to be quoted, from their card."""
    _, followup_id = callbacks.numbers(pressed_value(body), 2)
    async with sessions.begin() as session:
        await quotes.take_back(session, actor, followup_id, now=now)
    await ack()
