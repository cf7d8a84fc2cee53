"""Handlers for `/balance`: show a leader's own last two weeks, log a block of time, remove a block."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.balance import queries
from bot.features.balance.models import Duty, Part
from bot.features.balance.rules import DAY, DUTY, MINUTES, Block
from bot.messages import callbacks, suggestions
from bot.messages.balance import forms, overview, parser
from bot.messages.balance.overview import FORM, OPEN, PART, SHOW, TAKE_BACK, YES
from bot.messages.errors import with_words
from bot.org import people
from bot.org.people import Person
from bot.slack.commands import split
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, Post, payload
from bot.workflows import balance
from handlers.meetings import pressed_number
from handlers.nudges import agree
from handlers.payloads import form_values, parse_day, respond, show_form


def register(on: Dispatcher) -> None:
    on.command("/balance")(command)
    on.action(OPEN)(open_form)
    on.action(SHOW)(open_overview)
    on.action(TAKE_BACK)(take_back)
    on.action(YES)(agree)
    on.view(FORM)(log_by_form)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    match word:
        case "":
            async with sessions.reading() as session:
                answer = await _overview(session, await queries.fetch_leader(session, *actor), now)
            await ack(answer.payload())
        case "log" if rest:
            await ack((await _log(actor, body["channel_id"], rest, sessions, now)).payload())
        case "log":
            await _show_form(actor, body, client, sessions, now)
            await ack()
        case "help":
            await ack(forms.usage().payload())
        case _:
            raise Refusal(_not_understood(word, f"{word} {rest}".strip()))


def _not_understood(word: str, typed: str) -> str:
    """Return a suggestion of `/balance log` if the text starts with a kind of work, else of the nearest subcommand."""
    if parser.nearest(word.lower(), [*Part, *Duty]):
        return suggestions.did_you_mean("/balance", f"log {typed}")
    return suggestions.not_understood("/balance", typed)


async def _overview(session: AsyncSession, leader: Person, now: datetime, said: str = "") -> Post:
    fortnight = await queries.fetch_two_weeks(session, leader, now)
    return overview.overview(leader, fortnight, await queries.fetch_logged(session, leader), said)


async def _log(actor: Actor, channel_id: str, words: str, sessions: Sessions, now: datetime) -> Post:
    try:
        block = parser.parse_block(words)
    except Refusal as error:
        raise Refusal(with_words(error.sentence, words)) from None
    async with sessions.begin() as session:
        leader = await people.fetch_person(session, *actor)
        source = sessions.delivery_id or ""
        return await balance.log_block(session, leader, block, source=source, now=now, channel_id=channel_id)


async def open_overview(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Show a leader their last two weeks, from a button on Home."""
    async with sessions.reading() as session:
        leader = await queries.fetch_leader(session, *actor)
        view = overview.overview_modal(leader, await queries.fetch_two_weeks(session, leader, now))
    await show_form(client, body, view)
    await ack()


async def open_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open the form to log a block of time, from a button."""
    await _show_form(actor, body, client, sessions, now)
    await ack()


async def _show_form(actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        leader = await queries.fetch_leader(session, *actor)
    await show_form(client, body, forms.form(leader.local(now).date()))


async def log_by_form(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    form, source = form_values(view), sessions.delivery_id or ""
    part, minutes = callbacks.parse_choice(Part, form[PART]), callbacks.number(form[MINUTES])
    block = Block(part, minutes, callbacks.parse_choice(Duty, form[DUTY]) if form[DUTY] else None)
    async with sessions.begin() as session:
        leader = await people.fetch_person(session, *actor)
        day = parse_day(form, DAY, leader.zone, now)
        said = await balance.log_block(session, leader, block, source=source, now=now, day=day)
    await ack(response_action="update", view=payload(forms.logged_view(said.text)))


async def take_back(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        leader = await people.fetch_person(session, *actor)
        said = await balance.take_back(session, leader, pressed_number(body), now=now)
        await respond(session, body, await _overview(session, leader, now, said), now)
    await ack()
