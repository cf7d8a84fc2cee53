"""Thanks given without a command: by a message in the team's channel, or by a reaction to one.

Slack delivers these events late, twice and out of order. Each row stores the time of the newest event applied to it,
and older events change nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shoutouts import credits, nudges, queries, rules
from bot.features.shoutouts.credits import Change, NoteChange
from bot.features.shoutouts.models import MessageRef, Shoutout, Way
from bot.features.shoutouts.rules import LONGEST_REASON, MOST_RECEIVERS
from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts import answers, reasons
from bot.messages.shoutouts.parser import Thanks
from bot.nudges import engine
from bot.org import channels, people
from bot.org.availability import good_moments
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team
from bot.slack import inbox
from bot.slack.mrkdwn import shortened
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.nudges import KINDS, schedule_next_check
from bot.workflows.shoutouts import receivers
from bot.workflows.shoutouts.change import publish_change

MOST_EDITS = 5
"""Later edits of a message can only remove thanks."""


@dataclass(frozen=True)
class ChannelMessage:
    """The current content of a message; a deleted message thanks nobody."""

    place: MessageRef
    author_id: str
    receivers: Sequence[str]
    reason: str
    event_ts: str
    is_gone: bool = False
    perhaps: Sequence[str] = ()
    """People whom the message may thank, or only mention."""


@dataclass(frozen=True)
class MessageChange:
    """A message's current text and its previous one; a deleted message has no text."""

    place: MessageRef
    author_id: str
    text: str
    was: str
    event_ts: str
    is_gone: bool


@dataclass(frozen=True)
class Reaction:
    """An emoji that somebody added to a message or removed."""

    place: MessageRef
    name: str
    user_id: str
    author_id: str | None
    event_ts: str
    is_on: bool
    joins_id: int | None = None
    """The shout-out whose card the message is."""

    @property
    def source(self) -> str:
        return f"{self.place}:{self.name}"


@dataclass(frozen=True)
class MessageOutcome:
    """The result of recording a message's thanks, and what to announce."""

    shoutout: Shoutout
    change: Change
    is_offered: bool
    """Whether this change has put the thanks beyond the daily limit of five."""
    notes: list[NoteChange]
    before: Sequence[str]
    """People whom the message thanked before."""
    unsure: Sequence[str] = ()
    """People whom the message may thank too, but who are not thanked yet."""
    named: int = 0
    """How many people the message means to thank; if they are too many, it thanks nobody."""


async def record_message(
    session: AsyncSession, team: Team, message: ChannelMessage, *, may_add: bool = True, now: datetime
) -> MessageOutcome | None:
    """Replace a message's earlier thanks with its current thanks; return None if nothing is new.

    If `may_add` is false, thanks are only removed: a message that was edited often triggers no further notice.
    """
    await membership.lock_team(session, team.id)
    act = await queries.find_by_source(session, team, str(message.place), message.author_id)
    if act and message.event_ts <= act.event_ts:
        return None
    known = await people.fetch_people(
        session, team.workspace_id, {message.author_id, *message.receivers, *message.perhaps}
    )
    if message.author_id not in known or not known[message.author_id].may_join:
        return None
    if act is None:
        key = str(message.place)
        act = Shoutout(team.workspace_id, team.id, message.author_id, key, key, Way.HEARD, "", [], [], now)
        session.add(act)
    message = message if may_add else _without_new(act, message)
    was_given, before, says_more = act.is_given, act.receivers, act.reason != message.reason
    was_offered = bool(before) and act.given_at is None
    meant = _select_receivers(act, message, known)
    _rewrite(act, message, meant if len(meant) <= MOST_RECEIVERS else [], Settings.of(team))
    if not act.receivers:
        _mark_undone(act, now)
    elif not (was_given or was_offered):
        giver = await people.fetch_person(session, team.workspace_id, message.author_id, lock=True)
        await queries.give_within_limit(session, team, act, giver, now)
    notes = await credits.reconcile_credits(session, team, act.message, now=now, edited=act if says_more else None)
    perhaps = rules.select_thankable(message.author_id, message.perhaps, known) if act.receivers else []
    unsure = [each for each in perhaps if each not in act.receivers]
    unsure = unsure[: MOST_RECEIVERS - len(act.receivers)]
    change: Change = "changed" if act.is_given == was_given else "new" if act.is_given else "gone"
    is_offered = bool(act.receivers) and act.given_at is None and not was_offered
    return MessageOutcome(act, change, is_offered, notes, before, unsure, len(meant))


def _without_new(act: Shoutout, message: ChannelMessage) -> ChannelMessage:
    """Return a message without its new receivers, so that it thanks only people it has thanked before."""
    still = [each for each in act.receivers if each in {*message.receivers, *message.perhaps}]
    return replace(message, receivers=still, perhaps=(), reason=act.reason if still else message.reason)


def _select_receivers(act: Shoutout, message: ChannelMessage, known: dict[str, Person]) -> list[str]:
    """Return the people whom a message clearly thanks, and the possible ones who already have its thanks."""
    stay = [each for each in act.receivers if each in message.perhaps]
    return rules.select_thankable(message.author_id, [*message.receivers, *stay] if message.receivers else [], known)


