"""Find everything that a person's export contains, in all tables, as their declarations of personal data say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, LargeBinary, RowMapping, Select, String, and_, cast, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base, Private, table
from bot.db.personal_data import DECLARED, Column, Personal
from bot.db.sessions import vault_of


@dataclass(frozen=True)
class Record:
    """What one row says about a person."""

    declared: Personal
    values: Mapping[str, Any]
    """The values by column, decrypted."""
    is_complete: bool = True
    """Whether no encrypted value was left out."""


async def find_records(
    session: AsyncSession, workspace_id: str, person_id: str, *, decrypts: bool = True
) -> list[Record]:
    """Return the rows that a person's export contains, by table and in the order in which they were written.

    Without `decrypts`, encrypted values are left out, and so are tables that name people only in encrypted values.
    """
    found: list[Record] = []
    order = {each: number for number, each in enumerate(Base.metadata.sorted_tables)}
    for model in sorted(DECLARED, key=lambda each: (DECLARED[each].kind, order[table(each)])):
        declared = DECLARED[model]
        if declared.find_exported and decrypts:
            rows = await declared.find_exported(session, workspace_id, person_id)
            found += [Record(declared, values) for values in rows]
        elif declared.exporters:
            for row in (await session.execute(_rows_of(declared, workspace_id, person_id))).mappings():
                found.append(_build_record(session, declared, row, person_id, decrypts=decrypts))
    return found


def _rows_of(declared: Personal, workspace_id: str, person_id: str) -> Select[Any]:
    rows = table(declared.model)
    named = [and_(_names(column, person_id), declared.export_if.get(column, true())) for column in declared.exporters]
    return select(rows).where(_in_workspace(declared.model, workspace_id), or_(*named)).order_by(*rows.primary_key)


def _names(column: Column, person_id: str) -> ColumnElement[bool]:
    """Return the condition that a column names a person: it holds their id, or a list with it."""
    if isinstance(column.type, JSON):
        return cast(column, String).contains(f'"{person_id}"', autoescape=True)
    return column == person_id


def _in_workspace(model: type[Base], workspace_id: str) -> ColumnElement[bool]:
    """Return the condition that a row, or the row that it belongs to, is of a workspace."""
    columns = table(model).columns
    if "workspace_id" in columns:
        return columns.workspace_id == workspace_id
    key = next(iter(table(model).foreign_keys))
    parents = key.column.table
    return key.parent.in_(select(key.column).where(parents.columns.workspace_id == workspace_id))


def _build_record(
    session: AsyncSession, declared: Personal, row: RowMapping, person_id: str, *, decrypts: bool
) -> Record:
    hidden = {"workspace_id", *(each.key for each in declared.not_exported)}
    hidden |= {each.key for each, whose in declared.private_to.items() if row[whose.key] != person_id}
    columns = [each for each in table(declared.model).columns if each.key not in hidden]
    shown = {each.key: row[each.key] for each in columns}
    sealed = [each.key for each in columns if _is_sealed(each.type, shown[each.key])]
    if decrypts:
        opened = {key: vault_of(session).decrypt(shown[key]) for key in sealed if isinstance(shown[key], bytes)}
        return Record(declared, shown | opened)
    return Record(declared, {key: value for key, value in shown.items() if key not in sealed}, is_complete=not sealed)


def _is_sealed(type_: object, value: object) -> bool:
    return isinstance(value, Private) or (isinstance(type_, LargeBinary) and bool(value))
