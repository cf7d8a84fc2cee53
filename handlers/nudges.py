"""What people press on a nudge: later, not this time, why, mute."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.messages import callbacks
from bot.nudges import answers, cards
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows import nudges
from bot.workflows.nudges import KINDS, TITLES
from handlers.payloads import form_values, parse_day, pressed_value, respond


def register(on: Dispatcher) -> None:
    on.action(cards.WHY)(show_reasons)
    on.action(cards.LATER)(snooze)
    on.action(cards.NOT_NOW)(decline)
    on.action(cards.UNMUTE)(unmute)
    on.view(cards.MUTE_FORM)(mute)
    on.view(cards.DATE_FORM)(snooze_until_day)


async def show_reasons(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    nudge_id = callbacks.number(pressed_value(body))
    async with sessions.reading() as session:
        nudge = await answers.find_nudge(session, body["team"]["id"], body["user"]["id"], nudge_id, lock=False)
        rule = next(rule for rule in KINDS if rule.kind == nudge.kind)
        item = rule.words(nudge.id, nudge.facts, await session.get_one(Team, nudge.team_id))
    view = cards.reasons(nudge.id, item, rule.title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def snooze(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    nudge_id, _, span = body["actions"][0]["selected_option"]["value"].partition(":")
    if span == cards.A_DATE:
        await client.views_open(
            trigger_id=body["trigger_id"], view=payload(cards.date_form(callbacks.number(nudge_id)))
        )
        await ack()
        return
    async with sessions.begin() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
        until = _tomorrow(person, now) if span == cards.TOMORROW else now + timedelta(minutes=callbacks.number(span))
        await nudges.snooze(session, person, callbacks.number(nudge_id), until, now)
    await ack()


async def snooze_until_day(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    async with sessions.begin() as session:
        person = await people.fetch_person(session, context.team_id or "", context.user_id or "")
        until = parse_day(form_values(view), cards.DATE, person.zone, now)
        if until is None or until <= person.local(now).date():
            raise UserError("Pick a day after today, please.", field=cards.DATE)
        await nudges.snooze(session, person, callbacks.number(view["private_metadata"]), _nine_on(person, until), now)
    await ack()


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        nudge_id = callbacks.number(pressed_value(body))
        nudge = await answers.find_nudge(session, body["team"]["id"], body["user"]["id"], nudge_id)
        await answers.answer(session, nudge, NudgeState.DECLINED, KINDS, now=now)
    await ack()


async def mute(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        nudge_id = callbacks.number(view["private_metadata"])
        nudge = await answers.find_nudge(session, context.team_id or "", context.user_id or "", nudge_id)
        await answers.mute(session, nudge, KINDS, now=now)
    await ack()


async def unmute(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        kind = pressed_value(body)
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"], lock=True)
        answers.unmute(person, kind)
        await respond(session, body, cards.unmuted(TITLES.get(kind, kind)), now)
    await ack()


def _tomorrow(person: Person, now: datetime) -> datetime:
    return _nine_on(person, person.local(now).date() + timedelta(days=1))


def _nine_on(person: Person, day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(person.zone))


async def agree(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Yes to what a nudge suggests."""
    async with sessions.begin() as session:
        nudge = await answers.find_nudge(
            session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body))
        )
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)
    await ack()
