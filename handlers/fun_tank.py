"""Handlers for `/funtank`: one function per subcommand (gauge, celebrations, list of rituals)."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refusal
from bot.features.fun_tank import queries
from bot.messages import celebrations as celebrations_messages
from bot.messages import fun_tank, suggestions
from bot.slack.commands import split
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload
from handlers import celebrations, nudges
from handlers.rituals import actions
from handlers.spikes import queue_names

Word = Callable[[AsyncAck, Actor, Payload, AsyncWebClient, Sessions, datetime, str], Awaitable[None]]
"""A function for one subcommand; its last argument is the text after the subcommand."""


def register(on: Dispatcher) -> None:
    on.command("/funtank")(command)
    on.action(fun_tank.YES)(nudges.agree)
    on.view(celebrations_messages.FORM)(celebrations.celebrate_by_form)


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    if word not in WORDS:
        raise Refusal(suggestions.not_understood("/funtank", f"{word} {rest}".strip()))
    await WORDS[word](ack, actor, body, client, sessions, now, rest)


async def show_gauge(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        team = await queue_names.find_team(session, actor, body["channel_id"])
        found = await queries.fetch_gauge(session, team, now=now)
    await ack(fun_tank.gauge_answer(found).payload())


async def show_usage(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    await ack(fun_tank.usage().payload())


WORDS: dict[str, Word] = {
    "": show_gauge,
    "celebrate": celebrations.celebrate,
    "help": show_usage,
    "rituals": actions.show_rituals,
}
