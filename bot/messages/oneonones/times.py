"""Times as people read them, each on their own clock."""

from datetime import date, datetime

from bot.directory import Person


def when(at: datetime, reader: Person) -> str:
    """`Tuesday, 17 November at 10:00`."""
    local = reader.local(at)
    return f"{on(local.date())} at {local:%H:%M}"


def short(at: datetime, reader: Person) -> str:
    """`Tue 17 Nov, 10:00`."""
    local = reader.local(at)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def on(day: date) -> str:
    """`Tuesday, 17 November`."""
    return f"{day:%A}, {day.day} {day:%B}"
