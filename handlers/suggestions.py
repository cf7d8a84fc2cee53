"""Handler for messages to the bot, by DM or mention, which it answers with the nearest command.

Each message is answered at most once, within an hourly limit per person. Bots get no answer, nor do messages that were
recognized as thanks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_bolt.async_app import AsyncBoltContext
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import queries
from bot.features.shoutouts.models import MessageRef
from bot.messages import suggestions
from bot.nudges import history
from bot.org import people
from bot.org.workspaces import Address
from bot.slack import inbox
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import PERSON
from bot.slack.outbox import outbox
from bot.slack.post import Payload

BY_PEOPLE = (None, "file_share", "thread_broadcast")
PER_HOUR = 5
WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class MessageToBot:
    """A new message to the bot, and where to send the answer: the conversation and, if any, the thread."""

    place: MessageRef
    author_id: str
    text: str
    conversation: str
    thread_ts: str | None


def register(on: Dispatcher) -> None:
    on.event("message")(answer)


async def answer(actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    written = parse_message(event, context.bot_user_id or "")
    if written is None:
        return
    workspace_id = actor.workspace_id
    async with sessions.begin() as session:
        mentioned = [found[1] for found in PERSON.finditer(written.text[: suggestions.MOST_READ])]
        known = await people.fetch_people(session, workspace_id, {written.author_id, *mentioned})
        is_bot = written.author_id in known and known[written.author_id].is_bot
        if is_bot or await _is_thanks(session, workspace_id, written):
            return
        if turn := await _claim_turn(session, workspace_id, written, now):
            post = suggestions.answer(
                written.text, {id: person.name for id, person in known.items()}, is_last=turn == PER_HOUR
            )
            to = Address(workspace_id, written.conversation)
            await outbox.put(session, post, to=to, not_before=now, thread_ts=written.thread_ts)


async def _is_thanks(session: AsyncSession, workspace_id: str, written: MessageToBot) -> bool:
    """Return whether a message was recorded as thanks, or a shout-out was offered to its author."""
    return await queries.is_recognized_as_thanks(session, workspace_id, written.place) or await history.was_offered(
        session, workspace_id, written.author_id, str(written.place)
    )


async def _claim_turn(session: AsyncSession, workspace_id: str, written: MessageToBot, now: datetime) -> int | None:
    """Return the number of answers to the author in this hour, or None over the limit or for a duplicate."""
    if not await inbox.claim_turn(session, workspace_id, f"answer:{written.place}", now=now):
        return None
    key = f"answers:{written.author_id}"
    return await inbox.claim_turn(session, workspace_id, key, turns=PER_HOUR, again_after=WINDOW, now=now)


def parse_message(event: Payload, bot_user_id: str) -> MessageToBot | None:
    """Parse a person's new message to the bot; return None for any other event, and for edits and deletions."""
    author_id, text = event.get("user"), event.get("text") or ""
    if event.get("subtype") not in BY_PEOPLE or event.get("bot_id") or author_id in (None, bot_user_id, "USLACKBOT"):
        return None
    is_direct = event.get("channel_type") == "im"
    if not is_direct and all(found[1] != bot_user_id for found in PERSON.finditer(text)):
        return None
    thread_ts = event.get("thread_ts") or (None if is_direct else event["ts"])
    conversation = str(author_id) if is_direct else event["channel"]
    place = MessageRef(event["channel"], event["ts"])
    said = PERSON.sub(lambda found: " " if found[1] == bot_user_id else found[0], text)
    return MessageToBot(place, str(author_id), said, conversation, thread_ts)
