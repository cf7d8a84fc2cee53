"""What people press on a nudge: later, not this time, why, mute."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import UserError
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages import nudges as messages
from bot.messages.post import Payload, payload
from bot.nudges import answering
from bot.nudges.settings import Own
from bot.nudges.tables import State
from bot.teams.tables import Team
from handlers.forms import answers, day
from handlers.presses import pressed, respond
from schedules.nudges import RULES, wake

TITLES = {rule.kind: rule.title for rule in RULES}
A_WEEK = timedelta(days=7)


def register(on: Listeners) -> None:
    on.action(messages.WHY)(why)
    on.action(messages.LATER)(later)
    on.action(messages.NOT_NOW)(decline)
    on.action(messages.UNMUTE)(unmute)
    on.view(messages.MUTE_FORM)(mute)
    on.view(messages.DATE_FORM)(later_on_a_day)


async def why(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    nudge_id = handed_back.number(pressed(body))
    async with sessions.reading() as session:
        nudge = await answering.one(session, body["team"]["id"], body["user"]["id"], nudge_id, lock=False)
        rule = next(rule for rule in RULES if rule.kind == nudge.kind)
        item = rule.words(nudge.id, nudge.facts, await session.get_one(Team, nudge.team_id))
    view = messages.reasons(nudge.id, item, rule.title)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def later(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    nudge_id, _, span = body["actions"][0]["selected_option"]["value"].partition(":")
    if span == messages.A_DATE:
        await client.views_open(
            trigger_id=body["trigger_id"], view=payload(messages.date_form(handed_back.number(nudge_id)))
        )
        await ack()
        return
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"])
        until = (
            _tomorrow(person, now) if span == messages.TOMORROW else now + timedelta(minutes=handed_back.number(span))
        )
        await _snooze(session, person, handed_back.number(nudge_id), until, now)
    await ack()


async def later_on_a_day(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    async with sessions.begin() as session:
        person = await directory.person(session, context.team_id or "", context.user_id or "")
        until = day(answers(view), messages.DATE, person.zone, now)
        if until is None or until <= person.local(now).date():
            raise UserError("Pick a day after today, please.", field=messages.DATE)
        await _snooze(session, person, handed_back.number(view["private_metadata"]), _nine(person, until), now)
    await ack()


async def decline(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        nudge_id = handed_back.number(pressed(body))
        nudge = await answering.one(session, body["team"]["id"], body["user"]["id"], nudge_id)
        await answering.answer(session, nudge, State.DECLINED, RULES, now=now)
    await ack()


async def mute(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        nudge_id = handed_back.number(view["private_metadata"])
        nudge = await answering.one(session, context.team_id or "", context.user_id or "", nudge_id)
        await answering.mute(session, nudge, RULES, now=now)
    await ack()


async def unmute(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        kind = pressed(body)
        person = await directory.person(session, body["team"]["id"], body["user"]["id"], lock=True)
        answering.unmute(person, kind)
        await respond(session, body, messages.heard_again(TITLES.get(kind, kind)), now)
    await ack()


async def reminders(session: AsyncSession, person: Person, now: datetime) -> list[Block]:
    """What somebody has muted, and what passed them by lately: for `/steward me`."""
    passed = await answering.passed(session, person, since=now - A_WEEK)
    muted = {kind: TITLES[kind] for kind in Own.of(person).muted if kind in TITLES}
    return messages.reminders(muted, [(each.state, TITLES[each.kind]) for each in passed if each.kind in TITLES])


async def _snooze(session: AsyncSession, person: Person, nudge_id: int, until: datetime, now: datetime) -> None:
    nudge = await answering.one(session, person.workspace_id, person.id, nudge_id)
    await answering.snooze(session, nudge, until, RULES, now=now)
    await wake(session, person.workspace_id, now=now)


def _tomorrow(person: Person, now: datetime) -> datetime:
    return _nine(person, person.local(now).date() + timedelta(days=1))


def _nine(person: Person, day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(person.zone))
