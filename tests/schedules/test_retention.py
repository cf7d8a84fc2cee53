"""What retention deletes at night, and that every table is either pruned or kept for a reason."""

import re
from datetime import timedelta

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base
from bot.db.sessions import Database
from bot.features.shoutouts.models import Credit, Shoutout, Way
from bot.features.tickets.models import KnownTicket, TicketQueue
from bot.org.teams import settings
from bot.org.teams.models import Team
from bot.org.teams.settings import SettingsChange
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from schedules import retention
from tests.conftest import TUESDAY

NIGHT = TUESDAY + timedelta(days=500)
KEPT = {
    "alert_rules": "what leaders set up, until they remove it",
    "appointments": "moves on with its job, and ends with what it is about",
    "cards": "where a thing stands, as long as the thing",
    "channels": "what Slack knows now",
    "folded_alerts": "a job empties it within seconds",
    "groups": "what Slack knows now",
    "hooks": "what leaders set up, until they remove it",
    "keyring": "one row for the database",
    "lanes": "one row a conversation",
    "looks": "a leader's mornings, one row each",
    "members": "who is in a team, while they are",
    "paces": "one row a method",
    "people": "what Slack knows now",
    "presences": "what Slack knows now",
    "rituals": "what a team chose",
    "rule_previews": "gone when its form is",
    "series": "how two people meet, while they do",
    "tanks": "one row a team",
    "teams": "what a workspace set up",
    "ticket_hours": "what is usual, one row an hour of the week",
    "ticket_queues": "one row a queue",
    "workspaces": "while it is installed",
}
"""Every table that nothing prunes, with the reason."""


async def prune(database: Database, workspace: Workspace) -> set[str]:
    """The tables that a night deletes from."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    engine = database.writer.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    async with database.begin() as session:
        await retention.prune(session, workspace, Occurrence(NIGHT, NIGHT - timedelta(days=1)))
    event.remove(engine, "before_cursor_execute", note)
    return {found[1] for each in statements if (found := re.match(r'DELETE FROM "?(\w+)', each))}


async def test_every_table_is_pruned_or_kept_for_a_reason(database: Database, workspace: Workspace, team: Team) -> None:
    async with database.begin() as session:
        queue = TicketQueue("T1", team.id, "phones", learnt_until=TUESDAY)
        session.add(queue)
        await session.flush()
        session.add(KnownTicket("T1", queue.id, "4471", heard_at=TUESDAY))
    pruned = await prune(database, workspace)
    tables = {table.name: table for table in Base.metadata.sorted_tables}
    for table in tables.values():
        if any(key.ondelete == "CASCADE" and key.column.table.name in pruned for key in table.foreign_keys):
            pruned.add(table.name)

    assert tables.keys() - pruned - KEPT.keys() == set()
    assert pruned & KEPT.keys() == set()
    assert KEPT.keys() <= tables.keys()


def shoutout(team: Team, message: str, days: int | None) -> Shoutout:
    """One that was given so many days ago."""
    at = NIGHT - timedelta(days=days or 450)
    made = Shoutout(
        "T1", team.id, "UMAYA", message, source=message, way=Way.SPOKEN, reason="calm", values=[], receivers=["UANA"],
        made_at=at,
    )  # fmt: skip
    made.given_at, made.given_on = (at, at.date()) if days else (None, None)
    return made


async def test_given_thanks_and_the_audit_trail_go_after_400_days(
    database: Database, workspace: Workspace, team: Team
) -> None:
    async with database.begin() as session:
        for message, days in (("old", 401), ("young", 399), ("never", None)):
            act = shoutout(team, message, days)
            session.add(act)
            await session.flush()
            session.add(Credit("T1", message, "UMAYA", "UANA", act.id, None))
        for days in (401, 399):
            settings.record_change(session, team, "UMAYA", "shoutouts.daily", 5, days, now=NIGHT - timedelta(days=days))
    await prune(database, workspace)

    async with database.reading() as session:
        assert await found(session, Shoutout.message) == ["young"]
        assert await found(session, Credit.message) == ["young"]
        assert await found(session, SettingsChange.became) == [399]


async def found(session: AsyncSession, column: object) -> list[object]:
    return list(await session.scalars(select(column)))  # type: ignore[call-overload]
