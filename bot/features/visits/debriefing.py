"""What comes of a visit: three answers for the sponsor's eyes alone, their themes, and a promise with its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat, Urgency
from bot.database import vault_of
from bot.errors import Passed, UserError
from bot.features.visits import themes
from bot.features.visits.parties import Party, end, must_be
from bot.features.visits.tables import Debrief, Sighting, State, Visit

PROMISE = "visits.promise"
IN_THE_WAY, SEEN, WILL_DO, DUE = "in_the_way", "themes", "will_do", "due"
"""Fields of a form."""
LONGEST = 2000
MOST = 10
LATELY = timedelta(days=14)
ONCE = timedelta(days=365)


@dataclass(frozen=True)
class Said:
    """What a sponsor writes down afterwards; all of it may be left out."""

    works: str = ""
    in_the_way: str = ""
    will_do: str = ""
    due_on: date | None = None
    themes: Sequence[str] = ()


@dataclass(frozen=True)
class Promise:
    """What a sponsor will do, readable."""

    id: int
    visit_id: int
    words: str
    due_on: date | None


async def record(session: AsyncSession, party: Party, visit: Visit, by: str, said: Said, *, now: datetime) -> Debrief:
    """It took place; what the sponsor wrote is kept, encrypted, and its themes are counted."""
    party.must_sponsor(by)
    must_be(visit, State.PLANNED, State.MISSED)
    _must_fit(said, party.sponsor.local(now).date())
    visit.starts_at = min(visit.starts_at, now - visit.length)
    end(visit, State.DONE, visit.span[1])
    debrief = Debrief(visit.workspace_id, visit.team_id, visit.id, by, now)
    debrief.works, debrief.in_the_way = _sealed(session, said.works), _sealed(session, said.in_the_way)
    if said.will_do:
        debrief.promise, debrief.due_on = _sealed(session, said.will_do), said.due_on
    session.add(debrief)
    await session.flush()
    await themes.see(session, party.team, said.themes, source=f"visit:{visit.id}", beside=visit.host_id, now=now)
    return debrief


def missed(party: Party, visit: Visit, by: str, *, now: datetime) -> None:
    """It did not happen."""
    party.must_sponsor(by)
    must_be(visit, State.PLANNED)
    end(visit, State.MISSED, now)


async def read(session: AsyncSession, party: Party, visit: Visit, by: str) -> Said:
    """What the sponsor wrote down, for the sponsor alone."""
    party.must_sponsor(by)
    kept = (await session.scalars(select(Debrief).where(Debrief.visit_id == visit.id))).one_or_none()
    if kept is None:
        return Said()
    source = Sighting.source == f"visit:{visit.id}"
    seen = select(Sighting.theme).where(Sighting.workspace_id == visit.workspace_id, source).order_by(Sighting.theme)
    works, in_the_way, will_do = (_opened(session, each) for each in (kept.works, kept.in_the_way, kept.promise))
    return Said(works, in_the_way, will_do, kept.due_on, (await session.scalars(seen)).all())


async def promises(session: AsyncSession, workspace_id: str, by: str) -> list[Promise]:
    """What somebody has promised and not kept yet, soonest first."""
    theirs = select(Debrief).where(
        Debrief.workspace_id == workspace_id,
        Debrief.sponsor_id == by,
        Debrief.promise.is_not(None),
        Debrief.kept_at.is_(None),
    )
    found = await session.scalars(theirs.order_by(Debrief.due_on, Debrief.id).limit(MOST))
    return [readable(session, each) for each in found]


def readable(session: AsyncSession, debrief: Debrief) -> Promise:
    """What was promised after a visit; without words when nothing was."""
    return Promise(debrief.id, debrief.visit_id, _opened(session, debrief.promise), debrief.due_on)


async def keep(session: AsyncSession, workspace_id: str, by: str, debrief_id: int, *, now: datetime) -> Debrief:
    """Who promised it says that it is done."""
    debrief = await session.get(Debrief, debrief_id, with_for_update=True)
    if debrief is None or (debrief.workspace_id, debrief.sponsor_id) != (workspace_id, by) or not debrief.promise:
        raise Passed("That promise is not there any more.")
    debrief.kept_at = debrief.kept_at or now
    return debrief


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what retention ends: visits with their debriefs, and themes; says how much."""
    over = select(Visit.id).where(Visit.workspace_id == workspace_id, Visit.ended_at < before)
    seen = select(Sighting.id).where(Sighting.workspace_id == workspace_id, Sighting.seen_at < before)
    gone = 0
    for id, old in ((Visit.id, over), (Sighting.id, seen)):
        these = delete(id.class_).where(id.in_(old.limit(limit))).returning(id)
        gone = max(gone, len((await session.execute(these)).all()))
    return gone


def remind(seat: Seat, debrief: Debrief, now: datetime) -> Candidate:
    """The day has come by which something was promised; its words stay where they are."""
    days = (seat.person.local(now).date() - seat.person.local(debrief.made_at).date()).days
    facts = {"debrief": debrief.id, "visit": debrief.visit_id, "days": days}
    return Candidate(seat, PROMISE, about=str(debrief.id), urgency=Urgency.TODAY, facts=facts, every=ONCE)


async def reminders(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Promises whose day has come, for those who made them, each in its own team."""
    by = {(seat.person.id, seat.team.id): seat for seat in seats}
    days = {id: seat.person.local(now).date() for (id, _), seat in by.items()}
    due = select(Debrief).where(
        Debrief.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Debrief.sponsor_id.in_(days),
        Debrief.due_on <= max(days.values(), default=now.date()),
        Debrief.due_on > min(days.values(), default=now.date()) - LATELY,
        Debrief.kept_at.is_(None),
    )
    found = await session.scalars(due.order_by(Debrief.due_on, Debrief.id))
    return [
        remind(seat, each, now)
        for each in found
        if (seat := by.get((each.sponsor_id, each.team_id))) and each.due_on and each.due_on <= days[each.sponsor_id]
    ]


def _sealed(session: AsyncSession, words: str) -> bytes | None:
    return vault_of(session).encrypt(words) if words else None


def _opened(session: AsyncSession, sealed: bytes | None) -> str:
    return vault_of(session).decrypt(sealed) if sealed else ""


def _must_fit(said: Said, today: date) -> None:
    for field, words in (("works", said.works), (IN_THE_WAY, said.in_the_way), (WILL_DO, said.will_do)):
        if len(words) > LONGEST:
            raise UserError(f"That is long; {LONGEST} characters are the most I keep.", field=field)
    if said.in_the_way and not said.themes:
        raise UserError("Which of these does it belong to? Only that is counted, never your words.", field=SEEN)
    if said.will_do and (said.due_on is None or said.due_on <= today):
        raise UserError("Pick a day after today, by which you want it done.", field=DUE)
