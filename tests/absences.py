"""Builder of absences that began long ago, for tests."""

from datetime import datetime, timedelta


def away(until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    return ((until - timedelta(days=1000), until),)
