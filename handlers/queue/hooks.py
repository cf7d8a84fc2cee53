"""`/queue hooks`: leaders connect the tools that tell of their queues, try them, and take them away."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.alerts import Alert, Ticket
from bot.clock import wall
from bot.errors import UserError
from bot.features.hooks import hearing, keeping
from bot.features.hooks.tables import Hook, Sender
from bot.features.spikes import queues
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.errors import which_team
from bot.messages.hooks import forms, telling
from bot.messages.hooks.names import FORM, MAKE, QUEUE, REMOVE, ROTATE, ROTATE_FORM, SECRET, SENDER, TRY
from bot.messages.hooks.telling import UNTRIED
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.teams import finding, membership
from bot.teams.tables import Member, Team
from handlers.alerts import senders
from handlers.alerts.delivery import Received
from handlers.alerts.senders import SENDERS
from handlers.forms import answers
from handlers.presses import pressed, show_form
from handlers.queue import naming

NOT_HERE = "You are not in that team any more."


def register(on: Listeners) -> None:
    on.action(MAKE)(open_form)
    on.view(FORM)(make)
    on.action(TRY)(try_out)
    on.action(ROTATE)(open_rotate)
    on.view(ROTATE_FORM)(rotate)
    on.action(REMOVE)(remove)


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """The list, for the leaders of the channel's team or of their only one."""
    workspace_id, user_id = body["team_id"], body["user_id"]
    async with sessions.reading() as session:
        theirs = await finding.which(session, workspace_id, user_id, channel_id=body["channel_id"])
        if len(theirs) > 1:
            raise UserError(which_team(theirs))
        team, _ = await _led(session, workspace_id, user_id, theirs[0].id)
        reader = await directory.person(session, workspace_id, user_id)
        view = forms.listing(team, await keeping.of_team(session, team), reader)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def open_form(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, public_url: str | None
) -> None:
    async with sessions.reading() as session:
        team, _ = await _led(session, body["team"]["id"], body["user"]["id"], handed_back.number(pressed(body)))
    await show_form(client, body, forms.make_form(team) if public_url else forms.no_address())
    await ack()


async def make(
    ack: AsyncAck,
    context: AsyncBoltContext,
    view: Payload,
    sessions: Sessions,
    now: datetime,
    public_url: str | None,
) -> None:
    filled = answers(view)
    async with sessions.begin() as session:
        team_id = handed_back.number(view["private_metadata"])
        team, lead = await _led(session, context.team_id or "", context.user_id or "", team_id)
        sender, queue = handed_back.choice(Sender, filled[SENDER]), clean(filled[QUEUE] or "")
        known = await queues.known(session, team, now=now)
        await naming.must_be_a_queue(session, team, queue, "spike", known, field=QUEUE)
        made = await keeping.make(session, lead, team, sender=sender, queue=queue, now=now)
    await ack(response_action="update", view=payload(forms.made(team, made, public_url or "")))


async def try_out(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """A documented body, signed and proven and read as if it had come in, without any effect."""
    async with sessions.reading() as session:
        team, hook = await _of(session, body["team"]["id"], body["user"]["id"], pressed(body))
        secrets = hearing.secrets_of(session, hook, now)
    await show_form(
        client, body, forms.tried(team, hook, [telling.told(each, hook.queue) for each in _tried(hook, secrets)])
    )
    await ack()


async def open_rotate(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        _, hook = await _of(session, body["team"]["id"], body["user"]["id"], pressed(body))
    await show_form(client, body, forms.rotate_form(hook))
    await ack()


async def rotate(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    team_id, _, hook_id = view["private_metadata"].partition(":")
    async with sessions.begin() as session:
        team, lead = await _led(session, context.team_id or "", context.user_id or "", handed_back.number(team_id))
        hook = await keeping.one(session, lead, handed_back.number(hook_id), lock=True)
        pasted = answers(view).get(SECRET) or ""
        secret = await keeping.rotate(session, lead, hook, secret=pasted, now=now)
    await ack(response_action="update", view=payload(forms.rotated(team, hook, secret)))


async def remove(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, _, hook_id = pressed(body).partition(":")
    async with sessions.begin() as session:
        _, lead = await _led(session, body["team"]["id"], body["user"]["id"], handed_back.number(team_id))
        await keeping.remove(session, lead, await keeping.one(session, lead, handed_back.number(hook_id), lock=True))
    await show_form(client, body, forms.removed())
    await ack()


def _tried(hook: Hook, secrets: list[str]) -> list[Alert | Ticket]:
    if not secrets:
        raise UserError(UNTRIED)
    sender, bare = Sender(hook.sender), Received(senders.sample(Sender(hook.sender)), {}, wall())
    received = Received(bare.body, SENDERS[sender].sign(bare, secrets[0]), bare.at)
    read = senders.read(sender, received)
    if read.problem or not SENDERS[sender].proves(received, secrets):
        raise RuntimeError(f"the sample of {sender} does not come through: {read.problem}")
    return [*read.alerts, *read.tickets]


async def _of(session: AsyncSession, workspace_id: str, user_id: str, value: str) -> tuple[Team, Hook]:
    team_id, _, hook_id = value.partition(":")
    team, lead = await _led(session, workspace_id, user_id, handed_back.number(team_id))
    return team, await keeping.one(session, lead, handed_back.number(hook_id))


async def _led(session: AsyncSession, workspace_id: str, user_id: str, team_id: int) -> tuple[Team, Member]:
    """A team, and its leader."""
    team = await session.get(Team, team_id)
    lead = await membership.member(session, team, user_id) if team and team.workspace_id == workspace_id else None
    if team is None or lead is None:
        raise UserError(NOT_HERE)
    lead.must_lead()
    return team, lead
