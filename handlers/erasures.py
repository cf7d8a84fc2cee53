"""*Erase my data* in `/steward me`."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import erasures as messages
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows.erasures import requests
from handlers.payloads import form_values, show_form


def register(on: Dispatcher) -> None:
    on.action(messages.OPEN)(open_form)
    on.view(messages.FORM)(begin)


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        await requests.check_can_begin(session, actor)
    await show_form(client, body, messages.form())
    await ack()


async def begin(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled = form_values(view)
    async with sessions.begin() as session:
        await requests.begin_own(
            session, actor, filled[messages.TYPED] or "", leaves=filled[messages.TEAM] == messages.LEAVE,
            words_too=messages.TOO in (filled[messages.WORDS] or []), now=now,
        )  # fmt: skip
    await ack(response_action="update", view=payload(messages.started()))
