"""Facts gathered after a crash test: what people can read in Slack, and what the database contains."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select

from benchmarks.crashes.fixtures import LEADER, ZONES
from benchmarks.crashes.harness import Harness, friday_at_three
from bot.features.shoutouts.models import Credit, Shoutout, Way
from bot.messages.shoutouts.cards import KEEP
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Team
from sandbox.seed import BOT, BOT_USER

WORDS = re.compile(r"(?:thing|kept)\d+x")
QUIET = "thanked you with an emoji"
GRACE = 10.0
"""Thanks given less than this many seconds before Friday, 15:00, may be left for the next weekly summary."""

Json = dict[str, Any]


@dataclass(frozen=True)
class BotMessage:
    """A message from the bot, with its conversation, a person who reads it there, and its time."""

    where: str
    who: str
    text: str
    at: float


@dataclass
class Facts:
    rows: dict[str, list[Shoutout]] = field(default_factory=lambda: defaultdict(list))
    taken_back: dict[int, Shoutout] = field(default_factory=dict)
    """Undone shout-outs by id, because their words, which identify the others, are deleted."""
    credits: Counter[tuple[int, str]] = field(default_factory=Counter)
    credited: set[tuple[str, str, str]] = field(default_factory=set)
    """Message, giver and receiver of each credit."""
    beyond: set[tuple[str, str]] = field(default_factory=set)
    """Message and giver of each reaction beyond the daily limit; such reactions earn no credit."""
    said: list[BotMessage] = field(default_factory=list)
    cards: dict[str, list[BotMessage]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[BotMessage]] = field(default_factory=lambda: defaultdict(list))
    bundles: list[str] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    """The outbox's delivery id of each message that the bot posted."""
    offers: Counter[int] = field(default_factory=Counter)
    """Number of ephemeral messages that offered to send a shout-out later, by the id of the shout-out."""
    reacted: set[tuple[str, str | None]] = field(default_factory=set)
    """Channel and timestamp of each message with the bot's reaction."""
    chosen: dict[str, str | None] = field(default_factory=dict)
    round_ups_due: dict[str, int] = field(default_factory=dict)
    untold: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """People and channels in Slack that are missing from the bot's tables."""

    def by_conversation(self, words: Collection[str]) -> dict[str, list[str]]:
        """Return, by conversation, which of `words` were posted in it, in order."""
        found: dict[str, list[str]] = defaultdict(list)
        for told in sorted(self.said, key=lambda told: told.at):
            if (match := WORDS.search(told.text)) and match[0] in words:
                found[told.where].append(match[0])
        return found


async def gather_facts(world: Harness) -> Facts:
    facts = Facts()
    for channel in world.place.channels:
        await _read(world, facts, channel, LEADER, is_dm=False)
    for person in world.place.people:
        await _read(world, facts, "bot", person, is_dm=True)
    await _look_up(world, facts)
    return facts


async def _read(world: Harness, facts: Facts, channel: str, viewer: str, *, is_dm: bool) -> None:
    where = f"DM of {viewer}" if is_dm else channel
    query = {"channel": channel, "user": viewer, "as": viewer} if is_dm else {"channel": channel}
    for message in (await world.slack.look("messages", **query))["messages"]:
        _reacted(facts, where, message)
        if message.get("bot_id") != BOT:
            continue
        if message.get("ephemeral_to"):
            _whispered(facts, message)
            continue
        told = BotMessage(where, viewer, message["text"], float(message["ts"]))
        facts.said.append(told)
        facts.deliveries.append(_delivery(message))
        if QUIET in told.text:
            facts.bundles.append(f"{viewer} {message['blocks']}")
        elif match := WORDS.search(told.text):
            (facts.notes if is_dm else facts.cards)[match[0]].append(told)


def _reacted(facts: Facts, where: str, message: Json) -> None:
    if any(BOT_USER in reaction["users"] for reaction in message.get("reactions", [])):
        facts.reacted.add((where, message["ts"]))


def _whispered(facts: Facts, message: Json) -> None:
    """Count an ephemeral message's offers to send a shout-out later."""
    for block in message.get("blocks", []):
        for element in block.get("elements", []):
            if element.get("action_id") == KEEP:
                facts.offers[int(element["value"])] += 1


def _delivery(message: Json) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("id", message["ts"]))


async def _look_up(world: Harness, facts: Facts) -> None:
    async with world.database.reading() as session:
        for row in await session.scalars(select(Shoutout)):
            if match := WORDS.search(row.reason):
                facts.rows[match[0]].append(row)
            elif not row.reason:
                facts.taken_back[row.id] = row
            if row.is_quiet and row.given_at is None and row.undone_at is None:
                facts.beyond.add((str(row.place), row.giver_id))
        for credit in await session.scalars(select(Credit)):
            facts.credits[credit.shoutout_id, credit.receiver_id] += 1
            facts.credited.add((credit.message, credit.giver_id, credit.receiver_id))
        for person in await session.scalars(select(Person)):
            facts.chosen[person.id] = str(person.settings.get("hours", {}).get("start", ""))[:5] or None
    facts.unknown = await unknown(world)
    if world.now() > friday_at_three().timestamp() + GRACE:
        await _look_up_rituals(world, facts)


async def unknown(world: Harness) -> list[str]:
    """Return the people and channels in Slack that the bot has not stored in its tables yet."""
    async with world.database.reading() as session:
        people = set((await session.scalars(select(Person.id))).all())
        rooms = set((await session.scalars(select(Channel.id).where(Channel.read_at.is_not(None)))).all())
    strangers = [f"person {each}" for each in world.place.people if each not in people]
    return strangers + [f"channel {each}" for each in world.place.channels if each not in rooms]


async def _look_up_rituals(world: Harness, facts: Facts) -> None:
    """Determine which weekly summaries and daily notes were due on Friday, 15:00 UTC."""
    before = datetime.fromtimestamp(friday_at_three().timestamp() - GRACE, UTC)
    standing = select(Shoutout).where(Shoutout.given_at < before, Shoutout.undone_at.is_(None))
    async with world.database.reading() as session:
        for team in world.teams:
            theirs = standing.where(Shoutout.team_id == team.id)
            loud = await session.scalar(theirs.where(Shoutout.way != Way.REACTION).limit(1))
            if team.zone == ZONES[0] and loud:
                facts.round_ups_due[team.channel_id] = 1
            if team.zone == ZONES[1]:
                facts.untold += (await session.scalars(_untold(team, before))).all()


def _untold(team: Team, before: datetime) -> Select[str]:
    quiet = select(Credit.receiver_id).join(Shoutout, Shoutout.id == Credit.shoutout_id)
    theirs = quiet.where(Shoutout.team_id == team.id, Shoutout.given_at < before)
    return theirs.where(Shoutout.way == Way.REACTION, Credit.told_at.is_(None))
