"""Themes: what gets in agents' way, in a few categories that can be counted without revealing who said what."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import insert
from bot.features.visits.models import Sighting
from bot.features.visits.settings import Settings
from bot.org.people import pseudonym
from bot.org.teams import membership
from bot.org.teams.models import Team

THEMES = {
    "tools": "Tools and logins",
    "answers": "Finding the right answer",
    "freedom": "Freedom to decide",
    "handovers": "Handovers to other teams",
    "product": "Product bugs",
    "expectations": "Customer expectations",
    "time": "Time and staffing",
    "strain": "Stress and too few breaks",
}
"""All themes, by their key in the database; never change a key."""
FEWEST_PEOPLE = 3
"""How many different people a theme needs to be shown; with fewer it could identify somebody."""


class SeenTheme(NamedTuple):
    theme: str
    whose: str


def theme_label(theme: str) -> str:
    return THEMES.get(theme, theme)


def first_theme(themes: Collection[str]) -> str:
    """Return the theme of a follow-up for which several were ticked: the first in the order of `THEMES`."""
    return next((each for each in THEMES if each in themes), "")


async def record_themes(
    session: AsyncSession, team: Team, themes: Collection[str], *, source: str, agent_id: str, now: datetime
) -> None:
    """Count each theme once per source, and flag themes that now have enough reports from enough people.

    `agent_id` is the agent who was shadowed or visited. A theme that is already flagged is not flagged again, but its
    count grows until it is shown.
    """
    if not themes:
        return
    await membership.lock_team(session, team.id)
    whose = {"workspace_id": team.workspace_id, "team_id": team.id, "source": source, "seen_at": now}
    whose["whose"] = pseudonym(team.workspace_id, agent_id)
    rows = [{**whose, "theme": theme} for theme in sorted(set(themes) & THEMES.keys())]
    await session.execute(insert(session, Sighting).on_conflict_do_nothing(), rows)
    settings = Settings.of(team)
    seen = await _find_seen(session, team, now - timedelta(days=settings.within))
    for theme in {row["theme"] for row in rows}:
        of_it = [each for each in seen if each.theme == theme]
        is_shown = len({each.whose for each in of_it}) >= FEWEST_PEOPLE and len(of_it) >= settings.times
        if is_shown:
            flagged = next((each for each in of_it if each.times), of_it[-1])
            flagged.times = len(of_it)


async def find_shown_themes(session: AsyncSession, team: Team, boundaries: Sequence[datetime]) -> list[tuple[str, int]]:
    """Return the themes to show for the last month, with how often each was reported, most frequent first.

    Earlier months decide what may be shown. `boundaries` are those of the months: n + 1 instants for n months.
    """
    seen = select(Sighting.seen_at, Sighting.theme, Sighting.whose).where(
        Sighting.workspace_id == team.workspace_id,
        Sighting.team_id == team.id,
        Sighting.seen_at >= boundaries[0],
        Sighting.seen_at < boundaries[-1],
    )
    rows = (await session.execute(seen.order_by(Sighting.seen_at, Sighting.id))).all()
    return select_shown(
        [
            [SeenTheme(row.theme, row.whose) for row in rows if start <= row.seen_at < end]
            for start, end in pairwise(boundaries)
        ]
    )


def select_shown(months: Sequence[Sequence[SeenTheme]]) -> list[tuple[str, int]]:
    """Return the themes to show for the last month, with how often each was reported, most frequent first.

    Sightings (reports of a theme) by too few people are carried over to the next month only, and are then dropped.
    """
    counted = {}
    for theme in sorted({each.theme for month in months for each in month}):
        known: list[SeenTheme] = []
        waits: list[SeenTheme] = []
        for month in months:
            this = [each for each in month if each.theme == theme]
            known, waits = [*waits, *this], this
            if len({each.whose for each in known}) >= FEWEST_PEOPLE:
                waits = []
            else:
                known = []
        if known:
            counted[theme] = len(known)
    return sorted(counted.items(), key=lambda each: -each[1])


async def _find_seen(session: AsyncSession, team: Team, since: datetime) -> Sequence[Sighting]:
    seen = select(Sighting).where(
        Sighting.workspace_id == team.workspace_id, Sighting.team_id == team.id, Sighting.seen_at > since
    )
    return (await session.scalars(seen.order_by(Sighting.seen_at, Sighting.id))).all()
