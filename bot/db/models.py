"""What every table is made of: the declarative base, and the types of columns that SQLAlchemy lacks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator

from bot.db.encryption import Vault

SEALED = "\x01"
"""Before what is encrypted in a column of words: a character that no cleaned text has."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which keeps no zones."""

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
    """Pairs of aware UTC datetimes, the second later than the first."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Span] | None, dialect: Dialect) -> list[list[str]]:
        return [[each.astimezone(UTC).isoformat() for each in span] for span in value or ()]

    def process_result_value(self, value: list[list[str]] | None, dialect: Dialect) -> Sequence[Span]:
        return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in value or ())


class Private(str):
    """Words that are encrypted wherever they are kept."""


class Words(TypeDecorator[str]):
    """What people wrote: as it is, or encrypted where it is `Private`, which it is again when it is read."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return SEALED + _vault(dialect).encrypt(value).decode() if value and isinstance(value, Private) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(SEALED):
            return value
        return Private(_vault(dialect).decrypt(value.removeprefix(SEALED).encode()))


def _vault(dialect: Dialect) -> Vault:
    found: Vault = dialect.vault  # type: ignore[attr-defined]
    return found


class Base(MappedAsDataclass, DeclarativeBase):
    type_annotation_map = {datetime: Instant}
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
    """A row whose key begins with its workspace."""

    __abstract__ = True

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True, sort_order=-1)


class WorkspaceRow(Base):
    """A numbered row of one workspace."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(init=False, primary_key=True, sort_order=-3)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), sort_order=-2)


class TeamRow(WorkspaceRow):
    """A numbered row of one team."""

    __abstract__ = True

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), sort_order=-1)


def table(of: type[Base]) -> Table:
    """A model's table: a statement on it goes past the ORM, where somebody waits for it."""
    found = of.__table__
    assert isinstance(found, Table)  # noqa: S101
    return found
