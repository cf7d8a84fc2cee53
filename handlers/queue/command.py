"""`/queue`: every word has its own listener."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.inbox import Sessions
from bot.messages.post import Payload
from handlers.queue import hooks

Word = Callable[[AsyncAck, Payload, AsyncWebClient, Sessions, datetime, str], Awaitable[None]]
"""It gets what comes after the word last."""
WORDS: dict[str, Word] = {"hooks": hooks.show}


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, _, rest = (body.get("text") or "").strip().partition(" ")
    if word.lower() not in WORDS:
        raise UserError("`/queue` is not known yet.")
    await WORDS[word.lower()](ack, body, client, sessions, now, rest.strip())
