"""Answers to nudges: done, declined, snoozed or muted. Each answer is stored and shown on the nudge's card."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import AnswerTooLate, Refusal
from bot.nudges import cards, hours, selection
from bot.nudges.cards import Line
from bot.nudges.models import ANSWERED, OPEN, Nudge, NudgeCheck, NudgeState
from bot.nudges.policy import NudgeKind
from bot.nudges.selection import NudgePreferences
from bot.org import people
from bot.org.availability import good_moments
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.slack import home
from bot.slack.outbox import card_batches, outbox

IS_OVER = "is_over"
"""The fact of an expired nudge that its subject is over, so that there is nothing left to answer."""


async def find_nudge(
    session: AsyncSession, workspace_id: str, person_id: str, nudge_id: int, *, lock: bool = True
) -> Nudge:
    """Return a nudge of this person, and lock all of their nudges unless `lock` is False.

    Raises `AnswerTooLate` if it does not exist or belongs to somebody else.
    """
    if lock:
        await lock_nudges(session, workspace_id, person_id)
    nudge = await session.get(Nudge, nudge_id)
    if nudge is None or (nudge.workspace_id, nudge.person_id) != (workspace_id, person_id):
        raise AnswerTooLate(common.NUDGE_GONE)
    return nudge


async def latest_about(session: AsyncSession, workspace_id: str, person_id: str, kind: str, about: str) -> Nudge | None:
    """Lock and return a person's latest nudge of a kind about a subject, if any, to answer it outside its card."""
    await lock_nudges(session, workspace_id, person_id)
    said = {"workspace_id": workspace_id, "person_id": person_id, "kind": kind, "about": about}
    return await session.scalar(_LATEST_ABOUT, said)


async def show_over(
    session: AsyncSession, nudges: Sequence[Nudge], kinds: Sequence[NudgeKind], readers: Mapping[str, Person],
    now: datetime,
) -> None:  # fmt: skip
    """Take the buttons from expired nudges whose subject is over. This is no answer: they stay unanswered."""
    for each in nudges:
        each.facts = each.facts | {IS_OVER: True}
    await update_cards(session, nudges, kinds, readers, now)


async def find_nudges_since(
    session: AsyncSession, workspace_id: str, person_id: str, kind: str, *, since: datetime
) -> Sequence[Nudge]:
    """Lock and return a person's nudges of a kind, sent from `since` on and not declined or muted, oldest first."""
    await lock_nudges(session, workspace_id, person_id)
    said = nudges_of(workspace_id, person_id).where(
        Nudge.kind == kind, Nudge.said_at >= since, Nudge.state.not_in([NudgeState.DECLINED, NudgeState.MUTED])
    )
    return (await session.scalars(said.order_by(Nudge.id))).all()


async def lock_nudges(session: AsyncSession, workspace_id: str, person_id: str) -> NudgeCheck | None:
    """Lock and return a person's `NudgeCheck` row, which guards all of their nudges against concurrent changes."""
    return await session.scalar(_CHECK, {"workspace_id": workspace_id, "person_id": person_id})


_CHECK = locks.for_update(
    select(NudgeCheck).where(
        NudgeCheck.workspace_id == bindparam("workspace_id"), NudgeCheck.person_id == bindparam("person_id")
    ),
    NudgeCheck,
)
_LATEST_ABOUT = (
    select(Nudge)
    .where(Nudge.workspace_id == bindparam("workspace_id"), Nudge.person_id == bindparam("person_id"))
    .where(Nudge.kind == bindparam("kind"), Nudge.about == bindparam("about"))
    .order_by(Nudge.id.desc())
    .limit(1)
)

_LATEST_IDS = (
    select(func.max(Nudge.id))
    .where(
        Nudge.workspace_id == bindparam("workspace_id"),
        Nudge.person_id.in_(bindparam("people", expanding=True)),
        Nudge.kind.in_(bindparam("kinds", expanding=True)),
    )
    .group_by(Nudge.person_id, Nudge.kind, Nudge.about)
)
_ON_CARDS = (
    select(Nudge)
    .where(Nudge.workspace_id == bindparam("workspace_id"), Nudge.card.in_(bindparam("cards", expanding=True)))
    .order_by(Nudge.id)
)


def nudges_of(workspace_id: str, person_id: str) -> Select[Nudge]:
    return select(Nudge).where(Nudge.workspace_id == workspace_id, Nudge.person_id == person_id)


async def answer(
    session: AsyncSession, nudge: Nudge, state: NudgeState, kinds: Sequence[NudgeKind], *, now: datetime
) -> None:
    """Record the final answer to a nudge, however late. An earlier answer is kept.

    The hour of an answer is counted, but not that of a mute, nor when somebody else has settled the subject.
    """
    reader, check = await _load_reader(session, nudge)
    if not nudge.is_answered:
        if state in (NudgeState.DONE, NudgeState.DECLINED):
            _count_hour(reader, check, nudge, now)
        nudge.state, nudge.answered_at, nudge.again_at = state, now, None
    await update_cards(session, [nudge], kinds, {reader.id: reader}, now)


