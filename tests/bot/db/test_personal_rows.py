"""Whose export has which rows and columns: what a person wrote and what was said to them, decrypted, and no more."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.migrations.metadata import METADATA
from bot.db.models import Private, Words, table
from bot.db.personal_data import DECLARED, Column, Personal
from bot.db.personal_rows import find_records
from bot.db.sessions import vault_of
from bot.features import hard_contacts
from bot.features.hard_contacts import Details
from bot.features.tickets import watches
from bot.meetings.models import Kind, Meeting, State
from bot.messages.personal_labels import HIDDEN, HIDDEN_TABLES, LABELS, TITLES
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Workspace
from tests.bot.workflows.test_parked_workspaces import fill
from tests.conftest import TUESDAY

PERSON, OTHER = "U9PERSON", "U9OTHER"
EXPORTED = {
    "alert_rules": "",
    "asks": "person_id",
    "breaks": "agent_id",
    "celebrations": "person_id",
    "cheers": "user_id",
    "cover_slots": "person_id",
    "debriefs": "leader_id",
    "followup_events": "by_id",
    "followup_supports": "person_id",
    "followups": "author_id owner_id recipient_id",
    "hand_ups": "agent_id",
    "heads_ups": "leader_id",
    "idea_marks": "person_id",
    "meetings": "attendee_id organizer_id",
    "members": "user_id",
    "notes": "author_id",
    "notice_questions": "person_id",
    "notice_receipts": "person_id",
    "notices": "author_id",
    "nudge_checks": "person_id",
    "nudges": "person_id",
    "occasions": "person_id",
    "people": "id",
    "ritual_answers": "person_id",
    "ritual_pairs": "one_id other_id",
    "ritual_participations": "person_id",
    "ritual_runs": "host_id",
    "series": "agent_id leader_id",
    "settings_changes": "changed_by",
    "shoutout_credits": "giver_id receiver_id",
    "shoutouts": "giver_id receivers",
    "signatures": "signer_id",
    "spikes": "caller_id",
    "stints": "person_id",
    "teams": "sponsor_id",
    "time_entries": "leader_id",
    "topics": "author_id",
    "visit_debriefs": "sponsor_id",
    "voice_months": "comment_by",
}
"""Whose export has the rows of each table that names people in columns. Tables that are not here are in no export."""
WORDS = "Nobody but the writer knows this"
GIVEN: Mapping[str, dict[str, Any]] = {
    "meetings": {"kind": "visit", "state": "planned"},
    "shoutouts": {"given_at": TUESDAY, "undone_at": None},
    "followups": {"kind": "promise", "state": "open"},
    "members": {"role": Role.AGENT},
    "nudge_checks": {"hours": [0] * 24},
}
"""Values that rows need to be in the exports of all people whom they name."""


def test_exports_have_the_tables_and_people_that_they_should() -> None:
    declared = {
        table(each.model).name: " ".join(sorted(column.key for column in each.exporters))
        for each in DECLARED.values()
        if each.exporters
    }
    assert declared == {name: people for name, people in EXPORTED.items() if people}


@pytest.mark.parametrize("name", ["followups", "meetings", "shoutouts", "shoutout_credits"])
def test_columns_of_one_person_name_a_column_with_people(name: str) -> None:
    (declared,) = [each for each in DECLARED.values() if table(each.model).name == name]
    assert declared.private_to
    assert {*declared.private_to.values()} <= {*declared.people}


def test_text_of_an_export_has_words_for_every_table_and_column() -> None:
    shown = [each for each in DECLARED.values() if each.exporters]
    columns = {
        (table(each.model).name, column.name)
        for each in shown
        for column in table(each.model).columns
        if column.name not in {"workspace_id", *(hidden.key for hidden in each.not_exported)}
    }
    assert [each for each in sorted(columns) if each[1] not in HIDDEN and each[1] not in LABELS] == []
    assert {name for name, _ in columns} | {"hard_contacts", "ticket_watches"} == {*TITLES, *HIDDEN_TABLES}
    fields = {*Details.model_fields, *watches.WatchDetails.model_fields, "raised_on", "asked_on"}
    assert [each for each in fields - hard_contacts.CARDS if each not in HIDDEN and each not in LABELS] == []


async def fill_with_rows(session: AsyncSession, *workspace_ids: str) -> None:
    """Insert a row into each table, except into those with nothing but one encrypted value."""
    for id in workspace_ids:
        await fill(session, id)
    for model in (hard_contacts.HardContact, watches.TicketWatch):
        await session.execute(delete(model))


async def name_only(session: AsyncSession, declared: Personal, named: Column | None) -> None:
    """Have the only row of a table name the person in one column and somebody else in the others, with sealed words."""
    rows = table(declared.model)
    values: dict[str, Any] = {column.key: _who(column, OTHER) for column in declared.people}
    values |= GIVEN.get(rows.name, {})
    for column in rows.columns:
        if isinstance(column.type, LargeBinary):
            values[column.name] = vault_of(session).encrypt(WORDS)
        elif isinstance(column.type, Words):
            values[column.name] = Private(WORDS)
    if named is not None:
        values[named.key] = _who(named, PERSON)
    await session.execute(update(rows).values(values))


def _who(column: Column, id: str) -> Any:
    return [id] if isinstance(column.type, JSON) else id


async def found(session: AsyncSession, who: str, *, decrypts: bool = True, workspace_id: str = "T1") -> dict[str, Any]:
    records = await find_records(session, workspace_id, who, decrypts=decrypts)
    return {table(each.declared.model).name: each for each in records}


@pytest.mark.own_database
async def test_row_is_in_the_export_of_exactly_those_whom_its_declaration_says(
    session: AsyncSession, workspace: Workspace
) -> None:
    session.add(Workspace("T2", "Other", "UBOT2", "B2", "T1"))
    await session.flush()
    await fill_with_rows(session, "T1", "T2")
    wrong = []
    for declared in DECLARED.values():
        name = table(declared.model).name
        if not declared.people or name == "people":
            continue
        for column in declared.people:
            async with session.begin_nested() as nested:
                await name_only(session, declared, column)
                has_it = name in await found(session, PERSON)
                is_anyones = name in await found(session, "U9STRANGER")
                if has_it is not (column.key in EXPORTED.get(name, "").split()) or is_anyones:
                    wrong.append(f"{name}.{column.key}")
                await nested.rollback()
    assert wrong == []


@pytest.mark.own_database
async def test_export_has_no_row_of_another_workspace(session: AsyncSession, workspace: Workspace) -> None:
    session.add(Workspace("T2", "Other", "UBOT2", "B2", "T1"))
    await session.flush()
    await fill_with_rows(session, "T1", "T2")
    for declared in DECLARED.values():
        for column in declared.exporters[:1]:
            if table(declared.model).name != "people":
                await name_only(session, declared, column)
    here = await find_records(session, "T1", PERSON)

    assert len({table(each.declared.model).name for each in here}) > 30
    assert len(here) == len(await find_records(session, "T2", PERSON))
    assert len(here) == len({table(each.declared.model).name for each in here})


@pytest.mark.own_database
async def test_owner_gets_what_is_encrypted_and_an_operator_does_not(
    session: AsyncSession, workspace: Workspace
) -> None:
    await fill_with_rows(session, "T1")
    for declared in DECLARED.values():
        for column in declared.exporters[:1]:
            if table(declared.model).name != "people":
                await name_only(session, declared, column)
    own, operators = await found(session, PERSON), await found(session, PERSON, decrypts=False)

    sealed = {name for name, each in own.items() if WORDS in each.values.values()}
    assert {"topics", "notes", "signatures", "visit_debriefs", "followups", "shoutouts", "hand_ups"} <= sealed
    assert {name for name, each in operators.items() if not each.is_complete} == sealed
    assert WORDS not in str([each.values for each in operators.values()])


@pytest.mark.own_database
async def test_other_person_in_a_row_does_not_get_what_is_private_to_one(
    session: AsyncSession, workspace: Workspace
) -> None:
    await fill_with_rows(session, "T1")
    for declared in DECLARED.values():
        for column in [each for each in declared.exporters if declared.private_to]:
            await name_only(session, declared, column)
            theirs = (await found(session, PERSON))[table(declared.model).name].values
            for private, whose in declared.private_to.items():
                assert (private.key in theirs) is (whose.key == column.key), (private, column)


async def test_encrypted_people_get_their_hard_contacts_and_ticket_watches(session: AsyncSession, team: Team) -> None:
    details = Details(
        agent_id="UANA", leader_id="UMAYA", ticket="4711", asked_at=TUESDAY, agent_card="a", leader_card="l"
    )
    await hard_contacts.add(session, team, details, raised_on=TUESDAY.date())
    await watches.add(session, team, "UMAYA", "4711", now=TUESDAY)
    anas, mayas = await found(session, "UANA"), await found(session, "UMAYA")

    assert anas["hard_contacts"].values["ticket"] == "4711"
    assert "agent_card" not in anas["hard_contacts"].values
    assert "ticket_watches" not in anas
    assert mayas["ticket_watches"].values["ticket"] == "4711"
    assert "hard_contacts" not in mayas
    assert "hard_contacts" not in await found(session, "UANA", decrypts=False)
    assert {each.name for each in METADATA.sorted_tables} >= {*EXPORTED}


@pytest.mark.parametrize("kind", [Kind.SHADOWING, Kind.VISIT])
@pytest.mark.parametrize(
    ("state", "is_known"),
    [
        (State.REQUESTED, False),
        (State.DECLINED, False),
        (State.EXPIRED, False),
        (State.CANCELLED, False),
        (State.COUNTERED, True),
        (State.MET, True),
    ],
)
async def test_organizer_does_not_learn_who_declined(
    session: AsyncSession, team: Team, kind: Kind, state: State, is_known: bool
) -> None:
    session.add(
        Meeting("T1", team.id, kind, "UMAYA", "UANA", minutes=30, starts_at=TUESDAY, made_at=TUESDAY, state=state)
    )
    await session.flush()

    assert ("meetings" in await found(session, "UMAYA")) is is_known
    assert "meetings" in await found(session, "UANA")
