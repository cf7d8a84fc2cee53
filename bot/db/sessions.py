"""Sessions and transactions: SQLite with one writer for a single process, or PostgreSQL for several replicas."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVarTuple

from sqlalchemy import Double, Executable, Row, Select, Table, column, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql.functions import FunctionElement

from bot.db import encryption, engines
from bot.db.encryption import Vault
from bot.db.health import WriteHealth
from bot.db.models import Base
from bot.db.sqlite_copies import COPIES_FOLDER
from bot.errors import OperatorError


class database_clock(FunctionElement[float]):  # noqa: N801
    """The time on the database's clock, in seconds since 1970. Leases use it, because all replicas share it."""

    type = Double()
    inherit_cache = True


@compiles(database_clock, "postgresql")
def _postgresql_clock(element: database_clock, compiler: Any, **kw: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


@compiles(database_clock, "sqlite")
def _sqlite_clock(element: database_clock, compiler: Any, **kw: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


def insert(session: AsyncSession | Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that supports ON CONFLICT, in the dialect of the session's database."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type[Base] | Table) -> postgresql.Insert | sqlite.Insert:
    into: Any = table
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


def vault_of(session: AsyncSession) -> Vault:
    """Return the vault that encrypts for a session's database."""
    vault: Vault = session.info["vault"]
    return vault


Columns = TypeVarTuple("Columns")
ERASURES_FILE = "erasures file"
"""The key in a session's `info` of the path of the file of erasures."""
COMMITS = "commits"
"""The key in a session's `info` of the database's `CommitCount`."""


class CommitCount:
    """How many transactions of this process have been committed. While it stays the same, so does what they read."""

    number = 0


WROTE = "wrote"
"""The key in a session's `info` that is true if it wrote anything."""


class WritingSession(Session):
    """A session that notes in its `info` whether it wrote anything.

    A listener to `do_orm_execute` would do so too, but it makes SQLAlchemy prepare every statement twice.
    """

    def execute(self, statement: Any, *args: Any, **options: Any) -> Any:
        self._note(statement)
        return super().execute(statement, *args, **options)

    def scalar(self, statement: Any, *args: Any, **options: Any) -> Any:
        self._note(statement)
        return super().scalar(statement, *args, **options)

    def scalars(self, statement: Any, *args: Any, **options: Any) -> Any:
        self._note(statement)
        return super().scalars(statement, *args, **options)

    def _note(self, statement: Executable) -> None:
        if not statement.is_select:
            self.info[WROTE] = True


@event.listens_for(WritingSession, "after_flush")
def _note_flush(session: Session, context: UOWTransaction) -> None:
    if session.new or session.dirty or session.deleted:
        session.info[WROTE] = True


@event.listens_for(Session, "after_commit")
def _count_commit(session: Session) -> None:
    if count := session.info.get(COMMITS):
        count.number += 1


class Database:
    """A database: write with `begin`, read with `reading`. SQLite has one writer connection and several readers.

    Its sessions have the vault in `info["vault"]`. Those that write also have an event in `info["posted"]`, which is
    set when a committed transaction has left messages to send.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, vault: Vault) -> None:
        self.writer = writer
        self.reader = reader
        self._vault = vault
        self.vault = vault
        self.erasures_file: Path | None = None
        """Where erasures are recorded outside the database; None where nothing is erased."""
        self.keeps_copies = False
        """Whether an erase leaves the copies in the data folder: the database before, while a backup is restored."""
        self.posted = asyncio.Event()
        self.commits = CommitCount()
        self._lookout: AsyncConnection | None = None
        self._looking = asyncio.Lock()
        self._texts: dict[Select[Any], Executable] = {}
        self.health = WriteHealth(writer, reader)

    @property
    def vault(self) -> Vault:
        return self._vault

    @vault.setter
    def vault(self, vault: Vault) -> None:
        """Set the vault, on the engines too, because columns of type `Words` cannot reach a session."""
        self._vault = vault
        for engine in (self.writer, self.reader):
            engine.dialect.vault = vault  # type: ignore[attr-defined]

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    @property
    def folder(self) -> Path | None:
        """Return the folder of a SQLite database, which may have copies of it; None for PostgreSQL."""
        return Path(self.writer.url.database or "").parent if self.is_sqlite else None

    def session(self) -> AsyncSession:
        return self._writing(self.writer)

    def _writing(self, bind: AsyncEngine | AsyncConnection, **options: Any) -> AsyncSession:
        info = {
            "vault": self.vault, "posted": self.posted, COMMITS: self.commits, ERASURES_FILE: self.erasures_file,
            COPIES_FOLDER: None if self.keeps_copies else self.folder,
        }  # fmt: skip
        return AsyncSession(bind, sync_session_class=WritingSession, expire_on_commit=False, info=info, **options)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Begin a transaction. It is committed at the end, and rolled back on an exception."""
        async with self._closing(self.session()) as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        opened = AsyncSession(self.reader, expire_on_commit=False, info={"vault": self.vault})
        async with self._closing(opened) as session:
            yield session

    async def look(self, query: Select[*Columns], values: Mapping[str, Any] | None = None) -> Sequence[Row[*Columns]]:
        """Return the rows of a query for columns, outside any transaction. It is for what is asked all the time.

        On SQLite it uses a connection of its own, which spares three quarters of the time.
        """
        if not self.is_sqlite:
            async with self.reading() as session:
                return (await session.execute(query, values)).all()
        asked = self._as_text(query) if values is None else query
        async with self._looking:
            try:
                self._lookout = self._lookout or await self.reader.connect()
                rows = (await self._lookout.execute(asked, values)).all()
                await self._lookout.rollback()
            except BaseException:
                await self._stop_looking()
                raise
            return rows

    def _as_text(self, query: Any) -> Executable:
        """Return a query without parameters as text, because SQLAlchemy processes all its constants otherwise."""
        if query not in self._texts:
            words = str(query.compile(dialect=self.reader.dialect, compile_kwargs={"literal_binds": True}))
            types = [column(f"column_{place}", each.type) for place, each in enumerate(query.selected_columns)]
            self._texts[query] = text(words.replace(":", r"\:")).columns(*types)
        return self._texts[query]

    async def _stop_looking(self) -> None:
        lookout, self._lookout = self._lookout, None
        if lookout:
            await lookout.close()

    @asynccontextmanager
    async def _closing(self, session: AsyncSession) -> AsyncIterator[AsyncSession]:
        """Close a session at the end, even if its task is canceled.

        SQLAlchemy starts a task for this. On SQLite there is nothing to wait for, so nothing can be canceled meanwhile.
        """
        if self.is_sqlite:
            try:
                yield session
            finally:
                await session.close()
        else:
            async with session:
                yield session

    async def close(self) -> None:
        await self._stop_looking()
        await self.writer.dispose()
        await self.reader.dispose()


def connect(url: str | None, data: Path, vault: Vault) -> Database:
    """Connect to PostgreSQL at `url`, or to SQLite in the folder `data`.

    Database errors include the statement but not its parameters, which hold what people wrote.
    """
    if url:
        engine = engines.postgresql(url)
        database = Database(engine, engine, vault)
    else:
        encryption.restrict_to_owner(data)
        file = data / encryption.DATABASE
        try:
            file.touch(mode=encryption.OWNERS_FILE)
        except OSError as error:
            raise OperatorError(f"STEWARD_DATA: {file} cannot be written: {error.strerror}.") from None
        database = Database(*engines.sqlite(file), vault)
    database.erasures_file = data / encryption.ERASURES
    return database
