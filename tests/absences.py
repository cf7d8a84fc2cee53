"""Somebody is away, and has been for long."""

from datetime import datetime, timedelta


def away(until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    return ((until - timedelta(days=1000), until),)
