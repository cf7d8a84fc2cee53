"""`/queue hooks`: leaders connect the tools that tell of their queues, try them, and take them away."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Ticket
from bot.clock import wall
from bot.errors import UserError
from bot.features.spikes import queries
from bot.features.webhooks import queries as webhooks_queries
from bot.features.webhooks.models import Sender, Webhook
from bot.messages import callbacks
from bot.messages.errors import which_team
from bot.messages.webhooks import forms, outcomes
from bot.messages.webhooks.names import FORM, MAKE, QUEUE, REMOVE, ROTATE, ROTATE_FORM, SECRET, SENDER, TRY
from bot.messages.webhooks.outcomes import UNTRIED
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Member, Team
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from handlers.payloads import form_values, pressed_value, show_form
from handlers.spikes import queue_names
from handlers.webhooks import senders
from handlers.webhooks.delivery import Received
from handlers.webhooks.senders import SENDERS

NOT_HERE = "You are not in that team any more."


def register(on: Dispatcher) -> None:
    on.action(MAKE)(open_form)
    on.view(FORM)(add_webhook)
    on.action(TRY)(send_test)
    on.action(ROTATE)(open_rotate)
    on.view(ROTATE_FORM)(rotate_secret)
    on.action(REMOVE)(remove_webhook)


async def show_webhooks(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """The list, for the leaders of the channel's team or of their only one."""
    workspace_id, user_id = body["team_id"], body["user_id"]
    async with sessions.reading() as session:
        theirs = await teams_queries.team_meant(session, workspace_id, user_id, channel_id=body["channel_id"])
        if len(theirs) > 1:
            raise UserError(which_team(theirs))
        team, _ = await _led_team(session, workspace_id, user_id, theirs[0].id)
        reader = await people.fetch_person(session, workspace_id, user_id)
        view = forms.listing(team, await webhooks_queries.list_webhooks(session, team), reader)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def open_form(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, public_url: str | None
) -> None:
    async with sessions.reading() as session:
        team, _ = await _led_team(
            session, body["team"]["id"], body["user"]["id"], callbacks.number(pressed_value(body))
        )
    await show_form(client, body, forms.make_form(team) if public_url else forms.no_address())
    await ack()


async def add_webhook(
    ack: AsyncAck,
    context: AsyncBoltContext,
    view: Payload,
    sessions: Sessions,
    now: datetime,
    public_url: str | None,
) -> None:
    filled = form_values(view)
    async with sessions.begin() as session:
        team_id = callbacks.number(view["private_metadata"])
        team, lead = await _led_team(session, context.team_id or "", context.user_id or "", team_id)
        sender, queue = callbacks.choice(Sender, filled[SENDER]), clean(filled[QUEUE] or "")
        known = await queries.list_queues(session, team, now=now)
        await queue_names.must_be_a_queue(session, team, queue, "spike", known, field=QUEUE)
        made = await webhooks_queries.add_webhook(session, lead, team, sender=sender, queue=queue, now=now)
    await ack(response_action="update", view=payload(forms.made(team, made, public_url or "")))


async def send_test(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A documented body, signed and proven and read as if it had come in, without any effect."""
    async with sessions.reading() as session:
        team, hook = await _find_webhook(session, body["team"]["id"], body["user"]["id"], pressed_value(body))
        secrets = webhooks_queries.list_secrets(session, hook, now)
    await show_form(
        client,
        body,
        forms.tried(team, hook, [outcomes.event_effect(each, hook.queue) for each in _read_sample(hook, secrets)]),
    )
    await ack()


async def open_rotate(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        _, hook = await _find_webhook(session, body["team"]["id"], body["user"]["id"], pressed_value(body))
    await show_form(client, body, forms.rotate_form(hook))
    await ack()


async def rotate_secret(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    team_id, _, hook_id = view["private_metadata"].partition(":")
    async with sessions.begin() as session:
        team, lead = await _led_team(session, context.team_id or "", context.user_id or "", callbacks.number(team_id))
        hook = await webhooks_queries.find_webhook(session, lead, callbacks.number(hook_id), lock=True)
        pasted = form_values(view).get(SECRET) or ""
        secret = await webhooks_queries.rotate_secret(session, lead, hook, secret=pasted, now=now)
    await ack(response_action="update", view=payload(forms.rotated(team, hook, secret)))


async def remove_webhook(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, _, hook_id = pressed_value(body).partition(":")
    async with sessions.begin() as session:
        _, lead = await _led_team(session, body["team"]["id"], body["user"]["id"], callbacks.number(team_id))
        await webhooks_queries.remove_webhook(
            session, lead, await webhooks_queries.find_webhook(session, lead, callbacks.number(hook_id), lock=True)
        )
    await show_form(client, body, forms.removed())
    await ack()


def _read_sample(hook: Webhook, secrets: list[str]) -> list[Alert | Ticket]:
    if not secrets:
        raise UserError(UNTRIED)
    sender, bare = Sender(hook.sender), Received(senders.load_sample(Sender(hook.sender)), {}, wall())
    received = Received(bare.body, SENDERS[sender].sign(bare, secrets[0]), bare.at)
    read = senders.parse_delivery(sender, received)
    if read.problem or not SENDERS[sender].proves(received, secrets):
        raise RuntimeError(f"the sample of {sender} does not come through: {read.problem}")
    return [*read.alerts, *read.tickets]


async def _find_webhook(session: AsyncSession, workspace_id: str, user_id: str, value: str) -> tuple[Team, Webhook]:
    team_id, _, hook_id = value.partition(":")
    team, lead = await _led_team(session, workspace_id, user_id, callbacks.number(team_id))
    return team, await webhooks_queries.find_webhook(session, lead, callbacks.number(hook_id))


async def _led_team(session: AsyncSession, workspace_id: str, user_id: str, team_id: int) -> tuple[Team, Member]:
    """A team, and its leader."""
    team = await session.get(Team, team_id)
    lead = await membership.member(session, team, user_id) if team and team.workspace_id == workspace_id else None
    if team is None or lead is None:
        raise UserError(NOT_HERE)
    lead.must_lead()
    return team, lead
