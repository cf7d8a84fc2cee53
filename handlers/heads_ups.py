"""Heads-ups: `/queue headsup`, the buttons and menu on the card, their forms, and the leader's look back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.heads_ups import queries, rules
from bot.features.heads_ups.rules import Draft
from bot.messages import callbacks
from bot.messages.heads_ups import cards, forms
from bot.org import people
from bot.org.people import Person
from bot.refusals import heads_ups as refusals
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, clean_lines
from bot.slack.post import Payload
from bot.workflows.heads_ups import endings, rota, windows
from handlers.payloads import (
    FormValues,
    form_opener,
    form_values,
    names_in,
    parse_day,
    pressed_value,
    show_form,
    with_mentions,
)
from handlers.spikes import queue_names
from handlers.spikes.queue_names import Typed


def register(on: Dispatcher) -> None:
    on.view(forms.FORM)(announce)
    on.view(forms.CHANGE_FORM)(change)
    on.view(forms.CANCEL_FORM)(cancel)
    on.action(cards.MORE)(choose)
    on.action(cards.COVER)(open_cover_form)
    on.view(forms.COVER_FORM)(book)
    on.action(cards.REVIEW)(form_opener(endings.build_review_form))
    on.view(forms.REVIEW_FORM)(save_review)


async def build_form(session: AsyncSession, typed: Typed) -> ModalView:
    """Return the form, from `/queue headsup New prices`, where the title is optional."""
    team = await queue_names.find_team(session, typed.actor, typed.channel_id, typed.rest)
    return await windows.build_form(session, typed.actor, team, typed.rest, now=typed.now)


async def announce(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        draft, with_ritual = await _read_draft(session, actor, view, now)
        team_id = callbacks.number(view["private_metadata"])
        await windows.announce(session, actor, team_id, draft, with_ritual=with_ritual, now=now)
    await ack()


async def change(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        draft, with_ritual = await _read_draft(session, actor, view, now)
        heads_up_id = callbacks.number(view["private_metadata"])
        await windows.change(session, actor, heads_up_id, draft, with_ritual=with_ritual, now=now)
    await ack()


async def _read_draft(session: AsyncSession, actor: Actor, view: Payload, now: datetime) -> tuple[Draft, bool]:
    """Return the heads-up in the form, whose times are in the leader's zone, and whether to plan a ritual."""
    filled = await with_mentions(
        session, actor.workspace_id, form_values(view), rules.WORDS, longest=rules.LONGEST_WORDS
    )
    person = await people.fetch_person(session, *actor)
    draft = Draft(
        clean(filled[rules.TITLE] or ""), filled[rules.QUEUES] or [],
        _instant(filled, rules.FROM_DAY, rules.FROM_TIME, person, now),
        _instant(filled, rules.UNTIL_DAY, rules.UNTIL_TIME, person, now),
        (filled[rules.LINK] or "").strip(), clean_lines(filled[rules.WORDS] or ""),
        callbacks.number(filled[rules.COVER]),
    )  # fmt: skip
    return draft, bool(filled[rules.RITUAL])


def _instant(filled: FormValues, day_field: str, time_field: str, person: Person, now: datetime) -> datetime:
    day = parse_day(filled, day_field, person.zone, now)
    if day is None:
        raise Refusal(refusals.NO_DAY, field=day_field)
    if not filled[time_field]:
        raise Refusal(refusals.NO_TIME, field=time_field)
    return datetime.combine(day, callbacks.clock(filled[time_field]), ZoneInfo(person.zone)).astimezone(UTC)


async def choose(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form of the option chosen in the card's menu."""
    what, id = callbacks.parts(pressed_value(body), 2)
    heads_up_id = callbacks.number(id)
    async with sessions.reading() as session:
        if what == cards.CANCEL:
            view = await windows.build_cancel_form(session, actor, heads_up_id, now=now)
        else:
            found = await queries.find_heads_up(session, actor.workspace_id, heads_up_id)
            named = await names_in(session, actor.workspace_id, found.words)
            view = await windows.build_change_form(session, actor, heads_up_id, named, now=now)
    await show_form(client, body, view)
    await ack()


async def cancel(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await windows.cancel(session, actor, callbacks.number(view["private_metadata"]), now=now)
    await ack()


async def open_cover_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form with the hours, from the card or from a nudge, whose button has the nudge's id in front."""
    heads_up_id = callbacks.number(pressed_value(body).rpartition(":")[2])
    async with sessions.reading() as session:
        view = await rota.build_form(session, actor, heads_up_id, now=now)
    await show_form(client, body, view)
    await ack()


async def book(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    hours = {callbacks.instant(each) for each in form_values(view)[rules.HOURS] or []}
    async with sessions.begin() as session:
        await rota.book(session, actor, callbacks.number(view["private_metadata"]), hours, now=now)
    await ack()


async def save_review(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    words = clean_lines(form_values(view)[rules.WORDS] or "")
    async with sessions.begin() as session:
        await endings.save_review(session, actor, callbacks.number(view["private_metadata"]), words, now=now)
    await ack()
