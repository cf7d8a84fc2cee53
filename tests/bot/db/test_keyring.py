"""Key rotation: after a rotation, the new key alone decrypts all data."""

from cryptography.fernet import Fernet
from sqlalchemy import select, text

from bot.db import keyring
from bot.db.encryption import Vault
from bot.db.models import SEALED
from bot.db.sessions import Database
from bot.features.one_on_ones import notes, queries
from bot.features.one_on_ones.models import Note
from bot.features.shoutouts.models import Manner
from bot.org.installations import Installation
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing
from bot.slack.post import Post
from bot.workflows.shoutouts import give
from tests.conftest import TUESDAY
from tests.databases import KEY


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
