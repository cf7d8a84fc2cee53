"""Invitation files imported into an independent calendar program (GNOME Evolution) after each step of a meeting.

Workflows produce the files: they book a meeting of each kind, move it, suggest another time and cancel it, around clock
changes and with names that are hard to escape. vobject parses each file as well.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from sqlalchemy.ext.asyncio import AsyncSession

from bot.meetings.models import Kind
from bot.messages.invitations import IN_A_NAME
from bot.slack.mrkdwn import clean
from tests import databases, lock_order
from tests.bot.meetings import evolution_calendar
from tests.bot.meetings.evolution_calendar import Event, Reading
from tests.bot.meetings.invitation_scenarios import (
    CANCELLED,
    CONFIRMED,
    TENTATIVE,
    Scenario,
    Sent,
    book_with_names,
    move_across_clock_change,
)
from tests.bot.messages.test_invitations import HOSTILE

CHANGES = {
    "Vienna in spring": ("Europe/Vienna", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    "Vienna in autumn": ("Europe/Vienna", datetime(2027, 10, 31, 1, tzinfo=UTC)),
    "London in spring": ("Europe/London", datetime(2027, 3, 28, 1, tzinfo=UTC)),
    "London in autumn": ("Europe/London", datetime(2027, 10, 31, 1, tzinfo=UTC)),
    "New York in spring": ("America/New_York", datetime(2027, 3, 14, 7, tzinfo=UTC)),
    "New York in autumn": ("America/New_York", datetime(2027, 11, 7, 6, tzinfo=UTC)),
}
"""Clock changes: the zone and the instant."""
LONGEST = 80
"""The longest name in Slack, in characters."""
NOTHING = SimpleNamespace(value="")
NAMES = [
    *(each.replace("\ud83d", "")[:LONGEST] for each in HOSTILE),  # databases do not store half of a surrogate pair
    'מאיה, "הבוסית"; אנה \\ 1+1',
    "مايا \u202eevil\u202c (دعم), الفريق",
    "ends with a backslash \\",
    "https://example.com/?a=1;b=2,3:4",
]


@dataclass(frozen=True)
class Told:
    """A file, vobject's parse of it, and the recipient's calendar after the import."""

    sent: Sent
    by_vobject: Any
    after: Reading


Calendars = list[list[Told]]
"""The files and readings of the two people in a meeting."""
Plot = Callable[[AsyncSession, Kind], Awaitable[Scenario]]
PLOTS: dict[str, Plot] = {
    **{where: partial(move_across_clock_change, zone=zone, change=change) for where, (zone, change) in CHANGES.items()},
    **{name: partial(book_with_names, name=name) for name in NAMES},
}


@pytest.fixture(scope="module", params=list(Kind))
def kind(request: pytest.FixtureRequest) -> Kind:
    return Kind(request.param)


@pytest.fixture(scope="module")
def calendars(sqlite_with_a_team: Path, tmp_path_factory: pytest.TempPathFactory, kind: Kind) -> dict[str, Calendars]:
    """Run all scenarios for a kind of meeting, and import their files in one run of Evolution."""
    if not evolution_calendar.is_installed():
        pytest.skip(evolution_calendar.MISSING)
    courses = asyncio.run(live(sqlite_with_a_team, kind))
    files = [(plot, theirs) for plot, course in courses.items() for theirs in course.files.values()]
    asked = [(courses[plot].zone.key, [each.content for each in theirs]) for plot, theirs in files]
    readings = evolution_calendar.read(asked, tmp_path_factory.mktemp("evolution"))
    told: dict[str, Calendars] = {plot: [] for plot in courses}
    for (plot, theirs), after in zip(files, readings, strict=True):
        told[plot].append([Told(*each) for each in zip(theirs, map(by_vobject, theirs), after, strict=True)])
    return told


async def live(folder: Path, kind: Kind) -> dict[str, Scenario]:
    database, courses = databases.at(None, folder), {}
    try:
        for name, plot in PLOTS.items():
            async with databases.rolled_back(database) as inner, inner.begin() as session:
                session.info[lock_order.MANY_ACTS] = True
                courses[name] = await plot(session, kind)
    finally:
        await database.close()
    return courses


def by_vobject(file: Sent) -> Any:
    return vobject.readOne(file.content.decode(), validate=True)


@pytest.fixture
def moved(calendars: dict[str, Calendars]) -> Calendars:
    """Return the calendars of all meetings that are moved across a clock change."""
    return [each for where in CHANGES for each in calendars[where]]


def of(told: Told) -> Event:
    (event,) = told.after.events
    return event


def test_booked_meeting_is_in_both_calendars_once_and_at_its_time(moved: Calendars) -> None:
    assert len(moved) == 2 * len(CHANGES)
    for booked, *_ in moved:
        assert (of(booked).status, of(booked).sequence) == (CONFIRMED, 0)
        assert (of(booked).starts_at, of(booked).ends_at) == (booked.sent.starts_at, booked.sent.ends_at)


def test_moved_meeting_replaces_the_event_in_the_calendar(moved: Calendars) -> None:
    for *open_ones, _ in moved:
        assert len({each.sent.starts_at for each in open_ones}) == 5
        assert len({of(each).uid for each in open_ones}) == 1
        assert [of(each).starts_at for each in open_ones] == [each.sent.starts_at for each in open_ones]
        assert [of(each).ends_at for each in open_ones] == [each.sent.ends_at for each in open_ones]
        assert [of(each).sequence for each in open_ones] == list(range(len(open_ones)))


def test_suggested_meeting_time_is_tentative_in_the_calendar_until_accepted(moved: Calendars, kind: Kind) -> None:
    by_move = [CONFIRMED] if kind == Kind.ONE_ON_ONE else [TENTATIVE, CONFIRMED]
    for *open_ones, _ in moved:
        assert [of(each).status for each in open_ones] == [CONFIRMED, *by_move * 4]


def test_canceled_meeting_leaves_the_calendar(moved: Calendars) -> None:
    for *_, before, last in moved:
        assert before.after.events
        assert not last.after.events
        assert last.after.taken_as == "CANCEL-EVENT"


def test_each_invitation_file_is_classified_as_an_update_of_the_previous_one(moved: Calendars) -> None:
    for *open_ones, _ in moved:
        assert open_ones[0].after.taken_as == "REQUEST-NEW"
        for before, each in pairwise(open_ones):
            is_yes = before.sent.status == TENTATIVE
            assert each.after.taken_as == ("REQUEST-UPDATE" if is_yes else "REQUEST-RESCHEDULE")


def test_invitation_file_that_arrives_out_of_order_is_classified_as_obsolete(moved: Calendars) -> None:
    for files in moved:
        assert [each.after.earlier_ones for each in files] == [["OBSOLETE"] * nth for nth in range(len(files))]


@pytest.mark.parametrize("where", CHANGES)
def test_meeting_keeps_its_local_time_across_a_clock_change(where: str, calendars: dict[str, Calendars]) -> None:
    zone, change = ZoneInfo(CHANGES[where][0]), CHANGES[where][1]
    days = [f"{change.astimezone(zone) + timedelta(days=day):%Y%m%dT100000}" for day in (0, 1)]
    for *open_ones, _ in calendars[where]:
        for each in open_ones:
            local = [at.astimezone(zone) for at in (each.sent.starts_at, each.sent.ends_at)]
            assert [of(each).shown_from, of(each).shown_to] == [f"{at:%Y%m%dT%H%M%S}" for at in local]
        assert {*days} < {of(each).shown_from for each in open_ones}
        assert any(each.sent.starts_at < change < each.sent.ends_at for each in open_ones)


def test_calendar_shows_names_of_people_with_any_characters(calendars: dict[str, Calendars]) -> None:
    for name in NAMES:
        for booked, last in calendars[name]:
            assert of(booked).title == clean(booked.sent.title).replace("\\", "/")
            assert (of(booked).organizer, of(booked).attendee) == (clean(name).translate(IN_A_NAME),) * 2
            assert (of(booked).starts_at, of(booked).ends_at) == (booked.sent.starts_at, booked.sent.ends_at)
            assert not last.after.events


def test_evolution_and_vobject_read_the_same_values_from_invitations(calendars: dict[str, Calendars]) -> None:
    for each in [each for theirs in calendars.values() for files in theirs for each in files]:
        event, is_off = each.by_vobject.vevent, each.sent.status == CANCELLED
        assert each.by_vobject.method.value == ("CANCEL" if is_off else "REQUEST")
        assert event.status.value == each.sent.status
        assert (event.dtstart.value, event.dtend.value) == (each.sent.starts_at, each.sent.ends_at)
        assert is_off or of(each) == replace(
            of(each), uid=event.uid.value, title=event.summary.value, sequence=int(event.sequence.value),
            description=getattr(event, "description", NOTHING).value, status=event.status.value,
            starts_at=event.dtstart.value, ends_at=event.dtend.value,
            organizer=event.organizer.params["CN"][0], attendee=event.attendee.params["CN"][0],
        )  # fmt: skip
