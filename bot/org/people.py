"""People, as Slack last reported them."""

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, Executable, Index, Select, and_, bindparam, case, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from bot.db import locks
from bot.db.models import KeyedRow, Span, Spans, Unreadable, table
from bot.db.personal_data import KNOWN_NOW, Personal, Reader
from bot.db.sessions import insert_for
from bot.errors import Refusal
from bot.org import erasures
from bot.org.workspaces import Address
from bot.refusals import common
from bot.text.normalization import normalize_name, typed_names
from bot.text.safety import escape_all


def draw_lot(person_id: str, *occasion: object) -> bytes:
    """Return a sort key that puts people in a random but reproducible order, different for each `occasion`."""
    said = " ".join(map(str, (*occasion, person_id)))
    return blake2b(said.encode(), digest_size=8).digest()


PROFILE_COLUMNS = (
    "name",
    "full_name",
    "zone",
    "is_bot",
    "has_left",
    "updated",
    "is_guest",
    "is_stranger",
    "is_admin",
    "locale",
)
"""The columns that Slack provides; the other columns are ours."""
DERIVED_COLUMNS = ("name_key", "full_key", "left_since")
"""The columns that are computed from those that Slack provides."""


WAS_ERASED = "was_erased"
"""The key in a person's settings which says that they had their data erased, so that nothing is offered to them."""
Ids = Collection[str] | Select[str]
"""User ids, or a subquery that selects them, so that no statement lists hundreds."""


def pseudonym(*what: str, key: str = "") -> str:
    """Return a hash to store in place of names that would identify somebody.

    Without a `key`, anybody who knows all names can find out whose hash it is. With one that is lost, no two hashes are
    alike.
    """
    key = secrets.token_hex(16) if isinstance(key, Unreadable) else key
    return blake2b(" ".join(what).encode(), digest_size=16, key=key.encode()).hexdigest()


def _folded(column: str) -> Callable[[Any], str]:
    """Return a column default that normalizes another column of the new row."""
    return lambda row: normalize_name(row.get_current_parameters()[column] or "")


