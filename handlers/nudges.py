"""Handlers for the buttons on a nudge: yes, later, not this time, why, mute."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refusal
from bot.messages import callbacks
from bot.nudges import cards
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.people import Person
from bot.refusals import common
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows import nudges
from handlers.payloads import form_values, parse_day, pressed_value, respond, show_form


def register(on: Dispatcher) -> None:
    on.action(cards.WHY)(show_reasons)
    on.action(cards.LATER)(snooze)
    on.action(cards.NOT_NOW)(decline)
    on.action(cards.UNMUTE)(unmute)
    on.view(cards.MUTE_FORM)(mute)
    on.view(cards.DATE_FORM)(snooze_until_day)


def _answer(state: NudgeState) -> Callable[[AsyncAck, Actor, Payload, Sessions, datetime], Awaitable[None]]:
    async def listen(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            await nudges.answer(session, actor, callbacks.number(pressed_value(body)), state, now=now)
        await ack()

    return listen


agree, decline = _answer(NudgeState.DONE), _answer(NudgeState.DECLINED)
"""Listeners for accepting and declining what a nudge suggests."""


async def show_reasons(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    nudge_id = callbacks.number(pressed_value(body))
    async with sessions.reading() as session:
        item, title = await nudges.explain(session, actor, nudge_id)
    await show_form(client, body, cards.reasons(nudge_id, item, title))
    await ack()


async def snooze(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    id, _, span = body["actions"][0]["selected_option"]["value"].partition(":")
    nudge_id = callbacks.number(id)
    if span == cards.A_DATE:
        await show_form(client, body, cards.date_form(nudge_id))
    else:
        async with sessions.begin() as session:
            person = await people.fetch_person(session, *actor)
            is_tomorrow = span == cards.TOMORROW
            until = _tomorrow(person, now) if is_tomorrow else now + timedelta(minutes=callbacks.number(span))
            await nudges.snooze(session, actor, nudge_id, until, now=now)
    await ack()


async def snooze_until_day(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor)
        until = parse_day(form_values(view), cards.DATE, person.zone, now)
        if until is None or until <= person.local(now).date():
            raise Refusal(common.DAY_NOT_AHEAD, field=cards.DATE)
        nudge_id = callbacks.number(view["private_metadata"])
        await nudges.snooze(session, actor, nudge_id, _nine_on(person, until), now=now)
    await ack()


async def mute(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await nudges.mute(session, actor, callbacks.number(view["private_metadata"]), now=now)
    await ack()


async def unmute(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        title = await nudges.unmute(session, actor, pressed_value(body))
        await respond(session, body, cards.unmuted(title), now)
    await ack()


def _tomorrow(person: Person, now: datetime) -> datetime:
    return _nine_on(person, person.local(now).date() + timedelta(days=1))


def _nine_on(person: Person, day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(person.zone))
