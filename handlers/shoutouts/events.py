"""Thanks in a team's channel: plain messages, their edits and deletions, and reactions.

Messages come by the hundreds. One that names nobody costs nothing, one without a phrase a single read, and only a
shout-out is written down.
"""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import nudges, rules
from bot.features.shoutouts.models import MessageRef, Shoutout
from bot.features.shoutouts.nudges import PASSING_THANKS
from bot.features.shoutouts.rules import LONGEST_REASON
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import cards as shoutouts_cards
from bot.messages.shoutouts import names, parser, reasons
from bot.messages.shoutouts.parser import Thanks
from bot.nudges import engine
from bot.org import channels, people, workspaces
from bot.org.availability import moment
from bot.org.teams import membership, queries
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack import home, inbox
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import shortened
from bot.slack.outbox import outbox
from bot.slack.outbox import queries as outbox_queries
from bot.slack.post import Payload
from bot.workflows import fun_tank
from bot.workflows.nudges import KINDS, schedule_next_check
from bot.workflows.shoutouts import channel_thanks, receivers
from bot.workflows.shoutouts.channel_thanks import ChannelMessage, MessageChange, Reaction

MOST_EDITS = 5
"""Later ones of a message only take thanks back."""
BY_PEOPLE = (None, "file_share", "thread_broadcast")


async def record_message(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    said = _parsed(event)
    if said is None or not (said.is_gone or parser.may_thank(said.text) or parser.may_thank(said.was)):
        return
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, body["team_id"], said.place.channel_id)
        if team is None:
            return
        thanks, was = [await _thanks(session, team, text) for text in (said.text, said.was)]
    if not (said.is_gone or thanks.whom or was.whom):
        if Settings.of(team).listens and not said.was:
            await _offer(team, said, parser.parse_message(said.text, PASSING_THANKS).whom, sessions, now)
        return
    async with sessions.begin() as session:
        message = await _message(session, team, said, thanks)
        may_add = not said.was or await _may_edit(session, team, said, now)
        if heard := await channel_thanks.record_message(session, team, message, may_add=may_add, now=now):
            before = await receivers.find_people(session, team.workspace_id, was.whom)
            await channel_thanks.publish_message(session, team, heard, said, now)
            if may_add:
                await channel_thanks.explain_unthanked(session, team, heard, thanks, was, now)
            home.mark_changed(session, team.workspace_id, [said.author_id, *message.receivers, *before], now=now)
            await fun_tank.record_thanks(session, team, heard.shoutout, now=now)


async def _may_edit(session: AsyncSession, team: Team, said: MessageChange, now: datetime) -> bool:
    """Tell whether an edit may still tell people something."""
    key = f"edits:{said.place}"
    return await inbox.claim_turn(session, team.workspace_id, key, turns=MOST_EDITS, now=now) is not None


async def _thanks(session: AsyncSession, team: Team, text: str) -> Thanks:
    phrases = Settings.of(team).phrases
    thanks = parser.parse_message(text, phrases)
    if any(map(receivers.is_typed, [*thanks.whom, *thanks.perhaps])):
        thanks = parser.parse_message(await receivers.link_typed_names(session, team.workspace_id, text), phrases)
    return thanks


async def _message(session: AsyncSession, team: Team, said: MessageChange, thanks: Thanks) -> ChannelMessage:
    named = await channels.names_by_id(session, team.workspace_id, reasons.unnamed_mentions(said.text))
    return ChannelMessage(
        said.place,
        said.author_id,
        await receivers.find_people(session, team.workspace_id, thanks.whom),
        shortened(reasons.normalize_reason(reasons.without_quotes(said.text), named), LONGEST_REASON),
        said.event_ts,
        said.is_gone,
        await receivers.find_people(session, team.workspace_id, thanks.perhaps),
    )


async def _offer(team: Team, said: MessageChange, refs: Sequence[str], sessions: Sessions, now: datetime) -> None:
    """Thanks in passing: ask the writer, at work and not too often, whether to make it a shout-out."""
    if not refs:
        return
    async with sessions.begin() as session:
        ids = await receivers.find_people(session, team.workspace_id, refs)
        known = await people.fetch_people(session, team.workspace_id, {said.author_id, *ids})
        writer, member = known.get(said.author_id), await membership.member(session, team, said.author_id)
        others = rules.thankable(said.author_id, ids, known)
        if not (writer and member and others):
            return
        seat = Seat(writer, team, member.role)
        if moment.is_good(seat.routine, now):
            await engine.offer(session, nudges.offer_candidate(seat, said.place, others), KINDS, now=now)
            await schedule_next_check(session, team.workspace_id, now=now)


def _parsed(event: Payload) -> MessageChange | None:
    """What an event tells of a person's message; None when it is a bot's, or when its words stay the same."""
    subtype, message, was = event.get("subtype"), event, event.get("previous_message") or {}
    if subtype in ("message_changed", "message_deleted"):
        message = event.get("message") or {"subtype": "tombstone"}
    elif subtype not in BY_PEOPLE:
        return None
    is_gone = message.get("subtype") == "tombstone"
    written = was if is_gone else message
    is_same = not is_gone and subtype == "message_changed" and message.get("text") == was.get("text")
    if is_same or written.get("subtype") not in BY_PEOPLE or written.get("bot_id") or not written.get("user"):
        return None
    place = MessageRef(event["channel"], written["ts"])
    text = "" if is_gone else message.get("text") or ""
    return MessageChange(
        place, written["user"], text, was.get("text") or "", event.get("event_ts") or event["ts"], is_gone
    )


async def record_reaction(
    body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime
) -> None:
    item = event["item"]
    if item["type"] != "message" or event["user"] == context.bot_user_id:
        return
    author_id = event.get("item_user")
    async with sessions.reading() as session:
        team = await queries.team_of_channel(session, body["team_id"], item["channel"])
        if team is None or not Settings.of(team).is_thanks(event["reaction"]):
            return
        is_ours = author_id in (None, context.bot_user_id)
        there = Address(team.workspace_id, item["channel"])
        joins_id = names.parse_card_name(await outbox_queries.card_at(session, there, item["ts"])) if is_ours else None
    if is_ours and joins_id is None:
        return
    async with sessions.begin() as session:
        reaction = Reaction(
            MessageRef(item["channel"], item["ts"]), event["reaction"], event["user"], author_id, event["event_ts"],
            is_on=event["type"] == "reaction_added", joins_id=joins_id,
        )  # fmt: skip
        act, notes = await channel_thanks.record_reaction(session, team, reaction, now=now)
        joined = await session.get(Shoutout, joins_id) if joins_id else None
        home.mark_changed(session, team.workspace_id, joined.receivers if joined else [str(author_id)], now=now)
        if notes:
            url = await workspaces.message_url(session, team.workspace_id)
            await outbox.publish_changes(session, shoutouts_cards.note_steps(notes, team, url), now=now)
        if act:
            await fun_tank.record_thanks(session, team, act, now=now)
