"""Invitations: a meeting as a file for any calendar, and as links that add it to a calendar on the web.

Built after RFC 5545 (the file) and RFC 5546 (what an invitation, a change and a cancellation are made of).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from urllib.parse import quote, urlencode

from icalendar import Calendar, Event, vCalAddress

from bot.org.people import Person
from bot.slack.mrkdwn import clean

NO_ADDRESS = "invalid:nomail"
"""Where an e-mail address would stand: Steward knows none.

RFC 5545 §3.3.3 wants a URI here, not a mailbox. This one is what calendars write for somebody without an address:
Apple's (`+[NSURL URLForMail:]` in its Calendar framework) and OpenChange's exchange2ical, for organizers and attendees.
"""
IN_A_NAME = str.maketrans({'"': "'", "^": "'", "\\": "/"})
"""A name is a parameter: quotation marks cannot stand there but as RFC 6868 writes them, which few read; and some take
a backslash for an escape."""
NO_ESCAPE = str.maketrans({"\\": "/"})
"""Readers disagree on an escaped backslash before an N, which some take for a new line."""
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.office.com/calendar/deeplink/compose"
LONGEST_TITLE, LONGEST_DESCRIPTION = 750, 300
"""In a link, and percent-encoded: one text on a card holds both links and a note, and Slack takes 3,000 characters."""


@dataclass(frozen=True)
class Meeting:
    """A meeting as calendars know it: by its `uid`, and in its newest form by the highest `sequence`.

    Who changes a meeting or calls it off raises its sequence.
    """

    uid: str
    title: str
    starts_at: datetime
    minutes: int
    sequence: int
    organizer: Person
    attendee: Person
    description: str = ""
    file: str = "invitation.ics"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Links:
    """Where a time can be put into a calendar without a file."""

    google: str
    outlook: str

    def __str__(self) -> str:
        return f"Add it to <{self.google}|Google Calendar> or <{self.outlook}|Outlook>. "


def links(meeting: Meeting) -> Links:
    return Links(google_link(meeting), outlook_link(meeting))


def request(meeting: Meeting, now: datetime, *, is_tentative: bool = False) -> bytes:
    """An invitation; with a higher sequence it changes the one that came before. A tentative one has no yes yet."""
    return _file("REQUEST", "TENTATIVE" if is_tentative else "CONFIRMED", meeting, now)


def cancel(meeting: Meeting, now: datetime) -> bytes:
    """Takes the meeting out of the calendar again."""
    return _file("CANCEL", "CANCELLED", meeting, now)


def google_link(meeting: Meeting) -> str:
    """Adds the meeting to Google Calendar; what is added so does not change with the meeting."""
    dates = "/".join(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (meeting.starts_at, meeting.ends_at))
    title, description = _words(meeting)
    return _link(GOOGLE, {"action": "TEMPLATE", "text": title, "dates": dates, "details": description})


def outlook_link(meeting: Meeting) -> str:
    """The same for Outlook on the web, at work or at school."""
    start, end = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (meeting.starts_at, meeting.ends_at))
    title, description = _words(meeting)
    asked = {"path": "/calendar/action/compose", "rru": "addevent"}
    return _link(OUTLOOK, {**asked, "subject": title, "startdt": start, "enddt": end, "body": description})


def _file(method: str, status: str, meeting: Meeting, now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Steward//Steward//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, status, now))
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, status: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", clean(meeting.uid))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", clean(meeting.title).translate(NO_ESCAPE))
    if description := _lines(meeting.description):
        event.add("description", description.translate(NO_ESCAPE))
    event.add("status", status)
    event.add("organizer", _person(meeting.organizer))
    event.add("attendee", _person(meeting.attendee, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="TRUE"))
    return event


def _person(person: Person, **about: str) -> vCalAddress:
    address = vCalAddress(NO_ADDRESS)
    address.params.update({"CN": clean(person.name).translate(IN_A_NAME), **about})
    return address


def _lines(text: str) -> str:
    return "\n".join(map(clean, text.splitlines())).strip()


def _words(meeting: Meeting) -> tuple[str, str]:
    return _start(clean(meeting.title), LONGEST_TITLE), _start(_lines(meeting.description), LONGEST_DESCRIPTION)


def _start(text: str, most: int) -> str:
    """As much of a text as fits, percent-encoded, into so many characters."""
    lengths = accumulate(len(quote(mark, safe="")) for mark in text)
    return text[: sum(length <= most for length in lengths)]


def _link(address: str, fields: dict[str, str]) -> str:
    return f"{address}?{urlencode({name: said for name, said in fields.items() if said}, quote_via=quote, safe='')}"