class Person(KeyedRow):
    """A person (or bot) of a workspace."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "workspace_id", "name_key"), Index(None, "workspace_id", "full_key"))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    """Their display name, else their full name."""
    zone: Mapped[str] = mapped_column(default="UTC")
    is_bot: Mapped[bool] = mapped_column(default=False)
    has_left: Mapped[bool] = mapped_column(default=False)
    updated: Mapped[int] = mapped_column(BigInteger, default=0)
    """When their profile last changed in Slack, as a Unix timestamp in seconds."""
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_stranger: Mapped[bool] = mapped_column(default=False)
    """Whether they belong to another workspace, and share a Slack Connect channel with this one."""
    is_admin: Mapped[bool] = mapped_column(default=False)
    dm_id: Mapped[str | None] = mapped_column(default=None)
    """The id of their DM with the bot, once known."""
    absences: Mapped[Sequence[Span]] = mapped_column(Spans, default=(), server_default="[]")
    """Their current and future absences, sorted and without overlaps."""
    quiet_from: Mapped[datetime | None] = mapped_column(default=None)
    """Start of Do Not Disturb as Slack reports it to apps: the current or next span."""
    quiet_until: Mapped[datetime | None] = mapped_column(default=None)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    """Their own preferences, read through `Settings` models like a team's."""
    full_name: Mapped[str] = mapped_column(default="")
    name_key: Mapped[str] = mapped_column(init=False, insert_default=_folded("name"))
    full_key: Mapped[str] = mapped_column(init=False, insert_default=_folded("full_name"))
    """Both names, normalized for lookup."""
    locale: Mapped[str] = mapped_column(default="", server_default="")
    """The locale of their Slack, such as `en-US`; empty until Slack has told it."""
    left_since: Mapped[int | None] = mapped_column(BigInteger, default=None)
    """When Slack first reported that they have left, as a Unix timestamp in seconds; None while they have not."""
    is_being_erased: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether their data is being erased: nothing is sent to them anymore but what is about that."""

    @property
    def dm(self) -> Address:
        return Address(self.workspace_id, self.id)

    @property
    def shown(self) -> str:
        """The name with an @ before it, escaped for mrkdwn, because people choose their own names."""
        return escape_all(f"@{self.name}")

    @property
    def may_join(self) -> bool:
        return not (self.is_bot or self.is_stranger or self.has_left)

    @property
    def runs_workspace(self) -> bool:
        """Whether the person is an active admin of this workspace."""
        return self.is_admin and self.may_join and not self.is_guest

    def be_quiet(self, span: tuple[datetime, datetime] | None) -> None:
        self.quiet_from, self.quiet_until = span or (None, None)

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.zone))


Personal(
    Person,
    "profile and choices",
    people=[Person.id],
    words=[Person.name, Person.full_name, Person.name_key, Person.full_key, Person.settings, Person.absences],
    plain="zone locale dm_id",
    read_by=Reader.TEAM,
    keep=KNOWN_NOW,
)


_HERE = select(Person).where(Person.workspace_id == bindparam("workspace_id"))
_PERSON = _HERE.where(Person.id == bindparam("user_id"))
_LOCKED_PERSON = locks.for_update(_PERSON, Person)
_PEOPLE = _HERE.where(Person.id.in_(bindparam("ids", expanding=True)))
_LOCKED_IDS = locks.for_update(_PEOPLE.with_only_columns(Person.id).order_by(Person.id), Person, key_share=True)
"""Built once at import, like the queries above, because nearly every act executes them."""


async def upsert_people(session: AsyncSession, people: Sequence[dict[str, Any]]) -> None:
    """Insert or update people, each with the columns in `PROFILE_COLUMNS`.

    Updates older than the stored one are ignored, and a locale is kept when the update has none. Rows are locked in the
    order of their keys, as everywhere: otherwise two lists written at the same time could deadlock.
    """
    if not people:
        return
    rows = [
        {"full_name": "", "locale": "", **each, **_derived(each), "settings": {}}
        for each in sorted(people, key=lambda each: (each["workspace_id"], each["id"]))
    ]
    rows = await _empty_erased(session, rows)
    if not rows:
        return
    await session.execute(_upsert(session.get_bind().dialect.name), rows)


@cache
def _upsert(dialect: str) -> Executable:
    """Return the upsert for a person. Cached per dialect, because building it is expensive."""
    met, person = insert_for(dialect, table(Person)), table(Person).c
    news: dict[str, Any] = {column: met.excluded[column] for column in (*PROFILE_COLUMNS, *DERIVED_COLUMNS)}
    news["locale"] = func.coalesce(func.nullif(met.excluded.locale, ""), person.locale)
    news["left_since"] = case((met.excluded.has_left, func.coalesce(person.left_since, met.excluded.updated)))
    is_newer = met.excluded.updated >= person.updated
    return met.on_conflict_do_update(index_elements=["workspace_id", "id"], set_=news, where=is_newer)


def _derived(person: dict[str, Any]) -> dict[str, Any]:
    keys = {"name_key": normalize_name(person["name"]), "full_key": normalize_name(person.get("full_name", ""))}
    return {**keys, "left_since": person.get("updated", 0) if person.get("has_left") else None}


async def _empty_erased(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Have people whose data was erased begin anew without an invitation, and leave out those who have left Slack."""
    erased: set[tuple[str, str]] = set()
    for workspace_id in {each["workspace_id"] for each in rows}:
        theirs = [each["id"] for each in rows if each["workspace_id"] == workspace_id]
        found = await erasures.find_erased(session, workspace_id, theirs)
        gone = {each["id"] for each in rows if each["workspace_id"] == workspace_id and each.get("has_left")} & found
        unknown = gone - (await fetch_people(session, workspace_id, gone)).keys()
        erased |= {(workspace_id, id) for id in found}
        rows = [each for each in rows if each["workspace_id"] != workspace_id or each["id"] not in unknown]
    return [
        {**each, "settings": {WAS_ERASED: True}} if (each["workspace_id"], each["id"]) in erased else each
        for each in rows
    ]


