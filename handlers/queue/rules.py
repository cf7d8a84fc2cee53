"""`/queue rules`: which messages are alerts, shown, made and removed by a team's leaders."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import places, teams
from bot.errors import UserError
from bot.features import rules, spikes
from bot.features.rules import Draft
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages import rules as messages
from bot.messages.errors import which_team
from bot.messages.post import Payload, payload
from bot.messages.text import clean
from bot.teams import Member, Team
from handlers.forms import answers
from handlers.presses import pressed
from handlers.queue import naming


def register(on: Listeners) -> None:
    on.action(messages.NEW)(open_form)
    for action_id in (*messages.PICKED.values(), messages.LOOK):
        on.action(action_id)(look)
    on.view(messages.FORM)(make)
    on.action(messages.REMOVE)(open_remove)
    on.view(messages.REMOVE_FORM)(remove)


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """What the team listens to."""
    async with sessions.reading() as session:
        found = await teams.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"])
        if len(found) > 1:
            raise UserError(which_team(found))
        await _leader(session, found[0], body["user_id"])
        kept = await rules.of_team(session, found[0])
    view = messages.listing(found[0], kept, body["channel_id"])
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
        raise UserError(rules.INVITE)
    draft = Draft(channel_id if channel_id in {each.id for each in channels} else "")
    view = payload(messages.form(team, channels, draft))
    opened = await client.views_push(trigger_id=body["trigger_id"], view=view)
    if draft.channel_id:
        async with sessions.begin() as session:
            await rules.ask_preview(session, team, lead, opened["view"]["id"], draft)
    await ack()


async def look(ack: AsyncAck, body: Payload, sessions: Sessions) -> None:
    """Something was picked: have the form shown what the rule reads now. Slack's answer must not be waited for."""
    view = body["view"]
    async with sessions.begin() as session:
        team, lead = await _team(
            session, body["team"]["id"], body["user"]["id"], handed_back.number(view["private_metadata"])
        )
        await rules.ask_preview(session, team, lead, view["id"], messages.draft_of(answers(view)))
    await ack()


async def make(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, lead = await _team(
            session, context.team_id or "", context.user_id or "", handed_back.number(view["private_metadata"])
        )
        filled = answers(view)
        typed = clean(filled.get(rules.QUEUE) or "")
        known = await spikes.known(session, team, now=now)
        await naming.must_be_a_queue(session, team, typed, "spike", known, field=rules.QUEUE)
        rule = await rules.make(session, team, lead, messages.draft_of(filled), now=now)
    await ack(response_action="update", view=payload(messages.kept(team, rule)))


async def open_remove(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, rule_id = handed_back.numbers(pressed(body), 2)
    async with sessions.reading() as session:
        team, _ = await _team(session, body["team"]["id"], body["user"]["id"], team_id)
        rule = await rules.one(session, team, rule_id)
    await client.views_push(trigger_id=body["trigger_id"], view=payload(messages.remove_form(rule)))
    await ack()


async def remove(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions) -> None:
    team_id, rule_id = handed_back.numbers(view["private_metadata"], 2)
    async with sessions.begin() as session:
        team, lead = await _team(session, context.team_id or "", context.user_id or "", team_id)
        rule = await rules.remove(session, team, lead, rule_id)
    await ack(response_action="update", view=payload(messages.removed(rule)))


async def _team(session: AsyncSession, workspace_id: str, user_id: str, team_id: int) -> tuple[Team, Member]:
    team = await teams.one(session, workspace_id, user_id, team_id)
    return team, await _leader(session, team, user_id)


async def _leader(session: AsyncSession, team: Team, user_id: str) -> Member:
    member = await teams.member(session, team, user_id)
    if member is None:
        raise UserError("That is for the team's leaders.")
    member.must_lead()
    return member
