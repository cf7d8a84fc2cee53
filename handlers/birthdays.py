"""Handlers for birthdays: sign a birthday card, and decline the invitation to enter one's own dates."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.features.birthdays import queries, settings
from bot.features.birthdays.rules import LONGEST_LINE, WORDS
from bot.messages import birthdays as messages
from bot.messages.birthdays import DECLINE, FORM, OPEN
from bot.org import people
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.workflows import birthdays
from bot.workflows import home as workflows_home
from handlers.payloads import form_values, names_in, pressed_value, with_mentions


def register(on: Dispatcher) -> None:
    on.action(OPEN)(open_card)
    on.view(FORM)(sign)
    on.action(DECLINE)(decline_invitation)


async def open_card(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    _, occasion_id = messages.parse_metadata(pressed_value(body))
    async with sessions.reading() as session:
        team, occasion, words = await queries.card_with_words(session, *actor, occasion_id)
        names = await names_in(session, team.workspace_id, words)
    view = messages.sign_form(team, occasion, words, names, pressed_value(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def sign(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, occasion_id = messages.parse_metadata(view["private_metadata"])
    async with sessions.begin() as session:
        form = await with_mentions(session, actor.workspace_id, form_values(view), WORDS, longest=LONGEST_LINE)
        words = clean(form[WORDS])
        team, occasion = await birthdays.sign(session, actor, occasion_id, words, nudge_id=nudge_id, now=now)
    await ack(response_action="update", view=payload(messages.signed_view(team, occasion)))


async def decline_invitation(ack: AsyncAck, actor: Actor, sessions: Sessions, now: datetime) -> None:
    """Record that the actor does not want to enter a birthday and start date, so that Home stops asking."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor, lock=True)
        settings.answer_invitation(person)
        await workflows_home.publish_opened(session, person, now=now)
    await ack()
