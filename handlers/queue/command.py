"""`/queue`: every word has its own listener."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.inbox import Sessions
from bot.messages import suggestions
from bot.messages.commands import split
from bot.messages.post import Payload
from bot.messages.spikes import lists
from bot.messages.text import clean, unescape
from handlers.queue import debrief, history, hooks, overview, rules, spikes, stints

Word = Callable[[AsyncAck, Payload, AsyncWebClient, Sessions, datetime, str], Awaitable[None]]
"""It gets what comes after the word last."""


async def usage(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    await ack(lists.usage().payload())


WORDS: dict[str, Word] = {
    "": overview.show,
    "calm": spikes.calm,
    "done": stints.finish,
    "help": usage,
    "history": history.show,
    "hooks": hooks.show,
    "join": stints.join,
    "notes": debrief.list_notes,
    "rules": rules.show,
    "shadow": stints.shadow,
    "spike": spikes.spike,
}


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    if word not in WORDS:
        raise UserError(suggestions.not_understood("/queue", f"{word} {rest}".strip()))
    await WORDS[word](ack, body, client, sessions, now, rest)
