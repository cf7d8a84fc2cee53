"""`/funtank`: every word has its own listener."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.features.fun_tank import queries
from bot.messages import suggestions
from bot.messages.fun_tank import gauge
from bot.slack.commands import split
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload
from handlers import celebrations
from handlers.rituals import commands
from handlers.spikes import queue_names

Word = Callable[[AsyncAck, Payload, AsyncWebClient, Sessions, datetime, str], Awaitable[None]]
"""It gets what comes after the word last."""


async def usage(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    await ack(gauge.usage().payload())


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    if word not in WORDS:
        raise UserError(suggestions.not_understood("/funtank", f"{word} {rest}".strip()))
    await WORDS[word](ack, body, client, sessions, now, rest)


async def show_gauge(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        team = await queue_names.find_team(session, Actor(body["team_id"], body["user_id"]), body["channel_id"])
        found = await queries.fetch_gauge(session, team, now=now)
    await ack(gauge.show(found).payload())


WORDS: dict[str, Word] = {
    "": show_gauge,
    "celebrate": celebrations.celebrate,
    "help": usage,
    "rituals": commands.show_rituals,
}