async def fetch_person(session: AsyncSession, workspace_id: str, user_id: str, *, lock: bool = False) -> Person:
    """Return a known person, or raise `Refusal`. With `lock`, other transactions that lock the person wait."""
    query = _LOCKED_PERSON if lock else _PERSON
    found = await session.scalar(query, {"workspace_id": workspace_id, "user_id": user_id})
    if found is None:
        raise Refusal(common.NOT_MET)
    return found


async def lock_people(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> None:
    """Lock people, so that other transactions wait before they book meetings with them."""
    await session.execute(_LOCKED_IDS, {"workspace_id": workspace_id, "ids": sorted(ids)})


OTHER = aliased(Person)
_WITH_OTHERS = locks.for_update(
    select(Person, OTHER)
    .outerjoin(
        OTHER, and_(OTHER.workspace_id == Person.workspace_id, OTHER.id.in_(bindparam("others", expanding=True)))
    )
    .where(Person.workspace_id == bindparam("workspace_id"), Person.id == bindparam("user_id")),
    Person,
)


async def fetch_person_with(
    session: AsyncSession, workspace_id: str, user_id: str, others: Collection[str]
) -> tuple[Person, dict[str, Person]]:
    """Return a person, locked, and the known people in `others` by id. Raises `Refusal` if the person is unknown.

    It is one query because the ack waits for it.
    """
    asked = {"workspace_id": workspace_id, "user_id": user_id, "others": sorted(others)}
    rows = (await session.execute(_WITH_OTHERS, asked)).all()
    if not rows:
        raise Refusal(common.NOT_MET)
    return rows[0][0], {other.id: other for _, other in rows if other}


async def fetch_people(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> dict[str, Person]:
    """Return the known people in `ids`, by id."""
    if not ids:
        return {}
    known = await session.scalars(_PEOPLE, {"workspace_id": workspace_id, "ids": sorted(ids)})
    return {found.id: found for found in known}


async def match_typed_names(session: AsyncSession, workspace_id: str, text: str) -> dict[str, list[Person]]:
    """Map each normalized name typed in a text to the people it may refer to.

    A display name takes precedence over a full name.
    """
    keys = sorted(typed_names(text))
    if not keys:
        return {}
    either = or_(Person.name_key.in_(keys), Person.full_key.in_(keys))
    theirs = select(Person).where(Person.workspace_id == workspace_id, Person.has_left.is_(False), either)
    people = (await session.scalars(theirs.order_by(Person.id))).all()
    found: dict[str, list[Person]] = {}
    for key in keys:
        shown = [each for each in people if each.name_key == key]
        if called_so := shown or [each for each in people if each.full_key == key]:
            found[key] = called_so
    return found


async def ids_by_name(session: AsyncSession, workspace_id: str, names: Collection[str]) -> dict[str, str]:
    """Return user ids, keyed by the name typed after an @. Names that match nobody or several people are left out."""
    known = await match_typed_names(session, workspace_id, " ".join(f"@{name}," for name in names))
    found = {name: known.get(normalize_name(name), []) for name in names}
    return {name: people[0].id for name, people in found.items() if len(people) == 1}


async def admins(session: AsyncSession, workspace_id: str, limit: int = 3) -> Sequence[Person]:
    """Return up to `limit` workspace admins, to ask for what only an admin may do."""
    here = select(Person).where(
        Person.workspace_id == workspace_id,
        Person.is_admin,
        Person.has_left.is_(False),
        Person.is_bot.is_(False),
        Person.is_stranger.is_(False),
        Person.is_guest.is_(False),
    )
    return (await session.scalars(here.order_by(Person.name).limit(limit))).all()


async def who_may_join(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> set[str]:
    """Return the people in `ids` who can be in a team: known people who are not bots, strangers or deactivated."""
    known = await fetch_people(session, workspace_id, ids)
    return {id for id in ids if id in known and known[id].may_join}


async def record_do_not_disturb(
    session: AsyncSession, workspace_id: str, user_id: str, span: tuple[datetime, datetime] | None
) -> None:
    """Store a person's current or next Do Not Disturb span; a `span` of None removes the stored one."""
    if found := await session.get(Person, (workspace_id, user_id)):
        found.be_quiet(span)
