"""Wrap-ups of shadowing sessions: what the leader learned, readable only by the leader, and a roadblock to own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.followups import queries as followups
from bot.followups.models import Followup
from bot.followups.models import Kind as FollowupKind
from bot.meetings.models import Meeting
from bot.meetings.rules import Pair
from bot.refusals import common
from bot.refusals import shadowing as refusals

LONGEST = 2000
DUE = "due"
"""The name of a form field."""


@dataclass(frozen=True)
class WrapUp:
    """What a leader writes down after a shadowing session; all fields are optional."""

    learnt: str = ""
    roadblock: str = ""
    due_on: date | None = None
    themes: Sequence[str] = ()


def check_wrap_up(said: WrapUp, today: date) -> None:
    """Raise `Refusal` unless the texts are short enough and the roadblock, if any, is due after today."""
    if max(len(said.learnt), len(said.roadblock)) > LONGEST:
        raise Refusal(common.too_long(LONGEST))
    if said.roadblock and (said.due_on is None or said.due_on <= today):
        raise Refusal(refusals.ROADBLOCK_DAY_NOT_AHEAD, field=DUE)


def fetch_own_notes(session: AsyncSession, pair: Pair, meeting: Meeting, by: str) -> str:
    """Return what a leader wrote down after a shadowing session, for that leader only."""
    pair.must_organize(by, meeting.kind)
    return vault_of(session).read(meeting.sealed) if meeting.sealed else ""


async def find_roadblock(session: AsyncSession, meeting: Meeting) -> Followup | None:
    """Return the roadblock that the leader took on after a session, whatever its state."""
    return await followups.find_by_source(session, meeting.team_id, FollowupKind.ROADBLOCK, meeting.about)
