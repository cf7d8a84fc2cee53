"""`/queue rules` for leaders, and new and edited messages, from which alert rules read alerts.

Message events are frequent, so an event in a channel without rules costs only one query. Deletions have no effect;
`/queue calm` ends a spike that was opened by mistake. People's messages count only if they belong to the workspace.
"""

from dataclasses import replace
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.alert_rules import queries, rules
from bot.features.alert_rules.rules import QUEUE, RuleDraft
from bot.messages import callbacks
from bot.messages.alert_rules import forms, lists, sources
from bot.messages.alert_rules.forms import FORM, LOOK, NEW, PICKED, REMOVE, REMOVE_FORM
from bot.org import channels as org_channels
from bot.org import people, workspaces
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Member, Team
from bot.refusals import alert_rules as refusals
from bot.refusals import common
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, permalink
from bot.slack.post import Payload, payload
from bot.workflows.spikes import signals
from handlers.payloads import form_values, pressed_value
from handlers.spikes import queue_names
from handlers.spikes.queue_names import Typed


def register(on: Dispatcher) -> None:
    on.event("message")(receive_message)
    on.action(NEW)(open_form)
    for action_id in (*PICKED.values(), LOOK):
        on.action(action_id)(preview)
    on.view(FORM)(add_rule)
    on.action(REMOVE)(open_remove)
    on.view(REMOVE_FORM)(remove_rule)


async def receive_message(
    actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime
) -> None:
    own, workspace_id = (context.bot_id, context.bot_user_id), actor.workspace_id
    if not sources.may_hold_alert(event, own):
        return
    async with sessions.reading() as session:
        here = await queries.list_channel_rules(session, workspace_id, event["channel"])
    heard = sources.parse_event(event, own) if here else None
    if heard is None:
        return
    message = heard.message
    told = [(team, alerts) for team, theirs in here if (alerts := rules.find_new_alerts(theirs, message, heard.was))]
    if not told:
        return
    async with sessions.begin() as session:
        if message.author_id and not await people.who_may_join(session, workspace_id, [message.author_id]):
            return
        for team, alerts in told:
            stands_at = permalink(await workspaces.message_url(session, workspace_id), message.channel_id, message.ts)
            placed = [replace(alert, url=alert.url or stands_at) for alert in alerts]
            await signals.receive_alerts(session, team, placed, now=now)


async def show_rules(session: AsyncSession, typed: Typed) -> ModalView:
    """Return the view with the team's alert rules, for `/queue rules`."""
    team = await queue_names.find_team(session, typed.actor, typed.channel_id)
    await _leader(session, team, typed.actor)
    return lists.rule_list(team, await queries.list_rules(session, team), typed.channel_id)


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open the form for a new rule, with the channel of the command preselected if the bot is in it."""
    team_id, channel_id = callbacks.parts(pressed_value(body), 2)
    async with sessions.reading() as session:
        team, lead = await _led_team(session, actor, callbacks.number(team_id))
        channels = await org_channels.shared_with(session, *actor)
    if not channels:
        raise Refusal(refusals.INVITE)
    draft = RuleDraft(channel_id if channel_id in {each.id for each in channels} else "")
    view = payload(forms.rule_form(team, channels, draft))
    opened = await client.views_push(trigger_id=body["trigger_id"], view=view)
    if draft.channel_id:
        async with sessions.begin() as session:
            await queries.request_preview(session, team, lead, opened["view"]["id"], draft)
    await ack()


async def preview(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions) -> None:
    """Request a preview of an alert rule from the values in its form.

    A worker reads the channel's messages, because this handler must not wait for Slack.
    """
    async with sessions.begin() as session:
        team, lead = await _led_team(session, actor, callbacks.number(view["private_metadata"]))
        await queries.request_preview(session, team, lead, view["id"], forms.parse_draft(form_values(view)))
    await ack()


async def add_rule(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    filled = form_values(view)
    async with sessions.begin() as session:
        team, lead = await _led_team(session, actor, callbacks.number(view["private_metadata"]))
        await queue_names.must_not_be_a_person(session, team, clean(filled.get(QUEUE) or ""), QUEUE, now=now)
        rule = await queries.add_rule(session, team, lead, forms.parse_draft(filled), now=now)
    await ack(response_action="update", view=payload(lists.added_view(team, rule)))


async def open_remove(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, rule_id = callbacks.numbers(pressed_value(body), 2)
    async with sessions.reading() as session:
        team, _ = await _led_team(session, actor, team_id)
        rule = await queries.find_rule(session, team, rule_id)
    await client.views_push(trigger_id=body["trigger_id"], view=payload(lists.remove_form(rule)))
    await ack()


async def remove_rule(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions) -> None:
    team_id, rule_id = callbacks.numbers(view["private_metadata"], 2)
    async with sessions.begin() as session:
        team, lead = await _led_team(session, actor, team_id)
        rule = await queries.remove_rule(session, team, lead, rule_id)
    await ack(response_action="update", view=payload(lists.removed_view(rule)))


async def _led_team(session: AsyncSession, actor: Actor, team_id: int) -> tuple[Team, Member]:
    team = await teams_queries.own_team(session, *actor, team_id)
    return team, await _leader(session, team, actor)


async def _leader(session: AsyncSession, team: Team, actor: Actor) -> Member:
    member = await membership.member(session, team, actor.person_id)
    if member is None:
        raise Refusal(common.FOR_LEADERS_ONLY)
    member.must_lead()
    return member
