"""`/queue` and its buttons: every word of the command has its own listener."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.features.spikes.models import Answer
from bot.messages import suggestions
from bot.messages.debriefs.names import ANSWER, ANSWER_FORM, FORM, NOTHING, READ, TELL
from bot.messages.spikes import lists
from bot.messages.spikes.names import CANNOT, CLEAR, COME, CSV, DONE, IS_CALM, JOIN, LONGER, SHADOW
from bot.slack.commands import split
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload
from handlers import alert_rules, debriefs
from handlers.spikes import actions, commands
from handlers.webhooks import listeners as webhooks

Word = Callable[[AsyncAck, Payload, AsyncWebClient, Sessions, datetime, str], Awaitable[None]]
"""It gets what comes after the word last."""


async def usage(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    await ack(lists.usage().payload())


WORDS: dict[str, Word] = {
    "": commands.show_queues,
    "calm": commands.end_spike,
    "done": commands.finish,
    "help": usage,
    "history": commands.show_history,
    "hooks": webhooks.show_webhooks,
    "join": commands.join,
    "notes": debriefs.list_notes,
    "rules": alert_rules.show_rules,
    "shadow": commands.shadow,
    "spike": commands.call_spike,
}


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    word, rest = split(clean(unescape(body.get("text") or "")))
    if word not in WORDS:
        raise UserError(suggestions.not_understood("/queue", f"{word} {rest}".strip()))
    await WORDS[word](ack, body, client, sessions, now, rest)


def register(on: Dispatcher) -> None:
    on.command("/queue")(command)

    for action in JOIN.values():
        on.action(action)(actions.answer_with(Answer.JOINED))
    on.action(SHADOW)(actions.answer_with(Answer.SHADOWING))
    on.action(CLEAR)(actions.answer_with(Answer.CLEARING))
    on.action(CANNOT)(actions.answer_with(Answer.DECLINED))

    for action in LONGER.values():
        on.action(action)(actions.stay_longer)
    on.action(DONE)(actions.finish)

    on.event("message")(alert_rules.receive_message)
    alert_rules.register(on)
    webhooks.register(on)
    on.action(COME)(actions.join)
    on.action(IS_CALM)(actions.end_spike)
    on.action(CSV)(actions.send_history)

    on.action(TELL)(debriefs.open_form)
    on.action(NOTHING)(debriefs.say_nothing)
    on.view(FORM)(debriefs.save_notes)
    on.action(READ)(debriefs.open_notes)
    on.action(ANSWER)(debriefs.open_answer)
    on.view(ANSWER_FORM)(debriefs.answer_note)
