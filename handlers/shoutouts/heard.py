"""Thanks that are heard and seen in a team's channel: plain messages, their edits and ends, and reactions.

Messages come by the hundreds. One that names nobody costs nothing, one without a phrase a single read, and only a
shout-out is written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncBoltContext
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, inbox, places
from bot.candidates import Seat
from bot.directory import Address
from bot.features.shoutouts import hearing, quiet, rules
from bot.features.shoutouts.hearing import Heard, Message, Reaction
from bot.features.shoutouts.quiet import IN_PASSING
from bot.features.shoutouts.rules import LONGEST_REASON, MOST_RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.features.shoutouts.tables import Place, Shoutout
from bot.hours import moment
from bot.inbox import Sessions
from bot.messages.post import Payload, Post
from bot.messages.shoutouts import answers, names, parser, reasons
from bot.messages.shoutouts import cards as shoutouts_cards
from bot.messages.shoutouts import phrases as shoutouts_phrases
from bot.messages.shoutouts.parser import Thanks
from bot.messages.text import shortened
from bot.nudges import engine
from bot.outbox import cards, outbox
from bot.teams import finding, membership
from bot.teams.tables import Team
from handlers.shoutouts import receivers
from schedules import tank
from schedules.nudges import RULES, wake

MOST_EDITS = 5
"""Later ones of a message only take thanks back."""
BY_PEOPLE = (None, "file_share", "thread_broadcast")


@dataclass(frozen=True)
class Said:
    """A message as it is now, and as it was; one that is gone has no text."""

    place: Place
    author_id: str
    text: str
    was: str
    event_ts: str
    is_gone: bool


async def hear(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    said = _said(event)
    if said is None or not (
        said.is_gone or shoutouts_phrases.may_thank(said.text) or shoutouts_phrases.may_thank(said.was)
    ):
        return
    async with sessions.reading() as session:
        team = await finding.of_channel(session, body["team_id"], said.place.channel_id)
        if team is None:
            return
        thanks, was = [await _thanks(session, team, text) for text in (said.text, said.was)]
    if not (said.is_gone or thanks.whom or was.whom):
        if Settings.of(team).listens and not said.was:
            await _offer(team, said, parser.heard(said.text, IN_PASSING).whom, sessions, now)
        return
    async with sessions.begin() as session:
        message = await _message(session, team, said, thanks)
        may_add = not said.was or await _may_edit(session, team, said, now)
        if heard := await hearing.hear(session, team, message, may_add=may_add, now=now):
            before = await receivers.those(session, team.workspace_id, was.whom)
            await _answer(session, team, heard, said, now)
            if may_add:
                await _say_in_part(session, team, heard, thanks, was, now)
            homes.touch(session, team.workspace_id, [said.author_id, *message.receivers, *before], now=now)
            await tank.thanked(session, team, heard.shoutout, now=now)


async def _may_edit(session: AsyncSession, team: Team, said: Said, now: datetime) -> bool:
    """Tell whether an edit may still tell people something."""
    key = f"edits:{said.place}"
    return await inbox.take_turn(session, team.workspace_id, key, turns=MOST_EDITS, now=now) is not None


async def _thanks(session: AsyncSession, team: Team, text: str) -> Thanks:
    phrases = Settings.of(team).phrases
    thanks = parser.heard(text, phrases)
    if any(map(receivers.is_typed, [*thanks.whom, *thanks.perhaps])):
        thanks = parser.heard(await receivers.mentioned(session, team.workspace_id, text), phrases)
    return thanks


async def _message(session: AsyncSession, team: Team, said: Said, thanks: Thanks) -> Message:
    named = await places.names(session, team.workspace_id, reasons.places_in(said.text))
    return Message(
        said.place,
        said.author_id,
        await receivers.those(session, team.workspace_id, thanks.whom),
        shortened(reasons.kept_reason(reasons.unquoted(said.text), named), LONGEST_REASON),
        said.event_ts,
        said.is_gone,
        await receivers.those(session, team.workspace_id, thanks.perhaps),
    )


async def _say_in_part(
    session: AsyncSession, team: Team, heard: Heard, thanks: Thanks, was: Thanks, now: datetime
) -> None:
    """Tell a message's writer alone what of it is not done; after an edit only when it names others now."""
    if thanks == was or not (post := await _in_part(session, team, heard, thanks, was)):
        return
    await outbox.whisper(session, post, to=team.channel, user_id=heard.shoutout.giver_id, now=now)


