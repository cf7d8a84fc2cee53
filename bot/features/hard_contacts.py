"""Hard contacts: a customer treated an agent badly, and one leader whom the agent picks checks in with them.

The people in a hard contact are stored as one encrypted value, and no other column of the database names them. Only a
count for each month remains.
"""

import secrets
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import JSON, Index, select
from sqlalchemy import ForeignKey as Key
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import NEVER_REUSED, Base, Private, TeamRow, Unreadable, Words
from bot.db.personal_data import RETENTION, Erase, Keep, Personal, Reader
from bot.db.sessions import insert
from bot.errors import AnswerTooLate, Refusal
from bot.org.people import pseudonym
from bot.org.teams import settings
from bot.org.teams.models import Team
from bot.refusals import hard_contacts as refusals

ASK_TIMEOUT = timedelta(minutes=5)
"""How long a leader has to answer before the agent is asked whether to ask another."""
FIRST_CHECK_IN = timedelta(minutes=30)
"""How long after answering a leader is reminded to check in: well within the hour."""
LAST_FIRST_CHECK_IN = timedelta(hours=1)
"""How old the first reminder may be; after that, it is out of date and not sent."""
DAYS_KEPT = 3
"""How many of the agent's working days a row is kept at most; it is the only record of who was in a hard contact."""
LONGEST_KEPT = timedelta(days=21)
"""The retention period of a row that no job has deleted."""
BREAK_MINUTES = 15
CARDS = {"agent_card", "leader_card"}
"""The fields of `Details` with the random names of cards, which mean nothing to people."""
FEWEST_PEOPLE = 3
"""How many agents a month's hard contacts must concern before their count is shown."""


class Act(StrEnum):
    """What a leader has offered to do. One leader may do all of these."""

    CHECK_IN = "check_in"
    COVER = "cover"
    BREAK = "break"


class Details(BaseModel):
    """The people in a hard contact, and its progress."""

    agent_id: str
    leader_id: str
    ticket: str = ""
    asked_at: datetime
    """When this leader was asked."""
    asked_ids: list[str] = []
    """The leaders who were asked, in order."""
    needs_another: bool = False
    """Whether the agent is being asked for consent to ask another leader."""
    is_leader_gone: bool = False
    """Whether consent is needed because the leader no longer leads the team."""
    acts: list[Act] = []
    first_check_in_at: datetime | None = None
    second_check_in_at: datetime | None = None
    """When the leader is reminded of each check-in; None until the leader answers."""
    is_first_done: bool = False
    agent_card: str
    leader_card: str

    @property
    def is_answered(self) -> bool:
        return bool(self.acts)

    def is_second(self, now: datetime) -> bool:
        """Return whether the next check-in is the second one, on the next working day."""
        return self.second_check_in_at is not None and self.second_check_in_at <= now

    def is_due(self, now: datetime) -> bool:
        """Return whether to remind the leader of a check-in now."""
        if self.first_check_in_at is None or self.is_leader_gone:
            return False
        return self.is_second(now) or (self.first_check_in_at <= now and not self.is_first_done)


class HardContact(TeamRow):
    """One hard contact, until its second check-in or for `DAYS_KEPT` working days."""

    __tablename__ = "hard_contacts"
    __table_args__ = (
        Index(None, "team_id"),
        Index(None, "workspace_id", "raised_on"),
        NEVER_REUSED,
    )

    sealed: Mapped[str] = mapped_column(Words)
    """The `Details` as encrypted JSON."""
    raised_on: Mapped[date]
    """The day in the team's zone; the time of day is encrypted in `sealed`."""

    @property
    def details(self) -> Details:
        return Details.model_validate_json(self.sealed)

    def seal(self, details: Details) -> None:
        self.sealed = Private(details.model_dump_json())


