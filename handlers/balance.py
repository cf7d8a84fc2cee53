"""`/balance`: a leader's own two weeks, a block to log, a block to take back."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.balance import queries
from bot.features.balance.models import Duty, Part, TimeEntry
from bot.features.balance.rules import DAY, DUTY, MINUTES, Block, Fortnight
from bot.messages import callbacks, suggestions
from bot.messages.balance import forms, overview, parser
from bot.messages.balance.names import FORM, OPEN, PART, TAKE_BACK, YES
from bot.messages.errors import with_words
from bot.nudges import answers
from bot.nudges.models import NudgeState
from bot.org import people
from bot.org.people import Person
from bot.slack import home
from bot.slack.commands import split
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, payload
from bot.workflows.nudges import KINDS
from handlers.payloads import form_values, parse_day, pressed_value, respond


def register(on: Dispatcher) -> None:
    on.command("/balance")(command)
    on.action(OPEN)(open_form)
    on.action(TAKE_BACK)(take_back)
    on.action(YES)(agree)
    on.view(FORM)(log_by_form)


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    match word:
        case "":
            await ack(await _overview(body, sessions, now))
        case "log" if rest:
            await ack(await _log(body, rest, sessions, now))
        case "log":
            view = await _form(body["team_id"], body["user_id"], sessions, now)
            await client.views_open(trigger_id=body["trigger_id"], view=view)
            await ack()
        case "help":
            await ack(forms.usage().payload())
        case _:
            raise UserError(_not_understood(word, f"{word} {rest}".strip()))


def _not_understood(word: str, typed: str) -> str:
    """Who begins with what they did forgot `log`."""
    if parser.nearest(word.lower(), [*Part, *Duty]):
        return suggestions.did_you_mean("/balance", f"log {typed}")
    return suggestions.not_understood("/balance", typed)


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        leader = await people.fetch_person(session, body["team_id"], body["user_id"])
        await queries.find_led_team(session, leader)
        fortnight, logged = await _two_weeks(session, leader, now)
    return overview.overview(leader, fortnight, logged).payload()


async def _log(body: Payload, words: str, sessions: Sessions, now: datetime) -> Payload:
    try:
        block = parser.parse_block(words)
    except UserError as error:
        raise UserError(with_words(error.sentence, words)) from None
    async with sessions.begin() as session:
        leader = await people.fetch_person(session, body["team_id"], body["user_id"])
        span = await queries.log_block(
            session, leader, block, source=sessions.delivery_id or "", now=now, channel_id=body["channel_id"]
        )
        home.mark_changed(session, leader.workspace_id, [leader.id], now=now)
    return overview.logged(leader, span, leader.local(now).date()).payload()


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """From `/balance`, or from a nudge, which is answered by it."""
    workspace_id, user_id = body["team"]["id"], body["user"]["id"]
    view = await _form(workspace_id, user_id, sessions, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    if nudge_id := body["actions"][0].get("value"):
        await _done(workspace_id, user_id, callbacks.number(nudge_id), sessions, now)
    await ack()


async def log_by_form(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    form = form_values(view)
    part, minutes = callbacks.choice(Part, form[PART]), callbacks.number(form[MINUTES])
    block = Block(part, minutes, callbacks.choice(Duty, form[DUTY]) if form[DUTY] else None)
    async with sessions.begin() as session:
        leader = await people.fetch_person(session, context.team_id or "", context.user_id or "")
        span = await queries.log_block(
            session,
            leader,
            block,
            source=sessions.delivery_id or "",
            now=now,
            day=parse_day(form, DAY, leader.zone, now),
        )
        home.mark_changed(session, leader.workspace_id, [leader.id], now=now)
    said = overview.logged(leader, span, leader.local(now).date())
    await ack(response_action="update", view=payload(forms.closing(said.text)))


async def take_back(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        leader = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
        span = await queries.remove_block(session, leader, callbacks.number(pressed_value(body)))
        home.mark_changed(session, leader.workspace_id, [leader.id], now=now)
        said = overview.taken_back(leader, span, leader.local(now).date())
        fortnight, logged = await _two_weeks(session, leader, now)
        await respond(session, body, overview.overview(leader, fortnight, logged, said), now)
    await ack()


async def agree(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Yes to what a nudge suggests."""
    await _done(body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body)), sessions, now)
    await ack()


async def _done(workspace_id: str, user_id: str, nudge_id: int, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        nudge = await answers.find_nudge(session, workspace_id, user_id, nudge_id)
        await answers.answer(session, nudge, NudgeState.DONE, KINDS, now=now)


async def _form(workspace_id: str, user_id: str, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        leader = await people.fetch_person(session, workspace_id, user_id)
        await queries.find_led_team(session, leader)
    return payload(forms.form(leader.local(now).date()))


async def _two_weeks(session: AsyncSession, leader: Person, now: datetime) -> tuple[Fortnight, list[TimeEntry]]:
    return await queries.fetch_two_weeks(session, leader, now), list(await queries.fetch_logged(session, leader))
