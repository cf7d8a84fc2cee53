"""Being away: planned with words, ended, and removed."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes
from bot.database import Span
from bot.directory import Person
from bot.errors import UserError
from bot.hours import absences, routine
from bot.hours.absences import NoAbsence
from bot.hours.routine import Routine
from bot.hours.slots import Busy
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import absences as messages
from bot.messages import handed_back
from bot.messages.post import Payload
from bot.outbox import outbox
from bot.teams import finding
from handlers.presses import pressed, respond
from schedules.busy import busy


def register(on: Listeners) -> None:
    on.action(messages.REMOVE)(remove)


async def away(body: Payload, words: str, sessions: Sessions, now: datetime) -> Payload:
    """Plan what the words say; without any, show what is planned."""
    async with sessions.begin() as session:
        person = await directory.person(session, body["team_id"], body["user_id"], lock=True)
        if not words:
            return messages.listed(person, now, await _routines(session, person)).payload()
        before = person.absences
        new = await _plan(session, person, words, now)
        replaced = absences.cut_short(before, person.absences, now)
        planned = await _planned(session, person, new, now)
        return messages.kept(person, new, replaced, now, await _routines(session, person), planned).payload()


async def back(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    """End the absence that somebody is in; those to come stay."""
    async with sessions.begin() as session:
        person = await directory.person(session, body["team_id"], body["user_id"], lock=True)
        was_away = absences.is_away(person.absences, now)
        await _keep(session, person, absences.still_ahead(person.absences, now), now)
        routines = await _routines(session, person)
    return messages.back(person, was_away=was_away, now=now, routines=routines).payload()


async def remove(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    start, end = map(handed_back.instant, handed_back.parts(pressed(body), 2))
    async with sessions.begin() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"], lock=True)
        kept = [each for each in person.absences if not _is_same(each, (start, end))]
        if len(kept) == len(person.absences):
            raise UserError(messages.GONE)
        await _keep(session, person, kept, now)
        await respond(session, body, messages.removed((start, end), person, now), now)
    await ack()


def _is_same(one: Span, other: Span) -> bool:
    """To the second, which is what a button carries."""
    return all(mine.replace(microsecond=0) == theirs for mine, theirs in zip(one, other, strict=True))


async def _plan(session: AsyncSession, person: Person, words: str, now: datetime) -> list[Span]:
    try:
        new = absences.read(words, person.zone, now)
        kept: Sequence[Span] = person.absences
        for each in new:
            kept = absences.joined(kept, each, now)
    except NoAbsence as refused:
        raise UserError(messages.refused(refused.why, words)) from refused
    await _keep(session, person, kept, now)
    return new


async def _planned(session: AsyncSession, person: Person, spans: Sequence[Span], now: datetime) -> list[Busy]:
    """Return what they have agreed to do with somebody while they are away."""
    found = await busy(session, person.workspace_id, [person.id], now)
    return [each for each in found if each.is_planned and _meets(each.span, spans)]


def _meets(span: Span, spans: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


async def _routines(session: AsyncSession, person: Person) -> list[Routine]:
    """Return the person's working hours in each of their teams, with their absences as they are now."""
    return [
        routine.of_person(person, team) for team in await finding.of_person(session, person.workspace_id, person.id)
    ]


async def _keep(session: AsyncSession, person: Person, kept: Sequence[Span], now: datetime) -> None:
    """What waits for them is looked at again."""
    person.absences = tuple(kept)
    await outbox.look_again(session, person.workspace_id, person_id=person.id, now=now)
    homes.touch(session, person.workspace_id, [person.id], now=now)
