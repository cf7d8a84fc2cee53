"""What leaders do about a quote of the draft, what its writer answers, and how a writer takes their consent back."""

from datetime import datetime

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import AnswerTooLate, Refusal
from bot.features.voice import queries, rules
from bot.features.voice.models import VoiceMonth
from bot.followups import queries as followups
from bot.followups.models import Followup, Quoting
from bot.messages.voice import quotes as messages
from bot.messages.voice.account import LONGEST_QUOTE, Quote
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.followups import limits
from bot.workflows.voice import account as accounts
from bot.workflows.voice import drafts


async def leave_out(session: AsyncSession, actor: Actor, month_id: int, key: str, *, now: datetime) -> None:
    """Leave a quote out of a month. Raises `Refusal` unless the actor leads the team and the month is not sent yet."""
    team, found, _ = await _lock_quote(session, actor, month_id, key)
    if key not in found.left_out:
        found.left_out = [*found.left_out, key]
    await drafts.show_drafts(session, team, found, now=now)


async def put_back(session: AsyncSession, actor: Actor, month_id: int, key: str, *, now: datetime) -> None:
    """Quote again what a leader left out. Raises `Refusal` as `leave_out` does."""
    team, found, _ = await _lock_quote(session, actor, month_id, key)
    found.left_out = [each for each in found.left_out if each != key]
    await drafts.show_drafts(session, team, found, now=now)


async def hand_back(session: AsyncSession, actor: Actor, month_id: int, key: str, *, now: datetime) -> None:
    """Ask the writer of a quote to change it or to leave it out. The leader does not learn who that is.

    Raises `Refusal` as `leave_out` does, and `AnswerTooLate` if the quote was left out or handed back meanwhile.
    """
    team, found, quote = await _lock_quote(session, actor, month_id, key)
    if quote.state or not quote.has_writer:
        raise AnswerTooLate(common.QUOTE_CHANGED)
    _, this = await followups.lock_followup(session, actor.workspace_id, int(key.partition(":")[2]))
    this.handed_back_at = now
    writer = await people.fetch_person(session, this.workspace_id, this.author_id)
    await outbox.delete(session, this.quote_card, to=writer.dm, now=now)
    card = messages.handed_back(team, found, this, writer)
    await outbox.put(session, card, to=writer.dm, not_before=now, hours_of=team)
    await drafts.show_drafts(session, team, found, now=now)


async def _lock_quote(session: AsyncSession, actor: Actor, month_id: int, key: str) -> tuple[Team, VoiceMonth, Quote]:
    team, found = await queries.lock_month(session, actor.workspace_id, month_id)
    await drafts.check_may_change(session, actor, team, found)
    account = await drafts.load_account(session, team, found)
    quote = next((each for each in account.quotes if each.key == key), None)
    if quote is None:
        raise AnswerTooLate(common.QUOTE_CHANGED)
    return team, found, quote


async def find_handed_back(
    session: AsyncSession, actor: Actor, month_id: int, followup_id: int
) -> tuple[VoiceMonth, Followup]:
    """Return a quote that was handed back to the actor. Raises `Refusal` if it is another's, or it is too late."""
    _, found = await queries.find_month(session, actor.workspace_id, month_id)
    _, this = await followups.find_followup(session, actor.workspace_id, followup_id)
    _check_own(this, actor)
    _check_handed_back(found, this)
    return found, this


async def change(
    session: AsyncSession, actor: Actor, month_id: int, followup_id: int, words: str, *, now: datetime
) -> None:
    """Store what the writer wants quoted instead. Raises `Refusal` as `find_handed_back` does."""
    team, found = await queries.lock_month(session, actor.workspace_id, month_id)
    _, this = await followups.lock_followup(session, actor.workspace_id, followup_id)
    _check_own(this, actor)
    _check_handed_back(found, this)
    limits.check_length(words, LONGEST_QUOTE, field=messages.WORDS)
    this.quote, this.handed_back_at = Private(words), None
    writer = await people.fetch_person(session, *actor)
    await outbox.change(session, messages.changed(this), to=writer.dm, now=now)
    await drafts.show_drafts(session, team, found, now=now)


def _check_own(followup: Followup, actor: Actor) -> None:
    if followup.author_id != actor.person_id:
        raise Refusal(refusals.FOR_AUTHOR)


def _check_handed_back(found: VoiceMonth, followup: Followup) -> None:
    if found.ended_at or followup.handed_back_at is None or followup.quoting == Quoting.NO:
        raise AnswerTooLate(common.QUOTE_OVER)


async def take_back(session: AsyncSession, actor: Actor, followup_id: int, *, now: datetime) -> Post:
    """Withdraw the actor's consent to be quoted, and say so. Raises `AnswerTooLate` once it was quoted."""
    await membership.lock_team_of(session, Followup, followup_id)
    team, this = await followups.lock_followup(session, actor.workspace_id, followup_id)
    _check_own(this, actor)
    if this.quoted_at:
        raise AnswerTooLate(common.QUOTE_OVER)
    if this.handed_back_at:  # its words must not be listed as an idea or as done either
        for month in await queries.list_open_months(session, team):
            month.left_out = [*month.left_out, accounts.left_out_by_writer(this)]
    this.quoting, this.handed_back_at = Quoting.NO, None
    writer = await people.fetch_person(session, *actor)
    await outbox.change(session, messages.taken_back(this), to=writer.dm, now=now)
    await drafts.show_all_drafts(session, team, now=now)
    return Post(messages.STOPPED)


async def build_consent_blocks(session: AsyncSession, person: Person, now: datetime) -> list[Block]:
    """List what a person agreed to have quoted, if that can still be withdrawn, for `/steward me`."""
    last_month, _ = rules.find_month(person.zone, now)
    since = rules.start_of(last_month - rules.MONTH, person.zone)  # a quote without a name may wait for a month
    found = await queries.list_consents(session, person.workspace_id, person.id, since)
    return messages.consents([(await session.get_one(Team, each.team_id), each) for each in found])