async def answer_row(
    session: AsyncSession,
    nudge: Nudge,
    facts: dict[str, Any],
    kinds: Sequence[NudgeKind],
    *,
    is_last: bool,
    now: datetime,
) -> None:
    """Record the answer to one row of a nudge that has several; the answer to the last row completes the nudge.

    If the nudge is closed already, any answer completes it.
    """
    reader, check = await _load_reader(session, nudge)
    _count_hour(reader, check, nudge, now)
    nudge.facts, nudge.answered_at = facts, now
    if is_last or not nudge.is_open:
        nudge.state, nudge.again_at = NudgeState.DONE, None
    await update_cards(session, [nudge], kinds, {reader.id: reader}, now)


async def _load_reader(session: AsyncSession, nudge: Nudge) -> tuple[Person, NudgeCheck | None]:
    """Return the person of a nudge and their `NudgeCheck`, which is locked already, with one statement."""
    both = (
        select(Person, NudgeCheck)
        .outerjoin(NudgeCheck, (NudgeCheck.workspace_id == Person.workspace_id) & (NudgeCheck.person_id == Person.id))
        .where(Person.workspace_id == nudge.workspace_id, Person.id == nudge.person_id)
    )
    reader, check = (await session.execute(both)).one()
    return reader, check


def _count_hour(reader: Person, check: NudgeCheck | None, nudge: Nudge, now: datetime) -> None:
    """Count an answer in the reader's hour of the day, if they agreed to it."""
    if check and check.hours and not (nudge.answered_at and now - nudge.answered_at < hours.BURST):
        check.hours = hours.count_answer(check.hours, reader.local(now).hour)


async def snooze(
    session: AsyncSession, nudge: Nudge, until: datetime, kinds: Sequence[NudgeKind], *, now: datetime
) -> None:
    """Snooze a nudge, and those that share its menu, until the given time. Due dates of their subjects do not change.

    Raises `AnswerTooLate` if the nudge is answered, and `Refusal` if it has been snoozed too often.
    """
    check = await session.get(NudgeCheck, (nudge.workspace_id, nudge.person_id))
    if check is None or nudge.is_answered:
        raise AnswerTooLate(common.NUDGE_GONE)
    if not selection.may_snooze(nudge):
        raise Refusal(common.SNOOZED_OFTEN)
    for each in await _find_group(session, nudge, kinds):
        each.state, each.again_at = NudgeState.SNOOZED, until
        each.ends_at = expiry_of(await _seat(session, each), until)
    check.at = min(check.at, until)
    await update_card(session, nudge, kinds, now)


async def mute(
    session: AsyncSession, person: Person, nudge: Nudge, kinds: Sequence[NudgeKind], *, now: datetime
) -> None:
    """Mute the kind of a nudge as `mute_kind` does, and the nudges that share its menu, even if they have expired."""
    for each in await _find_group(session, nudge, kinds):
        await answer(session, each, NudgeState.MUTED, kinds, now=now)
    await mute_kind(session, person, nudge.kind, kinds, now=now)


async def mute_kind(
    session: AsyncSession, person: Person, kind: str, kinds: Sequence[NudgeKind], *, now: datetime
) -> None:
    """Mute a kind of nudge for a person until they unmute it, and their open nudges of the kind, snoozed ones too."""
    NudgePreferences(muted=sorted({*NudgePreferences.of(person).muted, kind})).keep(person)
    await lock_nudges(session, person.workspace_id, person.id)
    theirs = nudges_of(person.workspace_id, person.id).where(Nudge.kind == kind, Nudge.state.in_(OPEN))
    for each in (await session.scalars(theirs.order_by(Nudge.id))).all():
        await answer(session, each, NudgeState.MUTED, kinds, now=now)


async def _find_group(session: AsyncSession, nudge: Nudge, kinds: Sequence[NudgeKind]) -> Sequence[Nudge]:
    """Return a nudge and the unanswered ones that share its menu on the same card."""
    if not any(kind.kind == nudge.kind and kind.most_together > 1 for kind in kinds):
        return [nudge]
    same = nudges_of(nudge.workspace_id, nudge.person_id).where(
        Nudge.card == nudge.card, Nudge.kind == nudge.kind, Nudge.state.not_in(ANSWERED), Nudge.id != nudge.id
    )
    return [nudge, *await session.scalars(same.order_by(Nudge.id))]


def unmute(person: Person, kind: str) -> None:
    muted = [each for each in NudgePreferences.of(person).muted if each != kind]
    NudgePreferences(muted=muted).keep(person)


def expiry_of(seat: Seat, at: datetime) -> datetime:
    """Return when a nudge that is due at `at` expires: at the start of the working day after the day it is sent."""
    return good_moments.next_morning(seat.routine, good_moments.next_good_moment(seat.routine, at) or at)


