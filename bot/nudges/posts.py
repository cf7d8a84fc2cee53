"""Sending chosen nudges to many people: their rows, one card for each person, and what the new cards replace."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import table
from bot.nudges import cards
from bot.nudges.answers import how_it_ended, load_lines, update_cards
from bot.nudges.models import Nudge
from bot.nudges.policy import NudgeKind
from bot.org.teams.membership import Seat
from bot.slack import home
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.outbox.outbox import Notice

_NUDGE = table(Nudge).c
_COLUMNS = [column.key for column in _NUDGE if column.key != "id"]
_INSERT = table(Nudge).insert().returning(_NUDGE.id, _NUDGE.card, _NUDGE.kind, _NUDGE.about)


class NewCard(NamedTuple):
    """The nudges that one person gets on one card, and the earlier ones of that person, newest first."""

    seat: Seat
    nudges: Sequence[Nudge]
    before: Sequence[Nudge]


async def send(session: AsyncSession, sent: Sequence[NewCard], kinds: Sequence[NudgeKind], now: datetime) -> None:
    """Store new nudges and post them, one card for each person. The lock on their `NudgeCheck` prevents duplicates.

    It needs as many statements for a hundred people as for one.
    """
    await _insert(session, [nudge for each in sent for nudge in each.nudges if nudge.id is None])
    readers = {each.seat.person.id: each.seat.person for each in sent}
    lines = await load_lines(session, [nudge for each in sent for nudge in each.nudges], kinds, readers)
    notices = []
    for seat, nudges, _ in sent:
        post = cards.card(nudges[0].card, [lines[each.id] for each in nudges if each.id in lines])
        notices.append(Notice(post, seat.person.dm, seat.team, min(nudge.ends_at for nudge in nudges)))
        home.mark_changed(session, seat.team.workspace_id, [seat.person.id], now=now)
        await asyncio.sleep(0)
    await outbox.put_all(session, notices, not_before=now, priority=Priority.NUDGE)
    await update_cards(session, [nudge for each in sent for nudge in _find_repeated(each)], kinds, readers, now)


async def _insert(session: AsyncSession, nudges: Sequence[Nudge]) -> None:
    """Insert nudges with one statement. The ORM needs one for each on SQLite, because their ids are generated."""
    if nudges:
        by = {(each.card, each.kind, each.about): each for each in nudges}
        rows = [{column: getattr(each, column) for column in _COLUMNS} for each in nudges]
        for id, *key in await session.execute(_INSERT, rows):
            by[tuple(key)].id = id


def _find_repeated(new: NewCard) -> list[Nudge]:
    """Return an earlier nudge of each card on which these are repeated: no subject keeps buttons on two cards."""
    ids, subjects = {nudge.id for nudge in new.nudges}, {(nudge.kind, nudge.about) for nudge in new.nudges}
    latest = {(each.kind, each.about): each for each in reversed(new.before) if each.id not in ids}
    repeated = [latest[subject] for subject in sorted(subjects & latest.keys())]
    return [*{each.card: each for each in repeated if how_it_ended(each, new.seat.person) is None}.values()]
