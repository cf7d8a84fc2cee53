"""Test data: absences that began long ago."""

from datetime import datetime, timedelta


def away(until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    return ((until - timedelta(days=1000), until),)