async def record_reaction(session: AsyncSession, team: Team, reaction: Reaction, *, now: datetime) -> None:
    """Record a reaction, or remove its credit.

    Beyond the daily limit of five a reaction does not count. A duplicate or outdated event changes nothing.
    """
    held = await membership.lock_team(session, team.id)
    act = await queries.find_by_source(session, team, reaction.source, reaction.user_id)
    if held is None or (act and reaction.event_ts <= act.event_ts):
        return
    joined = await session.get(Shoutout, reaction.joins_id) if reaction.joins_id else None
    act = act or await _new_reaction(session, team, reaction, joined, now)
    if act is None:
        return
    act.event_ts = reaction.event_ts
    if reaction.is_on:
        giver = await people.fetch_person(session, team.workspace_id, reaction.user_id, lock=True)
        await queries.give_within_limit(session, team, act, giver, now)
    else:
        _mark_undone(act, now)
    notes = await credits.reconcile_credits(session, team, act.message, now=now)
    whose = joined.receivers if joined else [str(reaction.author_id)]
    await publish_change(session, team, act, "new" if act.is_given else "gone", notes, home_readers=whose, now=now)


def _mark_undone(act: Shoutout, now: datetime) -> None:
    """Mark thanks as undone and delete their words.

    The day on which they were given is kept, because the thanks have counted toward that day's limit.
    """
    act.given_at = act.kept_until = None
    act.undone_at = now
    act.reason, act.values = "", []


def _rewrite(act: Shoutout, message: ChannelMessage, receivers: list[str], settings: Settings) -> None:
    act.receivers = act.named = receivers
    act.reason, act.values = message.reason, rules.find_values(message.reason, settings.values)
    act.event_ts, act.is_gone = message.event_ts, message.is_gone


async def _new_reaction(
    session: AsyncSession, team: Team, reaction: Reaction, joined: Shoutout | None, now: datetime
) -> Shoutout | None:
    """Return a new row for a reaction, or None if it can never thank anybody."""
    known = await people.fetch_people(session, team.workspace_id, {reaction.user_id, reaction.author_id or ""})
    thanked = rules.select_thankable(reaction.user_id, [reaction.author_id or ""], known)
    if reaction.user_id not in known or not known[reaction.user_id].may_join or not (joined or thanked):
        return None
    message = joined.message if joined else str(reaction.place)
    act = Shoutout(
        team.workspace_id, team.id, reaction.user_id, message, reaction.source, Way.REACTION, "", [], thanked, now
    )  # fmt: skip
    act.joins_id = joined.id if joined else None
    session.add(act)
    return act


async def update_message(
    session: AsyncSession, team: Team, said: MessageChange, thanks: Thanks, was: Thanks, *, now: datetime
) -> None:
    """Record a message's current thanks, and notify everybody involved.

    `thanks` and `was` are the message's current and earlier text, parsed. An ephemeral message tells the author what is
    not credited: thanks beyond the daily limit of five, or partly understood.
    """
    message = await _resolve_message(session, team, said, thanks)
    key = f"edits:{said.place}"
    may_add = not said.was or await inbox.claim_turn(session, team.workspace_id, key, turns=MOST_EDITS, now=now)
    heard = await record_message(session, team, message, may_add=bool(may_add), now=now)
    if heard is None:
        return
    act = heard.shoutout
    if heard.is_offered:
        await outbox.post_ephemeral(
            session, answers.limit_reached_answer(act), to=team.channel, user_id=said.author_id, now=now
        )
    whose = [said.author_id, *act.receivers, *heard.before]
    await publish_change(session, team, act, heard.change, heard.notes, home_readers=whose, now=now)
    if may_add and thanks != was and (post := await _explain_unthanked(session, team, heard, thanks, was)):
        await outbox.post_ephemeral(session, post, to=team.channel, user_id=said.author_id, now=now)


async def _resolve_message(session: AsyncSession, team: Team, said: MessageChange, thanks: Thanks) -> ChannelMessage:
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


async def _explain_unthanked(
    session: AsyncSession, team: Team, heard: MessageOutcome, thanks: Thanks, was: Thanks
) -> Post | None:
    """Return what to tell the author about thanks that are not credited.

    After an edit, returns None unless the message names other people than before.
    """
    if heard.named > MOST_RECEIVERS:
        return answers.too_many()
    before = await receivers.find_people(session, team.workspace_id, was.perhaps)
    unclear = await receivers.explain_unclear(session, team.workspace_id, thanks.whom)
    is_old = unclear == await receivers.explain_unclear(session, team.workspace_id, was.whom)
    if (is_old or not unclear) and not set(heard.unsure) - set(before):
        return None
    return answers.partly_understood(heard.shoutout, heard.unsure, unclear)


async def offer_shoutout(
    session: AsyncSession, team: Team, said: MessageChange, names: Sequence[str], *, now: datetime
) -> None:
    """Suggest a shout-out to somebody who thanks a colleague in passing, at work and within the nudge budget."""
    ids = await receivers.find_people(session, team.workspace_id, names)
    known = await people.fetch_people(session, team.workspace_id, {said.author_id, *ids})
    writer, member = known.get(said.author_id), await membership.member(session, team, said.author_id)
    others = rules.select_thankable(said.author_id, ids, known)
    if not (writer and member and others):
        return
    seat = Seat(writer, team, member.role)
    if good_moments.is_good_moment(seat.routine, now):
        await engine.send_if_due(session, nudges.offer_candidate(seat, said.place, others), KINDS, now=now)
        await schedule_next_check(session, team.workspace_id, now=now)
