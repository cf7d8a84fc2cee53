"""The table of erasures: whose data is being erased and how far that is, and, as keyed hashes, whose has been."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.encryption import Vault
from bot.db.models import WorkspaceRow
from bot.db.personal_data import STAND_IN, Personal, Reader
from bot.db.sessions import insert, vault_of

KEY = "erasure:"
"""The start of the idempotency keys of messages about an erasure, the only ones that its person still gets."""


class Step(StrEnum):
    """The next thing to do. Each step is repeated after a crash, and each can be."""

    LEAVE = "leave"
    """End what the person takes part in, as if they had left their teams."""
    ROWS = "rows"
    """Erase the rows that name them."""
    MENTIONS = "mentions"
    """Replace their id in everything else."""
    CARDS = "cards"
    """Edit the cards of what was changed."""
    LOG = "log"
    """Append the erasure to the file of erasures, and send the receipt."""
    WAIT = "wait"
    """Wait until Slack shows the edited cards, and send the last line."""
    LAST = "last"
    """Once that is sent, delete their own rows."""
    DONE = "done"


class Erasure(WorkspaceRow):
    """The erasure of one person's data. When it is done, only a keyed hash and a date are left of it."""

    __tablename__ = "erasures"
    __table_args__ = (UniqueConstraint("workspace_id", "person_hash"), Index(None, "workspace_id", "person_id"))

    person_hash: Mapped[str]
    """A keyed hash of the person's id."""
    asked_at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(default=None)
    """The person; None once it is done."""
    stand_in: Mapped[str] = mapped_column(default="")
    """The id that replaces theirs; empty once it is done."""
    step: Mapped[str] = mapped_column(default=Step.LEAVE)
    leaves: Mapped[bool] = mapped_column(default=False)
    """Whether they stay out of the team, too, although they are in its channel."""
    words_too: Mapped[bool] = mapped_column(default=False)
    """Whether words of theirs are deleted that would stay with whom they were for."""
    is_told: Mapped[bool] = mapped_column(default=True)
    """Whether they get a receipt: not if they have left, or if the erasure is repeated after a restore."""
    place: Mapped[list[Any]] = mapped_column(JSON, default_factory=list)
    """Where the step goes on."""
    changed: Mapped[dict[str, list[int]]] = mapped_column(JSON, default_factory=dict)
    """The ids of changed rows by table, whose cards are still to be edited."""
    cards: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The names of the cards that are edited or deleted in Slack."""
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    """When all rows were erased but those that the receipt needs."""

    @property
    def is_running(self) -> bool:
        return self.step != Step.DONE


Personal(
    Erasure,
    "erasures",
    people=[Erasure.person_id],
    words=[Erasure.stand_in, Erasure.place, Erasure.changed, Erasure.cards],
    plain="person_hash step",
    read_by=Reader.NOBODY,
    on_erase={},
    keep="a keyed hash and a date, so that a backup can be erased again",
)


async def begin(
    session: AsyncSession, workspace_id: str, person_id: str, *, leaves: bool, words_too: bool, is_told: bool,
    now: datetime,
) -> bool:  # fmt: skip
    """Add an erasure, or begin an earlier one of the same person again. Return False if one is running."""
    if await find_running(session, workspace_id, person_id):
        return False
    asked = {
        "person_id": person_id, "asked_at": now, "stand_in": f"{STAND_IN}{secrets.token_hex(8)}", "step": Step.LEAVE,
        "leaves": leaves, "words_too": words_too, "is_told": is_told, "place": [], "changed": {}, "cards": [],
    }  # fmt: skip
    hashes = hash_person(vault_of(session), workspace_id, person_id)
    earlier = select(Erasure).where(Erasure.workspace_id == workspace_id, Erasure.person_hash.in_(hashes))
    if found := await session.scalar(locks.for_update(earlier.order_by(Erasure.id).limit(1), Erasure)):
        if found.is_running:
            return False
        for name, value in {**asked, "person_hash": hashes[0]}.items():
            setattr(found, name, value)
        return True
    row = insert(session, Erasure).values(workspace_id=workspace_id, person_hash=hashes[0], **asked)
    return (await session.execute(row.on_conflict_do_nothing().returning(Erasure.id))).first() is not None


def hash_person(vault: Vault, workspace_id: str, person_id: str) -> list[str]:
    """Return the keyed hashes of a person under each of Steward's keys, the current key first."""
    return vault.pseudonyms("person", workspace_id, person_id)


def hash_workspace(vault: Vault, workspace_id: str) -> list[str]:
    """Return the keyed hashes of a workspace under each of Steward's keys, the current key first."""
    return vault.pseudonyms("workspace", workspace_id)


async def find_running(session: AsyncSession, workspace_id: str, person_id: str) -> Erasure | None:
    """Return a person's erasure while it is running."""
    theirs = select(Erasure).where(Erasure.workspace_id == workspace_id, Erasure.person_id == person_id)
    return await session.scalar(theirs)


async def list_running(session: AsyncSession, workspace_id: str) -> Sequence[Erasure]:
    """Return the erasures of a workspace that are running, oldest first."""
    running = select(Erasure).where(Erasure.workspace_id == workspace_id, Erasure.step != Step.DONE)
    return (await session.scalars(running.order_by(Erasure.id))).all()


async def find_erased(
    session: AsyncSession, workspace_id: str, ids: Collection[str], *, only_leaving: bool = False
) -> set[str]:
    """Return those of these people whose data has been or is being erased; optionally, only who left the team, too."""
    theirs = select(Erasure.person_hash).where(Erasure.workspace_id == workspace_id)
    hashes = set(await session.scalars(theirs.where(Erasure.leaves) if only_leaving else theirs))
    vault = vault_of(session)
    return {id for id in ids if hashes.intersection(hash_person(vault, workspace_id, id))} if hashes else set()


async def record_return(session: AsyncSession, workspace_id: str, person_id: str) -> None:
    """Record that somebody who had left the team with the erasure has joined it again."""
    hashes = hash_person(vault_of(session), workspace_id, person_id)
    theirs = select(Erasure).where(Erasure.workspace_id == workspace_id, Erasure.leaves)
    for found in await session.scalars(theirs.where(Erasure.person_hash.in_(hashes))):
        found.leaves = False
