"""Calendar links, and invitation files checked line by line and with two independent parsers."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import icalendar
import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages import invitations
from bot.messages.invitations import IN_A_NAME, Meeting
from bot.org.people import Person
from bot.slack.mrkdwn import clean

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
LISBON_IN_SUMMER = timezone(timedelta(hours=1))
MEETING = Meeting(
    uid="one-on-one:7@T1",
    title="One-on-one: Maya and Ana",
    starts_at=datetime(2026, 7, 20, 10, 30, tzinfo=LISBON_IN_SUMMER),
    minutes=45,
    sequence=0,
    organizer=Person("T1", "UMAYA", "maya"),
    attendee=Person("T1", "UANA", "ana"),
    description="Bring whatever's on your mind.\nNothing is fine, too.",
)
HOSTILE = [
    "commas, semicolons; colons: and \\ back\\nslashes",
    "a line\r\nATTENDEE:mailto:eve@example.com\r\nEND:VEVENT",
    "a line\nBEGIN:VALARM",
    "other\u2028line\u2029ends\x85and\x0bmore\x0c",
    "“quotes” \"straight\" 'single' ^n ^' ^^",
    "👩🏽‍💻 мая и ана 馬 " * 16,
    "x" * 300,
    "🙌" * 300,
    "bell\x07 null\x00 \ud83d half",
    "  spaces   all over  ",
]


def by_icalendar(file: bytes) -> Any:
    calendar = icalendar.Calendar.from_ical(file)
    assert not calendar.errors
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return event


def by_vobject(file: bytes) -> Any:
    return vobject.readOne(file.decode(), validate=True).vevent


def lines(file: bytes) -> list[str]:
    """Return the unfolded content lines of a file."""
    return file.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_calendar_invitation_has_the_properties_of_rfc_5545_and_5546() -> None:
    assert lines(invitations.request(MEETING, NOW)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Steward//Steward//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:One-on-one: Maya and Ana",
        "DTSTART:20260720T093000Z",
        "DTEND:20260720T101500Z",
        "DTSTAMP:20261117T100000Z",
        "UID:one-on-one:7@T1",
        "SEQUENCE:0",
        "ATTENDEE;CN=ana;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:invalid:nomail",
        "DESCRIPTION:Bring whatever's on your mind.\\nNothing is fine\\, too.",
        "ORGANIZER;CN=maya:invalid:nomail",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_calendar_update_and_cancellation_keep_the_uid_and_raise_the_sequence() -> None:
    moved = replace(MEETING, starts_at=MEETING.starts_at + timedelta(days=1), sequence=1)
    files = [
        invitations.request(MEETING, NOW),
        invitations.request(moved, NOW),
        invitations.cancel(replace(moved, sequence=2), NOW),
    ]

    for read in (by_icalendar, by_vobject):
        assert {value(read(file), "uid") for file in files} == {"one-on-one:7@T1"}
        assert [int(value(read(file), "sequence")) for file in files] == [0, 1, 2]
        assert [value(read(file), "status") for file in files] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [re.findall(r"METHOD:(\w+)", file.decode()) for file in files] == [["REQUEST"], ["REQUEST"], ["CANCEL"]]
    assert by_vobject(files[1]).dtstart.value == moved.starts_at


def value(event: Any, name: str) -> str:
    return str(event[name]) if isinstance(event, icalendar.Event) else str(getattr(event, name).value)


def test_two_calendar_parsers_read_the_same_people_and_times_from_an_invitation() -> None:
    file = invitations.request(MEETING, NOW)
    one, other = by_icalendar(file), by_vobject(file)

    assert (one["attendee"], one["attendee"].params["CN"]) == (other.attendee.value, other.attendee.params["CN"][0])
    assert (one["organizer"], one["organizer"].params["CN"]) == ("invalid:nomail", "maya")
    assert one.decoded("dtstart") == other.dtstart.value == MEETING.starts_at
    assert one.decoded("dtend") == other.dtend.value == MEETING.starts_at + timedelta(minutes=45)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_title_of_an_event_cannot_add_calendar_properties(words: str) -> None:
    maya, ana = Person("T1", "UMAYA", words), Person("T1", "UANA", words)
    check(replace(MEETING, title=words, description=f"{words}\n{words}", organizer=maya, attendee=ana))


@given(st.text(max_size=300), st.text(max_size=300))
@example("\\N", "\\N")
def test_any_event_title_and_name_survive_a_round_trip_through_an_invitation_file(title: str, name: str) -> None:
    check(replace(MEETING, title=title, description=title, attendee=Person("T1", "UANA", name)))


def check(meeting: Meeting) -> None:
    file = invitations.request(meeting, NOW)
    one, other = by_icalendar(file), by_vobject(file)

    assert str(one["summary"]) == other.summary.value == clean(meeting.title).replace("\\", "/")
    assert one["attendee"].params["CN"] == clean(meeting.attendee.name).translate(IN_A_NAME)
    assert file.endswith(b"\r\n")
    assert all(len(line) <= 75 and not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line) for line in file.split(b"\r\n"))
    names = {re.split("[;:]", line)[0] for line in lines(file)}
    assert names <= {
        "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID",
        "SEQUENCE", "ATTENDEE", "DESCRIPTION", "ORGANIZER", "STATUS",
    }  # fmt: skip
    assert len(lines(file)) <= 18


def test_calendar_links_give_times_in_utc() -> None:
    google, outlook = invitations.google_link(MEETING), invitations.outlook_link(MEETING)

    assert google == (
        "https://calendar.google.com/calendar/render?action=TEMPLATE&text=One-on-one%3A%20Maya%20and%20Ana"
        "&dates=20260720T093000Z%2F20260720T101500Z"
        "&details=Bring%20whatever%27s%20on%20your%20mind.%0ANothing%20is%20fine%2C%20too."
    )
    assert outlook == (
        "https://outlook.office.com/calendar/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent"
        "&subject=One-on-one%3A%20Maya%20and%20Ana&startdt=2026-07-20T09%3A30%3A00Z&enddt=2026-07-20T10%3A15%3A00Z"
        "&body=Bring%20whatever%27s%20on%20your%20mind.%0ANothing%20is%20fine%2C%20too."
    )


@pytest.mark.parametrize("words", [*HOSTILE, "&dates=20000101T000000Z#<|>"])
def test_calendar_link_with_any_text_is_a_url_that_slack_accepts(words: str) -> None:
    meeting = replace(MEETING, title=words, description=words * 9)

    for link, name in ((invitations.google_link(meeting), "text"), (invitations.outlook_link(meeting), "subject")):
        assert re.fullmatch(r"[\w%&=?:/.~-]+", link, re.ASCII)
        assert len(link) <= 3000
        (title,) = parse_qs(urlsplit(link).query)[name]
        assert title
        assert clean(words).startswith(title)
        assert title == clean(words) or len(quote(title)) > 730
