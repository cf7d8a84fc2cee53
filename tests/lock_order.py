"""Check for tests: row locks must be taken in the order that `bot.db.locks` defines."""

from typing import Any

from sqlalchemy import FrozenResult, Row, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from bot.db import locks

TAKEN, MANY_ACTS = "locks taken", "many acts"
"""Keys in a session's `info`: the locked primary keys by table, and whether the session runs several workflows.

A session that runs several workflows is not checked.
"""
OF_MANY_WORKSPACES = "rate_limits"
"""The table whose rows one transaction locks for several workspaces, so that the order goes by their whole key."""


_execute_unchecked: Any = Session._execute_internal


class WrongOrderError(Exception):
    """A row was locked after rows that come later in the lock order."""


def check() -> None:
    """Check the order of row locks in every session from now on.

    A listener to `do_orm_execute` would make SQLAlchemy prepare every statement twice, not only those that lock rows.
    """
    Session._execute_internal = _execute  # type: ignore[method-assign, assignment]
    event.listen(Session, "after_transaction_end", _forget)


def _execute(session: Session, statement: Any, *args: Any, **options: Any) -> Any:
    is_first = not options.get("_parent_execute_state")
    is_locking = getattr(statement, "_for_update_arg", None) is not None
    if is_first and is_locking and not session.info.get(MANY_ACTS):
        options["_add_event"] = _check_statement
    return _execute_unchecked(session, statement, *args, **options)


def _check_statement(state: ORMExecuteState) -> Any:
    how: Any = state.statement._for_update_arg  # type: ignore[attr-defined]
    result: FrozenResult[Any] = state.invoke_statement().freeze()
    table = how.of[0].name if how.of else state.bind_mapper.local_table.name  # type: ignore[union-attr]
    keys = [_key(row, is_whole=table == OF_MANY_WORKSPACES) for row in result.data]
    _check_keys(state.session, table, keys, waits=not how.skip_locked)
    return result()


def _key(row: Any, *, is_whole: bool) -> Any:
    """Return a row's primary key, or only its last part, which is unique within a workspace."""
    first = row[0] if isinstance(row, Row | tuple) else row
    found = inspect(first, raiseerr=False)
    if found is None:
        return first
    return tuple(found.identity) if is_whole else found.identity[-1]


def _check_keys(session: Session, table: str, keys: list[Any], *, waits: bool) -> None:
    taken: dict[str, set[Any]] = session.info.setdefault(TAKEN, {})
    mine = taken.setdefault(table, set())
    new = [key for key in keys if key not in mine]
    later = [other for other, known in taken.items() if known and locks.rank(other) > locks.rank(table)]
    if new and waits and (later or new != sorted(new) or new[0] < max(mine, default=new[0])):
        raise WrongOrderError(f"{table} {new} after {later or mine}")
    mine.update(new)


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(TAKEN, None)
