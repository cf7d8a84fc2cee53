"""Handlers for `/queue hooks`: leaders add, test, rotate and remove the webhooks of their queues."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Ticket
from bot.clock import read_wall_clock
from bot.errors import Refusal
from bot.features import webhooks
from bot.features.webhooks import QUEUE, SECRET, SENDER, Sender, Webhook
from bot.messages import callbacks
from bot.messages import webhooks as messages
from bot.messages.webhooks import FORM, MAKE, REMOVE, ROTATE, ROTATE_FORM, TRY
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Member, Team
from bot.refusals import common
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from handlers.payloads import form_values, pressed_value, show_form
from handlers.spikes import queue_names
from handlers.spikes.queue_names import Typed
from handlers.webhooks import senders
from handlers.webhooks.delivery import Received


def register(on: Dispatcher) -> None:
    on.action(MAKE)(open_form)
    on.view(FORM)(add_webhook)
    on.action(TRY)(send_test)
    on.action(ROTATE)(open_rotate)
    on.view(ROTATE_FORM)(rotate_secret)
    on.action(REMOVE)(remove_webhook)


async def show_webhooks(session: AsyncSession, typed: Typed) -> ModalView:
    """Return the webhooks of the channel's team, or else of the actor's only team; for leaders only."""
    team = await queue_names.find_team(session, typed.actor, typed.channel_id)
    await _led_team(session, typed.actor, team.id)
    reader = await people.fetch_person(session, *typed.actor)
    return messages.webhook_list(team, await webhooks.list_webhooks(session, team), reader)


async def open_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, public_url: str | None
) -> None:
    async with sessions.reading() as session:
        team, _ = await _led_team(session, actor, callbacks.number(pressed_value(body)))
    await show_form(client, body, messages.make_form(team) if public_url else messages.no_address())
    await ack()


async def add_webhook(
    ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime, public_url: str | None
) -> None:
    filled = form_values(view)
    async with sessions.begin() as session:
        team, lead = await _led_team(session, actor, callbacks.number(view["private_metadata"]))
        sender, queue = callbacks.parse_choice(Sender, filled[SENDER]), clean(filled[QUEUE] or "")
        await queue_names.must_not_be_a_person(session, team, queue, QUEUE, now=now)
        made = await webhooks.add_webhook(session, lead, team, sender=sender, queue=queue, now=now)
    await ack(response_action="update", view=payload(messages.new_webhook_view(team, made, public_url or "")))


async def send_test(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Show what a sample payload would do, by signing, verifying and parsing it, but without any effect."""
    async with sessions.reading() as session:
        team, _, hook = await _find_webhook(session, actor, pressed_value(body))
        secrets = webhooks.list_secrets(session, hook, now)
    lines = [messages.event_effect(each, hook.queue) for each in _read_sample(hook, secrets)]
    await show_form(client, body, messages.sample_result(team, hook, lines))
    await ack()


async def open_rotate(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        _, _, hook = await _find_webhook(session, actor, pressed_value(body))
    await show_form(client, body, messages.rotate_form(hook))
    await ack()


async def rotate_secret(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, lead, hook = await _find_webhook(session, actor, view["private_metadata"], lock=True)
        pasted = form_values(view).get(SECRET) or ""
        secret = await webhooks.rotate_secret(session, lead, hook, secret=pasted, now=now)
    await ack(response_action="update", view=payload(messages.rotated_view(team, hook, secret)))


async def remove_webhook(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        _, lead, hook = await _find_webhook(session, actor, pressed_value(body), lock=True)
        await webhooks.remove_webhook(session, lead, hook)
    await show_form(client, body, messages.removed_view())
    await ack()


def _read_sample(hook: Webhook, secrets: list[str]) -> list[Alert | Ticket]:
    if not secrets:
        raise Refusal(common.WEBHOOK_UNTRIED)
    sender, bare = Sender(hook.sender), Received(senders.load_sample(Sender(hook.sender)), {}, read_wall_clock())
    received = Received(bare.body, senders.SENDERS[sender].module.sign(bare, secrets[0]), bare.at)
    read = senders.parse_delivery(sender, received)
    if read.problem or not senders.SENDERS[sender].module.verify(received, secrets):
        raise RuntimeError(f"the sample of {sender} does not come through: {read.problem}")
    return [*read.alerts, *read.tickets]


async def _find_webhook(
    session: AsyncSession, actor: Actor, value: str, *, lock: bool = False
) -> tuple[Team, Member, Webhook]:
    """Return the team, the asking leader and the webhook that the value of a button or form refers to."""
    team_id, hook_id = callbacks.parts(value, 2)
    team, lead = await _led_team(session, actor, callbacks.number(team_id))
    return team, lead, await webhooks.find_webhook(session, lead, callbacks.number(hook_id), lock=lock)


async def _led_team(session: AsyncSession, actor: Actor, team_id: int) -> tuple[Team, Member]:
    """Return a team and the actor as its member; raise a `Refusal` unless they lead it."""
    team = await session.get(Team, team_id)
    is_here = team and team.workspace_id == actor.workspace_id
    lead = await membership.member(session, team, actor.person_id) if team and is_here else None
    if team is None or lead is None:
        raise Refusal(common.LEFT_TEAM)
    lead.must_lead()
    return team, lead
