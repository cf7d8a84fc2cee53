"""Handlers for absences: plan absences typed in plain words, end the current one, remove a planned one."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages import absences as messages
from bot.messages import callbacks
from bot.org import people
from bot.org.availability import absences, working_hours
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person
from bot.org.teams import queries
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows import absences as workflows_absences
from handlers.payloads import pressed_value, respond


def register(on: Dispatcher) -> None:
    on.action(messages.REMOVE)(remove)


async def away(actor: Actor, words: str, sessions: Sessions, now: datetime) -> Payload:
    """Plan the absences that `words` describe, or list the planned absences if `words` is empty."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor, lock=True)
        if not words:
            return messages.listed(person, now, await _routines(session, person)).payload()
        before = person.absences
        new = await workflows_absences.plan_absences(session, person, words, now)
        replaced = absences.list_shortened_absences(before, person.absences, now)
        planned = await workflows_absences.find_meetings_during(session, person, new, now)
        promised = await workflows_absences.find_promises_during(session, person, new)
        routines = await _routines(session, person)
        return messages.confirmation(person, new, replaced, now, routines, planned, promised).payload()


async def back(actor: Actor, sessions: Sessions, now: datetime) -> Payload:
    """End the actor's current absence, but keep later ones."""
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor, lock=True)
        was_away = absences.is_away(person.absences, now)
        await workflows_absences.save_absences(
            session, person, absences.list_future_absences(person.absences, now), now
        )
        routines = await _routines(session, person)
    return messages.back(person, was_away=was_away, now=now, routines=routines).payload()


async def remove(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    start, end = map(callbacks.instant, callbacks.parts(pressed_value(body), 2))
    async with sessions.begin() as session:
        person = await people.fetch_person(session, *actor, lock=True)
        await workflows_absences.remove_absence(session, person, (start, end), now)
        await respond(session, body, messages.removed((start, end), person, now), now)
    await ack()


async def _routines(session: AsyncSession, person: Person) -> list[WorkingHours]:
    """Return the person's working hours in each of their teams, including all their absences."""
    return [working_hours.person_hours(person, team) for team in await queries.teams_of_person(session, *person.dm)]
