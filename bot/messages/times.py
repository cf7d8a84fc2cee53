"""Instants as text, in each reader's time zone and format, and the form that asks for a time."""

from datetime import date, datetime

from slackblocks import DatePicker, InputBlock, ModalView, SectionBlock, TimePicker

from bot.messages.setup import city
from bot.org.people import Person
from bot.slack.post import modal
from bot.text.formats import short_wall, wall

DAY = "day"
TIME = "time"


def when(at: datetime, reader: Person) -> str:
    """Return mrkdwn for an instant: each reader sees their own zone, clock and “today”.

    Clients that do not support this format show `Tuesday, 17 November at 10:00` in the zone and format of `reader`.
    """
    return f"<!date^{at.timestamp():.0f}^{{date_long_pretty}} at {{time}}|{wall(reader.local(at), reader.locale)}>"


def short(at: datetime, reader: Person) -> str:
    """Return `Tue 17 Nov, 10:00`, for buttons and other plain text."""
    return short_wall(reader.local(at), reader.locale)


def at_form(
    callback_id: str, submit: str, told: str, reader: Person, day: date, remembered: str, *, title: str
) -> ModalView:
    """Build the form that asks for a day and a time, in the reader's time zone; it opens with `day`."""
    blocks = [
        SectionBlock(told, block_id="told"),
        InputBlock("Day", DatePicker(action_id=DAY, initial_date=day.isoformat()), block_id=DAY),
        InputBlock("Time", TimePicker(action_id=TIME, initial_time="10:00"), block_id=TIME, hint=_clock(reader)),
    ]
    return modal(title, callback_id, blocks, submit=submit, metadata=remembered)


def _clock(reader: Person) -> str:
    return f"Your time zone: {city(reader.zone)}."
