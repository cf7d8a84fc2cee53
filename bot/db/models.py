"""The declarative base of all tables, and column types that SQLAlchemy lacks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import DDL, JSON, DateTime, Dialect, ForeignKey, MetaData, String, Table, event
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator

from bot.db.encryption import Vault
from bot.refusals.common import UNREADABLE

SEALED = "\x01"
"""The prefix of an encrypted value in a column of `Words`: a character that no cleaned text contains."""
NEVER_REUSED = {"sqlite_autoincrement": True}
"""The last of a table's arguments if its rows' ids are kept elsewhere: in keys, names of cards, buttons in Slack.

SQLite gives the id of a deleted row to a new one otherwise, which would then be taken for the deleted one.
"""


class Instant(TypeDecorator[datetime]):
    """A column of aware UTC datetimes, also on SQLite, which stores no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Span = tuple[datetime, datetime]


class Spans(TypeDecorator[Sequence[Span]]):
    """A JSON column of pairs of aware UTC datetimes, the second later than the first."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Span] | None, dialect: Dialect) -> list[list[str]]:
        return [[each.astimezone(UTC).isoformat() for each in span] for span in value or ()]

    def process_result_value(self, value: list[list[str]] | None, dialect: Dialect) -> Sequence[Span]:
        return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in value or ())


class Private(str):
    """Text that is encrypted when it is stored in a column of type `Words`."""


class Unreadable(Private):
    """What is shown in place of a `Private` text whose key is lost. Data in JSON, or a key, cannot be used then."""


class Words(TypeDecorator[str]):
    """A column of text that people wrote. A `Private` value is encrypted when stored, and is `Private` when read."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return SEALED + _vault(dialect).encrypt(value).decode() if value and isinstance(value, Private) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(SEALED):
            return value
        text = _vault(dialect).read(value.removeprefix(SEALED).encode())
        return Unreadable(text) if text == UNREADABLE else Private(text)


def _vault(dialect: Dialect) -> Vault:
    found: Vault = dialect.vault  # type: ignore[attr-defined]
    return found


class Base(MappedAsDataclass, DeclarativeBase):
    type_annotation_map = {datetime: Instant()}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class KeyedRow(Base):
    """A row whose primary key begins with the workspace's id."""

    __abstract__ = True

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True, sort_order=-1)


class WorkspaceRow(Base):
    """A row of one workspace with an integer id."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(init=False, primary_key=True, sort_order=-3)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), sort_order=-2)


class TeamRow(WorkspaceRow):
    """A row of one team with an integer id."""

    __abstract__ = True

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), sort_order=-1)


def keep_from_statistics(model: type[Base], *columns: str) -> None:
    """Keep PostgreSQL from copying these columns' values into its statistics, where they would outlive the rows."""
    for each in columns:
        unsampled = DDL(f"ALTER TABLE {model.__tablename__} ALTER COLUMN {each} SET STATISTICS 0")  # type: ignore[no-untyped-call]
        event.listen(model.__table__, "after_create", unsampled.execute_if(dialect="postgresql"))


def table(of: type[Base]) -> Table:
    """Return a model's table, for Core statements, which bypass the ORM where latency matters."""
    found = of.__table__
    assert isinstance(found, Table)  # noqa: S101
    return found
