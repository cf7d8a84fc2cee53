"""Roadblocks, ideas and promises from the form of a one-on-one, raised as their commands would raise them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.one_on_ones.queries import find_pair_of_series
from bot.features.roadblocks import RoadblockPreferences
from bot.followups.models import Kind
from bot.meetings.models import Kind as MeetingKind
from bot.meetings.models import Series
from bot.meetings.rules import Pair
from bot.messages import promises as promise_messages
from bot.messages.followups.forms import DAY
from bot.messages.one_on_ones import names
from bot.org.teams import membership
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import promises, roadblocks
from bot.workflows.ideas import submissions as idea_submissions
from bot.workflows.roadblocks import Details

FIELDS = {Kind.PROMISE: names.PROMISE, Kind.ROADBLOCK: names.ROADBLOCK, Kind.IDEA: names.IDEA}
"""The form field with the text of each kind."""


@dataclass(frozen=True)
class Submission:
    """The follow-ups entered in the form of a one-on-one; all fields are optional."""

    promise: str = ""
    by: date | None = None
    roadblock: str = ""
    idea: str = ""


async def raise_followups(
    session: AsyncSession, actor: Actor, series_id: int, said: Submission, *, now: datetime
) -> Post | None:
    """Raise what somebody wrote after a one-on-one; return the answer to a promise, if they made one.

    Who sees a roadblock depends on the person's preference; an idea shows their name. The person gets a direct message
    about each, with its buttons. Raises `Refusal`, at the form's field, whenever the command would.
    """
    told = None
    if said == Submission(by=said.by):
        return told
    await membership.lock_team_of(session, Series, series_id)
    pair = await find_pair_of_series(session, *actor, series_id)
    if said.promise:
        with _at_field(Kind.PROMISE):
            told = await _promise(session, actor, pair, said, now)
    if said.roadblock:
        with _at_field(Kind.ROADBLOCK):
            await _raise_roadblock(session, actor, pair, said.roadblock, now)
    if said.idea:
        with _at_field(Kind.IDEA):
            await _raise_idea(session, actor, pair, said.idea, now)
    return told


@contextmanager
def _at_field(kind: Kind) -> Iterator[None]:
    """Attach a refusal to the form's field for this kind of follow-up."""
    try:
        yield
    except Refusal as refused:
        field = names.BY if refused.field == DAY else FIELDS[kind]
        raise Refusal(refused.sentence, field=field) from None


async def _promise(session: AsyncSession, actor: Actor, pair: Pair, said: Submission, now: datetime) -> Post:
    pair.must_organize(actor.person_id, MeetingKind.ONE_ON_ONE)
    made, off = await promises.make_promise(
        session, actor, pair.team, text=said.promise, to=pair.attendee.id, due_on=said.by, source=_source(pair), now=now
    )
    return promise_messages.said_back(made, moved_from=off, now=now)


async def _raise_roadblock(session: AsyncSession, actor: Actor, pair: Pair, words: str, now: datetime) -> None:
    by = pair.person(actor.person_id)
    details = Details(RoadblockPreferences.of(by).shown, source=_source(pair))
    raised = await roadblocks.raise_roadblock(session, actor, pair.team, words, details, now=now)
    post = await roadblocks.answer_author(session, raised, as_card=True, now=now)
    await outbox.put(session, post, to=by.dm, not_before=now)


async def _raise_idea(session: AsyncSession, actor: Actor, pair: Pair, words: str, now: datetime) -> None:
    post = await idea_submissions.raise_idea(session, actor, pair.team, text=words, source=_source(pair), now=now)
    await outbox.put(session, post, to=pair.person(actor.person_id).dm, not_before=now)


def _source(pair: Pair) -> str:
    return f"one_on_one:{pair.series.id}"
