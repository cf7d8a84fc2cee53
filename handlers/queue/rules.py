"""`/queue rules`: which messages are alerts, shown, made and removed by a team's leaders."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import places
from bot.errors import UserError
from bot.features.rules import keeping
from bot.features.rules.keeping import INVITE, QUEUE
from bot.features.rules.reading import Draft
from bot.features.spikes import queues
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.errors import which_team
from bot.messages.post import Payload, payload
from bot.messages.rules import form, lists
from bot.messages.rules.names import FORM, LOOK, NEW, PICKED, REMOVE, REMOVE_FORM
from bot.messages.text import clean
from bot.teams import finding, membership
from bot.teams.tables import Member, Team
from handlers.forms import answers
from handlers.presses import pressed
from handlers.queue import naming


def register(on: Listeners) -> None:
    on.action(NEW)(open_form)
    for action_id in (*PICKED.values(), LOOK):
        on.action(action_id)(look)
    on.view(FORM)(make)
    on.action(REMOVE)(open_remove)
    on.view(REMOVE_FORM)(remove)


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """What the team listens to."""
    async with sessions.reading() as session:
        found = await finding.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"])
        if len(found) > 1:
            raise UserError(which_team(found))
        await _leader(session, found[0], body["user_id"])
        kept = await keeping.of_team(session, found[0])
    view = lists.listing(found[0], kept, body["channel_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """An empty rule, for the channel where somebody asked if it can be read."""
    workspace_id, user_id = body["team"]["id"], body["user"]["id"]
    team_id, _, channel_id = pressed(body).partition(":")
    async with sessions.reading() as session:
        team, lead = await _team(session, workspace_id, user_id, handed_back.number(team_id))
        channels = await places.shared_with(session, workspace_id, user_id)
    if not channels:
        raise UserError(INVITE)
    draft = Draft(channel_id if channel_id in {each.id for each in channels} else "")
    view = payload(form.form(team, channels, draft))
    opened = await client.views_push(trigger_id=body["trigger_id"], view=view)
    if draft.channel_id:
        async with sessions.begin() as session:
            await keeping.ask_preview(session, team, lead, opened["view"]["id"], draft)
    await ack()


async def look(ack: AsyncAck, body: Payload, sessions: Sessions) -> None:
    """Something was picked: have the form shown what the rule reads now. Slack's answer must not be waited for."""
    view = body["view"]
    async with sessions.begin() as session:
        team, lead = await _team(
            session, body["team"]["id"], body["user"]["id"], handed_back.number(view["private_metadata"])
        )
        await keeping.ask_preview(session, team, lead, view["id"], form.draft_of(answers(view)))
    await ack()


async def make(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, lead = await _team(
            session, context.team_id or "", context.user_id or "", handed_back.number(view["private_metadata"])
        )
        filled = answers(view)
        typed = clean(filled.get(QUEUE) or "")
        known = await queues.known(session, team, now=now)
        await naming.must_be_a_queue(session, team, typed, "spike", known, field=QUEUE)
        rule = await keeping.make(session, team, lead, form.draft_of(filled), now=now)
    await ack(response_action="update", view=payload(lists.kept(team, rule)))


async def open_remove(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, rule_id = handed_back.numbers(pressed(body), 2)
    async with sessions.reading() as session:
        team, _ = await _team(session, body["team"]["id"], body["user"]["id"], team_id)
        rule = await keeping.one(session, team, rule_id)
    await client.views_push(trigger_id=body["trigger_id"], view=payload(lists.remove_form(rule)))
    await ack()


async def remove(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions) -> None:
    team_id, rule_id = handed_back.numbers(view["private_metadata"], 2)
    async with sessions.begin() as session:
        team, lead = await _team(session, context.team_id or "", context.user_id or "", team_id)
        rule = await keeping.remove(session, team, lead, rule_id)
    await ack(response_action="update", view=payload(lists.removed(rule)))


async def _team(session: AsyncSession, workspace_id: str, user_id: str, team_id: int) -> tuple[Team, Member]:
    team = await finding.one(session, workspace_id, user_id, team_id)
    return team, await _leader(session, team, user_id)


async def _leader(session: AsyncSession, team: Team, user_id: str) -> Member:
    member = await membership.member(session, team, user_id)
    if member is None:
        raise UserError("That is for the team's leaders.")
    member.must_lead()
    return member
