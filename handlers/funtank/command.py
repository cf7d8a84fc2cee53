"""`/funtank`: every word has its own listener."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.inbox import Sessions
from bot.messages import funtank as messages
from bot.messages import suggestions
from bot.messages.commands import split
from bot.messages.post import Payload
from bot.messages.text import clean, unescape
from handlers.funtank import celebrate, gauge, rituals

Word = Callable[[AsyncAck, Payload, AsyncWebClient, Sessions, datetime, str], Awaitable[None]]
"""It gets what comes after the word last."""


async def usage(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    await ack(messages.usage().payload())


WORDS: dict[str, Word] = {
    "": gauge.show,
    "celebrate": celebrate.celebrate,
    "help": usage,
    "rituals": rituals.show,
}


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    if word not in WORDS:
        raise UserError(suggestions.not_understood("/funtank", f"{word} {rest}".strip()))
    await WORDS[word](ack, body, client, sessions, now, rest)
