"""Build calendar invitations: a meeting as an .ics file, and as links that add it to a web calendar.

Follows RFC 5545 (file format) and RFC 5546 (invitations, updates and cancellations).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from bot.org.people import Person
from bot.slack.mrkdwn import clean

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

NO_ADDRESS = "invalid:nomail"
"""Placeholder for an e-mail address, because Steward knows none.

RFC 5545 §3.3.3 requires a URI here, not a mailbox. Calendars write this one for somebody without an address: Apple's
(`+[NSURL URLForMail:]` in its Calendar framework) and OpenChange's exchange2ical, for organizers and attendees.
"""
IN_A_NAME = str.maketrans({'"': "'", "^": "'", "\\": "/"})
"""Replacements for characters in a person's name, which is written as a parameter of the file.

Few clients read quotation marks encoded according to RFC 6868, and some take a backslash for an escape.
"""
NO_ESCAPE = str.maketrans({"\\": "/"})
"""Replace backslashes: some clients read an escaped backslash before an N as a new line."""
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.office.com/calendar/deeplink/compose"
LONGEST_TITLE, LONGEST_DESCRIPTION = 750, 300
"""Limits of a link's percent-encoded parts.

Slack limits the URL of a menu option to 3,000 characters.
"""


@dataclass(frozen=True)
class Meeting:
    """A calendar event, identified by its `uid`; clients show the version with the highest `sequence`.

    The sequence must increase with every update or cancellation.
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


def links(meeting: Meeting) -> dict[str, str]:
    """Return the links that add an event to a web calendar without a file, by their label in a menu."""
    return {"Add to Google Calendar": google_link(meeting), "Add to Outlook": outlook_link(meeting)}


def request(meeting: Meeting, now: datetime, *, is_tentative: bool = False) -> bytes:
    """Build a calendar invitation, or an update if the sequence is higher.

    The event is tentative until both people agree.
    """
    return _file("REQUEST", "TENTATIVE" if is_tentative else "CONFIRMED", meeting, now)


def cancel(meeting: Meeting, now: datetime) -> bytes:
    """Build the calendar file that cancels an event."""
    return _file("CANCEL", "CANCELLED", meeting, now)


def google_link(meeting: Meeting) -> str:
    """Return a link that adds the event to Google Calendar; later updates do not reach it."""
    dates = "/".join(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (meeting.starts_at, meeting.ends_at))
    title, description = _words(meeting)
    return _link(GOOGLE, {"action": "TEMPLATE", "text": title, "dates": dates, "details": description})


def outlook_link(meeting: Meeting) -> str:
    """Return a link that adds the event to Outlook on the web (work or school accounts); updates do not reach it."""
    start, end = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (meeting.starts_at, meeting.ends_at))
    title, description = _words(meeting)
    asked = {"path": "/calendar/action/compose", "rru": "addevent"}
    return _link(OUTLOOK, {**asked, "subject": title, "startdt": start, "enddt": end, "body": description})


def _file(method: str, status: str, meeting: Meeting, now: datetime) -> bytes:
    from icalendar import Calendar  # imported here: most days it is not used, and it has eighty modules

    calendar = Calendar()
    calendar.add("prodid", "-//Steward//Steward//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_event(meeting, status, now))
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, status: str, now: datetime) -> "Event":
    from icalendar import Event

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


def _person(person: Person, **about: str) -> "vCalAddress":
    from icalendar import vCalAddress

    address = vCalAddress(NO_ADDRESS)
    address.params.update({"CN": clean(person.name).translate(IN_A_NAME), **about})
    return address


def _lines(text: str) -> str:
    return "\n".join(map(clean, text.splitlines())).strip()


def _words(meeting: Meeting) -> tuple[str, str]:
    return _start(clean(meeting.title), LONGEST_TITLE), _start(_lines(meeting.description), LONGEST_DESCRIPTION)


def _start(text: str, most: int) -> str:
    """Return as much of a text as fits into `most` characters when percent-encoded."""
    lengths = accumulate(len(quote(mark, safe="")) for mark in text)
    return text[: sum(length <= most for length in lengths)]


def _link(address: str, fields: dict[str, str]) -> str:
    return f"{address}?{urlencode({name: said for name, said in fields.items() if said}, quote_via=quote, safe='')}"
