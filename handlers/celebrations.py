"""Handlers for celebrations: `/funtank celebrate` and its form, and reactions to messages in a team's channel."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refusal
from bot.features.celebrations import queries as celebrations_queries
from bot.features.celebrations import rules as celebrations_rules
from bot.features.celebrations import vocabulary
from bot.features.celebrations.rules import LONGEST_WORDS, REACTION_PERIOD, WHAT, ReactionChange, WrittenMark
from bot.features.celebrations.settings import Settings
from bot.messages import callbacks
from bot.messages import celebrations as messages
from bot.messages.errors import with_words
from bot.org.teams import queries
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean
from bot.slack.post import Payload, payload
from bot.text.normalization import normalize_emoji
from bot.workflows import celebrations
from handlers.payloads import form_values, names_in, with_mentions

BY_PEOPLE = (None, "file_share", "thread_broadcast", "message_changed")


def register(on: Dispatcher) -> None:
    on.event("message")(record_unsuitable_message)
    on.event("reaction_added")(record_reaction)
    on.event("reaction_removed")(record_reaction)


async def record_unsuitable_message(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    """Record a message about grief, an outage or a poll, so that reactions to it do not count as a celebration.

    Other messages cost no query, except replies, which cost one.
    """
    said = _parsed(event, now)
    if said is None or not (said.mark or said.thread):
        return
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, actor.workspace_id, said.channel_id)
        if team is None or not (said.mark or await celebrations_queries.is_thread_about_loss(session, team, said)):
            return
    async with sessions.begin() as session:
        await celebrations.record_unsuitable_message(session, team, said)


def _parsed(event: Payload, now: datetime) -> WrittenMark | None:
    """Parse a person's new or edited message; return None for messages by bots and for old ones."""
    message = event.get("message") or event
    if event.get("subtype") not in BY_PEOPLE or message.get("bot_id") or not message.get("ts"):
        return None
    ts, thread = message["ts"], message.get("thread_ts")
    if celebrations_rules.sent_at(ts) < now - REACTION_PERIOD:
        return None
    mark = vocabulary.find_objection(message.get("text") or "")
    return WrittenMark(event["channel"], ts, thread if thread != ts else None, mark)


async def record_reaction(
    actor: Actor, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime
) -> None:
    """Record a reaction to a person's message in a team's channel."""
    item, bot_id, author_id = event["item"], context.bot_user_id, event.get("item_user")
    if item["type"] != "message" or bot_id in (event["user"], author_id) or not author_id:
        return
    emoji = normalize_emoji(event["reaction"])
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, actor.workspace_id, item["channel"])
    if team is None or not (
        Settings.of(team).reactions and celebrations_rules.is_counted_emoji(emoji, Settings.of(team).glad)
    ):
        return
    is_on = event["type"] == "reaction_added"
    seen = ReactionChange(item["channel"], item["ts"], author_id, event["user"], emoji, event["event_ts"], is_on=is_on)
    async with sessions.begin() as session:
        await celebrations.record_reaction(session, team, seen, now=now)


async def celebrate(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, words: str
) -> None:
    """Post a celebration, or open a form if `words` is empty or too long, or if the team is ambiguous."""
    try:
        async with sessions.begin() as session:
            choice = await queries.team_meant(session, *actor, channel_id=body["channel_id"])
            if is_clear := 0 < len(words) <= LONGEST_WORDS and len(choice) == 1:
                await celebrations.celebrate(session, choice[0], actor, words, sessions.delivery_id, now=now)
            names = await names_in(session, actor.workspace_id, words)
    except Refusal as refused:
        raise Refusal(with_words(refused.sentence, words)) from None
    if is_clear:
        await ack(messages.confirmation(choice[0]).payload())
        return
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.form(choice, words, names)))
    await ack()


async def celebrate_by_form(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    form = form_values(view)
    async with sessions.begin() as session:
        team_id = callbacks.number(form.get(messages.TEAM) or view["private_metadata"])
        team = await queries.own_team(session, *actor, team_id)
        form = await with_mentions(session, actor.workspace_id, form, WHAT, longest=LONGEST_WORDS)
        await celebrations.celebrate(session, team, actor, clean(form[WHAT]), sessions.delivery_id, now=now)
    await ack(response_action="update", view=payload(messages.closing_form(messages.confirmation(team))))