class HardContactMonth(Base):
    """The number of hard contacts that a team had in a month."""

    __tablename__ = "hard_contact_months"
    __table_args__ = (Index(None, "workspace_id", "month"),)

    team_id: Mapped[int] = mapped_column(Key("teams.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month, in the team's zone."""
    workspace_id: Mapped[str] = mapped_column(Key("workspaces.id"))
    key: Mapped[str] = mapped_column(Words, default="")
    """The key of the hashes in `people`, encrypted; deleted when the month ends."""
    people: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """A keyed hash for each agent, sorted; emptied when the month ends."""
    count: Mapped[int] = mapped_column(default=0)
    carried: Mapped[int] = mapped_column(default=0)
    """The count of the previous month, carried over because it concerned too few agents to be shown."""


async def _find_of_agent(session: AsyncSession, workspace_id: str, person_id: str) -> list[dict[str, Any]]:
    rows = await session.scalars(select(HardContact).where(HardContact.workspace_id == workspace_id))
    return [
        {"team_id": each.team_id, "raised_on": each.raised_on, **details.model_dump(exclude=CARDS)}
        for each in rows
        if (details := each.details).agent_id == person_id
    ]


Personal(
    HardContact,
    "hard contacts",
    words=[HardContact.sealed],
    read_by=Reader.NAMED,
    find_exported=_find_of_agent,
    on_mention=Erase.DELETE,
    keep=Keep(HardContact.raised_on, LONGEST_KEPT),
)
Personal(
    HardContactMonth,
    "hard contacts",
    words=[HardContactMonth.key, HardContactMonth.people],
    read_by=Reader.LEADERS,
    keep=Keep(HardContactMonth.month, RETENTION),
)


def _link(link: str) -> str:
    if link and not (link.startswith("https://") and not set(link) & set("<>| \n")):
        raise ValueError("Enter a link that starts with https://, or leave it empty.")
    return link


class Settings(settings.Settings):
    """A team's advice to its agents about abusive customers."""

    feature: ClassVar[str] = "hard_contacts"
    title: ClassVar[str] = "Hard contacts"
    page: str = Field(
        "You don't have to put up with insults or threats. Say once: “I want to help you. If this goes on, I'll have "
        "to end our conversation.” If it goes on, end it. You don't need to ask first.",
        title="What agents may do when a customer is abusive",
        description="Shown on the agent's card after a hard contact.",
    )
    link: Annotated[str, AfterValidator(_link)] = Field(
        "", title="Link to your rules on abusive customers", description="Starts with https://. Shown on the same card."
    )


async def add(session: AsyncSession, team: Team, details: Details, *, raised_on: date) -> HardContact:
    contact = HardContact(team.workspace_id, team.id, Private(details.model_dump_json()), raised_on)
    session.add(contact)
    await session.flush()
    return contact


async def find(session: AsyncSession, workspace_id: str, contact_id: int, *, lock: bool = False) -> HardContact:
    """Return a hard contact. Raises `AnswerTooLate` if it has been deleted."""
    found = (
        await locks.lock_row(session, HardContact, contact_id, refresh=True)
        if lock
        else await session.get(HardContact, contact_id)
    )
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.OVER)
    return found


async def list_all(session: AsyncSession, team: Team) -> list[HardContact]:
    """Return a team's hard contacts that can be read, oldest first. There are few: each is kept only for days."""
    theirs = select(HardContact).where(HardContact.team_id == team.id).order_by(HardContact.id)
    return [each for each in await session.scalars(theirs) if not isinstance(each.sealed, Unreadable)]


async def must_not_be_asking(session: AsyncSession, team: Team, agent_id: str) -> None:
    """Raise `Refusal` if a leader of the team is already being asked to check in with the agent."""
    for each in await list_all(session, team):
        if each.details.agent_id == agent_id and not each.details.is_answered:
            raise Refusal(refusals.ASKED_BEFORE)


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return month_of(month + timedelta(days=31))


async def count_contact(session: AsyncSession, team: Team, agent_id: str, *, day: date) -> None:
    """Count a hard contact in its month, with a keyed hash of the agent."""
    row = await _lock_month(session, team, month_of(day))
    row.key = row.key or Private(secrets.token_hex(16))
    row.people = sorted({*row.people, pseudonym(agent_id, key=row.key)})
    row.count += 1


async def close_month(session: AsyncSession, team: Team, month: date) -> bool:
    """Delete the agents' hashes of a month, and return whether its count is carried over to the next month.

    A count that concerns fewer than `FEWEST_PEOPLE` agents is carried over once, and then dropped.
    """
    row = await _lock_month(session, team, month)
    if len(row.people) >= FEWEST_PEOPLE:
        row.count, row.carried, row.people, row.key = row.count + row.carried, 0, [], ""
        return False
    if row.people:
        (await _lock_month(session, team, month_after(month))).carried = row.count
    waits = bool(row.people)
    if row.key or not row.count:
        await session.delete(row)
    return waits


async def _lock_month(session: AsyncSession, team: Team, month: date) -> HardContactMonth:
    row = {
        "team_id": team.id, "workspace_id": team.workspace_id, "month": month,
        "key": "", "people": [], "count": 0, "carried": 0,
    }  # fmt: skip
    await session.execute(insert(session, HardContactMonth).values(row).on_conflict_do_nothing())
    return await locks.lock_existing(session, HardContactMonth, (team.id, month))


async def monthly_count(session: AsyncSession, team: Team, month: date) -> int:
    """Return the number of hard contacts in a past month; 0 if it concerned too few agents."""
    row = await session.get(HardContactMonth, (team.id, month))
    return row.count if row and not row.key else 0