async def _in_part(session: AsyncSession, team: Team, heard: Heard, thanks: Thanks, was: Thanks) -> Post | None:
    if heard.named > MOST_RECEIVERS:
        return answers.too_many()
    before = await receivers.those(session, team.workspace_id, was.perhaps)
    unclear = await receivers.unclear(session, team.workspace_id, thanks.whom)
    is_old = unclear == await receivers.unclear(session, team.workspace_id, was.whom)
    if (is_old or not unclear) and not set(heard.unsure) - set(before):
        return None
    return answers.partly(heard.shoutout, heard.unsure, unclear)


async def _offer(team: Team, said: Said, refs: Sequence[str], sessions: Sessions, now: datetime) -> None:
    """Thanks in passing: ask the writer, at work and not too often, whether to make it a shout-out."""
    if not refs:
        return
    async with sessions.begin() as session:
        ids = await receivers.those(session, team.workspace_id, refs)
        known = await directory.people(session, team.workspace_id, {said.author_id, *ids})
        writer, member = known.get(said.author_id), await membership.member(session, team, said.author_id)
        others = rules.others(said.author_id, ids, known)
        if not (writer and member and others):
            return
        seat = Seat(writer, team, member.role)
        if moment.is_good(seat.routine, now):
            await engine.offer(session, quiet.offer(seat, said.place, others), RULES, now=now)
            await wake(session, team.workspace_id, now=now)


def _said(event: Payload) -> Said | None:
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
    place = Place(event["channel"], written["ts"])
    text = "" if is_gone else message.get("text") or ""
    return Said(place, written["user"], text, was.get("text") or "", event.get("event_ts") or event["ts"], is_gone)


async def _answer(session: AsyncSession, team: Team, heard: Heard, said: Said, now: datetime) -> None:
    """The bot's own reaction, a note to each receiver; past the daily five a private word to the giver."""
    act, emoji, ts = heard.shoutout, Settings.of(team).reaction, said.place.ts
    if act.is_given and not heard.was_given:
        await outbox.react(session, emoji, to=team.channel, ts=ts, now=now)
    if heard.was_given and not act.is_given and not said.is_gone:
        await outbox.unreact(session, emoji, to=team.channel, ts=ts, now=now)
    if heard.is_offered and not heard.was_offered:
        await outbox.whisper(session, answers.offered(act), to=team.channel, user_id=said.author_id, now=now)
    if heard.notes:
        url = await directory.url(session, team.workspace_id)
        await outbox.tell(session, shoutouts_cards.noted(heard.notes, team, url), now=now)


async def react(body: Payload, event: Payload, context: AsyncBoltContext, sessions: Sessions, now: datetime) -> None:
    item = event["item"]
    if item["type"] != "message" or event["user"] == context.bot_user_id:
        return
    author_id = event.get("item_user")
    async with sessions.reading() as session:
        team = await finding.of_channel(session, body["team_id"], item["channel"])
        if team is None or not Settings.of(team).is_thanks(event["reaction"]):
            return
        is_ours = author_id in (None, context.bot_user_id)
        there = Address(team.workspace_id, item["channel"])
        joins_id = names.shoutout_of(await cards.at(session, there, item["ts"])) if is_ours else None
    if is_ours and joins_id is None:
        return
    async with sessions.begin() as session:
        reaction = Reaction(
            Place(item["channel"], item["ts"]), event["reaction"], event["user"], author_id, event["event_ts"],
            is_on=event["type"] == "reaction_added", joins_id=joins_id,
        )  # fmt: skip
        act, notes = await hearing.react(session, team, reaction, now=now)
        joined = await session.get(Shoutout, joins_id) if joins_id else None
        homes.touch(session, team.workspace_id, joined.receivers if joined else [str(author_id)], now=now)
        if notes:
            url = await directory.url(session, team.workspace_id)
            await outbox.tell(session, shoutouts_cards.noted(notes, team, url), now=now)
        if act:
            await tank.thanked(session, team, act, now=now)
