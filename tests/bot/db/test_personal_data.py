"""Declarations of personal data: every column that may hold some is declared, and declarations match the tables."""

import pytest
from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.sql.type_api import TypeEngine

from bot.db.migrations.metadata import METADATA
from bot.db.models import table
from bot.db.personal_data import DECLARED, WITH_ITS_PARENT, Personal

ALL = sorted(DECLARED.values(), key=lambda each: each.model.__name__)


def may_hold_personal_data(type_: TypeEngine[object]) -> bool:
    """Return whether a column of this type can hold a name, an ID or text."""
    return isinstance(getattr(type_, "impl_instance", type_), (String, LargeBinary, JSON))


def test_every_table_has_a_declaration_of_its_personal_data() -> None:
    assert {table(model) for model in DECLARED} == set(METADATA.sorted_tables)


@pytest.mark.parametrize("declared", ALL, ids=lambda each: each.model.__name__)
def test_every_column_that_may_hold_personal_data_is_declared_exactly_once(declared: Personal) -> None:
    columns = table(declared.model).columns
    found = [column.key for column in columns if may_hold_personal_data(column.type) and not column.foreign_keys]
    named = [each.key for each in (*declared.people, *declared.words)]

    assert sorted([*named, *declared.plain.split()]) == sorted(found)
    assert {each.class_ for each in (*declared.people, *declared.words)} <= {declared.model}


@pytest.mark.parametrize("declared", ALL, ids=lambda each: each.model.__name__)
def test_declaration_of_personal_data_matches_its_table(declared: Personal) -> None:
    keys = table(declared.model).foreign_keys
    erased = declared.on_erase if isinstance(declared.on_erase, dict) else {}

    assert {*(declared.export_to or ()), *erased} <= set(declared.people)
    assert {keep.counted_from.class_ for keep in declared.periods} <= {declared.model}
    assert not declared.periods or "workspace_id" in table(declared.model).columns
    assert (declared.keep != WITH_ITS_PARENT) or any(key.ondelete == "CASCADE" for key in keys)
