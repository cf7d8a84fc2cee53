"""Counted tickets, in words."""

from bot.features.tickets.counting import Load
from bot.features.tickets.spike import WEEKS


def title(load: Load) -> str:
    """`34 tickets in 15 minutes, usually about 9; 57 open`"""
    usual = f", usually about {load.usual.mean:.0f}" if load.usual.weeks >= WEEKS else ""
    return f"{load.came} {'ticket' if load.came == 1 else 'tickets'} in 15 minutes{usual}; {load.open} open"
