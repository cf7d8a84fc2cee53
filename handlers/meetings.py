"""Handlers for meetings of every kind: accept, suggest another time, decline, cancel. Also helpers for time forms."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.meetings import queries
from bot.meetings.models import Kind
from bot.messages import callbacks, times
from bot.messages import meetings as names
from bot.org import people
from bot.org.availability.working_hours import WorkingHours, add_working_days
from bot.org.people import Person
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload
from bot.workflows.meetings import bookings, outcomes
from handlers.payloads import form_values, parse_instant, pressed_value, show_form


class Act(Protocol):
    """A workflow that changes the row with the given id."""

    async def __call__(self, session: AsyncSession, actor: Actor, id: int, /, *, now: datetime) -> None: ...


class ActAt(Protocol):
    """A workflow that changes the row with the given id to another time."""

    async def __call__(
        self, session: AsyncSession, actor: Actor, id: int, at: datetime, /, *, now: datetime
    ) -> None: ...


def register(on: Dispatcher) -> None:
    on.action(names.YES)(button_listener(bookings.accept))
    on.action(names.OTHER_TIME)(open_other_time)
    on.view(names.OTHER_TIME_FORM)(form_listener(bookings.suggest_time))
    on.action(names.NO)(button_listener(bookings.decline))
    on.action(names.CANCEL)(button_listener(bookings.cancel))
    on.action(names.MISSED)(button_listener(outcomes.mark_missed))


async def open_other_time(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, meeting = await queries.lock_own_meeting(session, *actor, pressed_number(body))
    by, title = pair.person(actor.person_id), names.TITLES[Kind(meeting.kind)]
    asked = names.ask_other_time(pair, meeting, by)
    routine, form = pair.hours(by), names.OTHER_TIME_FORM
    await open_time_form(client, body, by, routine, now, form, asked, str(meeting.id), title=title)
    await ack()


def button_listener(act: Act) -> Callable[..., Awaitable[None]]:
    """Return a listener for a button that runs `act` on the row whose id is the button's value."""

    async def listen(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            await act(session, actor, pressed_number(body), now=now)
        await ack()

    return listen


def form_listener(act: ActAt) -> Callable[..., Awaitable[None]]:
    """Return a listener for a form that runs `act` on the form's row with the entered time."""

    async def listen(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
        async with sessions.begin() as session:
            at = await parse_time(session, actor, view, now)
            await act(session, actor, callbacks.number(view["private_metadata"]), at, now=now)
        await ack()

    return listen


def pressed_number(body: Payload) -> int:
    """Return the id that is the value of the pressed button."""
    return callbacks.number(pressed_value(body))


async def open_time_form(
    client: AsyncWebClient, body: Payload, reader: Person, routine: WorkingHours, now: datetime, form: str,
    asked: tuple[str, str], remembered: str, *, title: str,
) -> None:  # fmt: skip
    """Open a form that asks for a day and a time, with the reader's next working day preselected.

    `asked` is the form's question and the label of its submit button.
    """
    question, submit = asked
    day = add_working_days(routine, reader.local(now).date(), 1)
    await show_form(client, body, times.at_form(form, submit, question, reader, day, remembered, title=title))


async def parse_time(session: AsyncSession, actor: Actor, view: Payload, now: datetime) -> datetime:
    """Return the time that was entered, in the person's time zone."""
    return parse_instant(form_values(view), await people.fetch_person(session, *actor), now)