async def _seat(session: AsyncSession, nudge: Nudge) -> Seat:
    person = await people.fetch_person(session, nudge.workspace_id, nudge.person_id)
    return Seat(person, await session.get_one(Team, nudge.team_id), Role.LEADER)


async def load_lines(
    session: AsyncSession, nudges: Sequence[Nudge], kinds: Sequence[NudgeKind], readers: Mapping[str, Person]
) -> dict[int, Line]:
    """Build the lines of these nudges on their cards, by nudge id in the given order. `readers` are people by id.

    The texts come from the features, those of one kind all at once. Nudges of unknown kinds are left out.
    """
    lines = {}
    for kind in kinds:
        asked = [(each, readers[each.person_id]) for each in nudges if each.kind == kind.kind]
        group = kind.kind if kind.most_together > 1 else ""
        items = await kind.load_items(session, asked) if asked else []
        for (nudge, reader), item in zip(asked, items, strict=True):
            ended, may_snooze = how_it_ended(nudge, reader), selection.may_snooze(nudge)
            lines[nudge.id] = Line(nudge.id, item, ended, may_snooze, reader.locale, group)
    return {each.id: lines[each.id] for each in nudges if each.id in lines}


async def update_card(session: AsyncSession, nudge: Nudge, kinds: Sequence[NudgeKind], now: datetime) -> None:
    """Edit the card of a nudge, as `update_cards` does."""
    reader = await people.fetch_person(session, nudge.workspace_id, nudge.person_id)
    await update_cards(session, [nudge], kinds, {reader.id: reader}, now)


async def update_cards(
    session: AsyncSession, nudges: Sequence[Nudge], kinds: Sequence[NudgeKind], readers: Mapping[str, Person],
    now: datetime,
) -> None:  # fmt: skip
    """Edit the cards of these nudges to show how they stand, and mark their readers' Homes as changed.

    Nudges that a newer card repeats are left out, and so are settled ones if the card is not posted yet. A card without
    any other nudge is deleted. All cards are of one workspace, and there is one nudge for each.
    """
    if not nudges:
        return
    workspace_id, to = nudges[0].workspace_id, {each.card: readers[each.person_id] for each in nudges}
    shown = (await session.scalars(_ON_CARDS, {"workspace_id": workspace_id, "cards": [*to]})).all()
    latest = await _latest_ids(session, workspace_id, shown)
    left = [each for each in shown if each.id in latest or how_it_ended(each, readers[each.person_id])]
    settled = {each.card for each in left if each.state == NudgeState.SETTLED}
    unposted = settled - await outbox.find_posted(session, workspace_id, sorted(settled)) if settled else set[str]()
    left = [each for each in left if each.card not in unposted or each.state != NudgeState.SETTLED]
    lines = await load_lines(session, left, kinds, readers)
    kept: dict[str, list[Line]] = {each.card: [] for each in left}
    for each in left:
        kept[each.card] += [lines[each.id]] if each.id in lines else []
    posts = []
    for name, theirs in kept.items():
        posts.append((cards.card(name, theirs), to[name].dm))
        await asyncio.sleep(0)  # yield to the event loop, so that acks are not delayed
    await card_batches.edit_all(session, posts, not_before=now)
    if gone := to.keys() - kept.keys():
        ended = await outbox.find_posted(session, workspace_id, sorted(gone)) | (gone & unposted)
        await card_batches.delete_all(session, {name: to[name].dm for name in sorted(ended)}, now=now)
    home.mark_changed(session, workspace_id, {each.id for each in to.values()}, now=now)


async def _latest_ids(session: AsyncSession, workspace_id: str, nudges: Sequence[Nudge]) -> set[int]:
    """Return the ids of the latest nudges of these kinds that these people got, one for each subject."""
    people_ids, kinds = {each.person_id for each in nudges}, {each.kind for each in nudges}
    theirs = {"workspace_id": workspace_id, "people": sorted(people_ids), "kinds": sorted(kinds)}
    return {id for id in await session.scalars(_LATEST_IDS, theirs) if id}


def how_it_ended(nudge: Nudge, person: Person) -> str | None:
    """Return the words that replace a nudge's buttons, or None while it has buttons."""
    match nudge.state:
        case NudgeState.IGNORED | NudgeState.UNHEARD if nudge.facts.get(IS_OVER):
            return cards.ENDED[NudgeState.SETTLED]
        case NudgeState.SAID | NudgeState.IGNORED | NudgeState.UNHEARD:
            return None  # an answer counts however late
        case NudgeState.DONE if len(nudge.facts.get("answers", ())) < len(nudge.facts.get("rows", ())):
            return None  # answered in part
        case NudgeState.SNOOZED:
            return cards.describe_snooze(nudge.again_at or nudge.said_at, person)
        case _:
            return cards.ENDED[nudge.state]
