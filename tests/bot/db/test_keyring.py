"""Keys: rotation while replicas write, values that no key reads, and going on without a lost key."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select, text

from bot.cli import keys
from bot.db import key_rotation, keyring
from bot.db.encryption import Vault
from bot.db.models import SEALED, Private
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.features.one_on_ones import notes, queries
from bot.features.one_on_ones.models import Note
from bot.features.shoutouts.models import Manner, Shoutout
from bot.org.installations import Installation
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.refusals.common import UNREADABLE
from bot.settings import Settings
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, State
from bot.slack.post import Post
from bot.workflows import lost_keys
from bot.workflows.shoutouts import give
from tests.conftest import TUESDAY
from tests.databases import KEY, Place


async def test_key_rotation_encrypts_everything_with_the_new_key(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await queries.reconcile_pairs(session, team, now=TUESDAY)
        pair = await queries.find_pair_with(session, "T1", "UANA", "UMAYA")
        await notes.add_note(session, pair, "UMAYA", "more time for training", now=TUESDAY)
        await outbox.put(session, Post("a quiet word"), to=Address("T1", "UANA"), not_before=TUESDAY)
        quiet = Manner(is_private=True)
        thanks = await give.give(
            session, team, "UMAYA", receivers=["UANA"], reason="a word apart", source="e", manner=quiet, now=TUESDAY
        )
        token = database.vault.decrypt((await session.get_one(Installation, "T1")).token)
    await keyring.check(database)
    key = Fernet.generate_key().decode()
    database.vault = Vault([key, KEY])
    await keyring.check(database)
    async with database.reading() as session:
        counts = await key_rotation.count_values(session, database.vault)
    assert counts.by_key[database.vault.fingerprints[0]] > 3
    assert counts.by_key.total() == counts.by_key[database.vault.fingerprints[0]]

    alone = Vault([key])
    async with database.reading() as session:
        note = (await session.scalars(select(Note))).one()
        row = (await session.scalars(select(Outgoing).where(Outgoing.card.is_(None)))).one()
        installation = await session.get_one(Installation, "T1")
        kept = await session.scalar(text("SELECT reason FROM shoutouts"))
    assert alone.decrypt(kept.removeprefix(SEALED).encode()) == thanks.reason == "a word apart"
    assert alone.decrypt(note.sealed) == "more time for training"
    assert "a quiet word" in alone.decrypt(row.body or b"")
    assert alone.decrypt(installation.token) == token


NEW = Fernet.generate_key().decode()


async def write(database: Database, team: Team, words: str) -> None:
    """Write a note, a message and private thanks with the first key of the database's vault."""
    async with database.begin() as session:
        await queries.reconcile_pairs(session, team, now=TUESDAY)
        pair = await queries.find_pair_with(session, "T1", "UANA", "UMAYA")
        await notes.add_note(session, pair, "UMAYA", words, now=TUESDAY)
        await outbox.put(session, Post(words), to=Address("T1", "UANA"), not_before=TUESDAY)
        await give.give(
            session, team, "UMAYA", receivers=["UANA"], reason=words, source=words, manner=Manner(is_private=True),
            now=TUESDAY,
        )  # fmt: skip


async def test_rotation_finds_what_replicas_wrote_with_the_old_key_meanwhile(
    database: Database, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "PORTION", 2)
    old, rotated, alone = Vault([KEY, NEW]), Vault([NEW, KEY]), Vault([NEW])
    await keyring.check(database)
    database.vault = rotated
    await keyring.check(database)
    for round_ in range(2):
        database.vault = old
        await write(database, team, f"late {round_}")
        database.vault = rotated
        async with database.reading() as session:
            assert (await key_rotation.count_values(session, rotated)).by_key[Vault([KEY]).fingerprints[0]] >= 3
        assert await key_rotation.rotate(database) >= 3
        assert await key_rotation.rotate(database) == 0
    async with database.reading() as session:
        assert not (await key_rotation.count_values(session, alone)).unreadable


async def test_value_written_during_a_rotation_is_not_overwritten(database: Database, team: Team) -> None:
    await write(database, team, "before")
    database.vault = Vault([NEW, KEY])
    (column,) = [each for each in key_rotation.sealed_columns() if each[1].name == "reason"]
    async with database.reading() as session:
        (old,) = [row async for rows in key_rotation._portions(session, *column) for row in rows]
    async with database.begin() as session:
        (await session.scalars(select(Shoutout))).one().reason = Private("edited")
    await key_rotation.replace_values(database, *column, [old], [old.with_ciphertext(b"stale")])

    async with database.reading() as session:
        assert (await session.scalars(select(Shoutout))).one().reason == "edited"


async def test_value_that_no_key_reads_is_shown_as_such_and_spoils_nothing_else(database: Database, team: Team) -> None:
    await write(database, team, "lost")
    database.vault = Vault([NEW])
    await write(database, team, "kept")

    async with database.reading() as session:
        pair = await queries.find_pair_with(session, "T1", "UANA", "UMAYA")
        kept = (await notes.fetch_notes(session, pair, "UMAYA")).notes
        thanks = [each.reason for each in await session.scalars(select(Shoutout).order_by(Shoutout.id))]
    assert sorted(each.words for each in kept) == [UNREADABLE, "kept"]
    assert thanks == [UNREADABLE, "kept"]


async def test_abandoning_a_lost_key_gives_up_what_only_it_could_read(database: Database, team: Team) -> None:
    await keyring.check(database)
    await write(database, team, "lost")
    database.vault = Vault([NEW])
    with pytest.raises(OperatorError, match="If it is lost"):
        await keyring.check(database)
    async with database.reading() as session:
        lost = (await key_rotation.count_values(session, database.vault)).unreadable
    told = lost_keys.describe_lost(lost)
    await lost_keys.abandon(database, now=TUESDAY)
    await keyring.check(database)
    await write(database, team, "kept")

    assert any("bot tokens" in line for line in told)
    async with database.reading() as session:
        assert not (await key_rotation.count_values(session, database.vault)).unreadable
        assert database.vault.decrypt((await session.get_one(Installation, "T1")).token) == ""
        rows = (await session.scalars(select(Outgoing))).all()
        assert {each.state for each in rows if each.body is None} == {State.DROPPED}
        assert [each for each in rows if each.state == State.WAITING]
        reasons = (await session.scalars(select(Shoutout.reason).order_by(Shoutout.id))).all()
    assert reasons == [UNREADABLE, "kept"]


@pytest.mark.own_database
async def test_keys_are_shown_by_fingerprint_and_abandoned_only_when_that_is_typed(
    database: Database, team: Team, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    await keyring.check(database)
    await database.close()
    settings = Settings(data=place.folder, database_url=place.url, keys=SecretStr(NEW))
    both = settings.model_copy(update={"keys": SecretStr(f"{NEW},{KEY}")})
    mine = database.vault.fingerprints[0]
    with pytest.raises(OperatorError, match="none of the keys matches"):
        await keys._rotate(settings)
    await keys._status(settings)
    await keys._abandon(both, "")
    await keys._rotate(both)
    await keys._status(settings)
    said = capsys.readouterr().out

    assert "Nothing is lost" in said
    assert f"last encrypted with key {mine}" in said
    assert "values with key" in said.replace("1 value with", "1 values with")
    assert NEW not in said
    assert KEY not in said
    await keys._abandon(both.model_copy(update={"keys": SecretStr(KEY)}), Vault([NEW]).fingerprints[0])
    assert "bot tokens" in capsys.readouterr().out
