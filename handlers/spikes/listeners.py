"""Registration of the listeners of `/queue` and its buttons, with one function per subcommand."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.spikes.models import Kind
from bot.messages import suggestions
from bot.messages.spikes import lists
from bot.messages.spikes.cards import CANNOT, CLEAR, COME, CSV, DONE, IS_CALM, JOIN, LONGER, SHADOW
from bot.slack.commands import split
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, Post, payload
from handlers import alert_rules, breaks, debriefs, heads_ups
from handlers.spikes import actions, commands
from handlers.spikes.queue_names import Typed
from handlers.webhooks import listeners as webhooks

Word = Callable[[AsyncSession, Typed], Awaitable[Post | ModalView]]


async def usage(session: AsyncSession, typed: Typed) -> Post:
    return lists.usage()


READING: dict[str, Word] = {
    "": commands.show_queues,
    "headsup": heads_ups.build_form,
    "help": usage,
    "hooks": webhooks.show_webhooks,
    "notes": debriefs.list_notes,
    "rules": alert_rules.show_rules,
}
WORDS: dict[str, Word] = READING | {
    "break": breaks.ask_for_break,
    "calm": commands.end_spike,
    "done": commands.finish,
    "history": commands.show_history,
    "join": commands.join,
    "shadow": commands.shadow,
    "spike": commands.call_spike,
}


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    if word not in WORDS:
        raise Refusal(suggestions.not_understood("/queue", f"{word} {rest}".strip()))
    async with sessions.reading() if word in READING else sessions.begin() as session:
        answer = await WORDS[word](session, Typed(actor, body["channel_id"], rest, now))
    if isinstance(answer, Post):
        await ack(answer.payload())
    else:
        await client.views_open(trigger_id=body["trigger_id"], view=payload(answer))
        await ack()


def register(on: Dispatcher) -> None:
    on.command("/queue")(command)

    for action in JOIN.values():
        on.action(action)(actions.answer_with(Kind.QUEUE))
    on.action(SHADOW)(actions.answer_with(Kind.SHADOW))
    on.action(CLEAR)(actions.answer_with(Kind.BLOCKER))
    on.action(CANNOT)(actions.answer_with(None))

    for action in LONGER.values():
        on.action(action)(actions.extend_stint)
    on.action(DONE)(actions.finish_stint)

    on.action(COME)(actions.join)
    on.action(IS_CALM)(actions.end_spike)
    on.action(CSV)(actions.send_history)
