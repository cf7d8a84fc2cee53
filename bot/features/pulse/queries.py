"""Reads and writes of the pulse. While a round runs, everything about a person is encrypted with the round's key."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import disposable_keys, locks
from bot.db.disposable_keys import DisposableKey
from bot.db.models import Private
from bot.db.sessions import insert
from bot.errors import AnswerTooLate
from bot.features.pulse import rules
from bot.features.pulse.models import Answer, Invited, PulseAnswer, PulseComment, PulseInvitation, PulseRound
from bot.org.people import pseudonym
from bot.org.teams.models import Team
from bot.refusals import common

INVITATION_SIZE = 256
SCORE_SIZE = 96
COMMENT_SIZE = 4 * rules.LONGEST_COMMENT + SCORE_SIZE
"""Enough for the longest comment in UTF-8, so that the ciphertexts of all comments have one length."""
COMMENT = "comment"


async def open_round(
    session: AsyncSession, team: Team, statements: Sequence[str], agents: Sequence[str], *, now: datetime,
    closes_at: datetime,
) -> tuple[PulseRound, DisposableKey]:  # fmt: skip
    """Add a round, and count how many agents joined or left since the one before."""
    before = await find_latest(session, team)
    key = await disposable_keys.create_key(session, team.workspace_id)
    salt = secrets.token_hex(16)
    found = PulseRound(
        workspace_id=team.workspace_id, team_id=team.id, opened_at=now, closes_at=closes_at,
        statements=[*statements], members=len(agents), salt=Private(salt), member_hashes=_hashes(agents, salt),
        changes=rules.count_changes(before.member_hashes, _hashes(agents, before.salt)) if before else None,
        key_id=key.id,
    )  # fmt: skip
    if before:
        before.salt, before.member_hashes = "", []
    session.add(found)
    await session.flush()
    return found, key


def _hashes(agents: Sequence[str], salt: str) -> list[str]:
    return sorted(pseudonym(each, key=salt) for each in agents)


async def find_latest(session: AsyncSession, team: Team) -> PulseRound | None:
    """Return a team's latest round, whether it runs or not."""
    return next(iter(await list_rounds(session, team, limit=1)), None)


async def list_rounds(session: AsyncSession, team: Team, *, limit: int = rules.ROUNDS_COMPARED) -> list[PulseRound]:
    """Return a team's latest rounds, newest first."""
    theirs = select(PulseRound).where(PulseRound.team_id == team.id).order_by(PulseRound.opened_at.desc())
    return [*await session.scalars(theirs.order_by(PulseRound.id.desc()).limit(limit))]


async def find_round(session: AsyncSession, workspace_id: str, round_id: int) -> PulseRound:
    """Return a round. Raises `AnswerTooLate` if it is deleted."""
    return _found(await session.get(PulseRound, round_id), workspace_id)


async def hold_round(session: AsyncSession, workspace_id: str, round_id: int) -> PulseRound:
    """Return a round that cannot be closed until the end of this transaction. Others can answer meanwhile."""
    return _found(await locks.lock_shared(session, PulseRound, round_id), workspace_id)


async def lock_round(session: AsyncSession, workspace_id: str, round_id: int) -> PulseRound:
    """Return a round that nobody else can change, and to which nobody can add answers."""
    return _found(await locks.lock_row(session, PulseRound, round_id, refresh=True), workspace_id)


def _found(found: PulseRound | None, workspace_id: str) -> PulseRound:
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(common.GONE)
    return found


async def load_key(session: AsyncSession, found: PulseRound) -> DisposableKey:
    """Return the key of a running round. Raises `AnswerTooLate` if the round is closed.

    If the round was read without a lock, it may have been closed since; then its key is gone.
    """
    key = await session.get(DisposableKey, (found.workspace_id, found.key_id)) if found.is_open else None
    if key is None:
        raise AnswerTooLate(common.PULSE_ENDED)
    return key


async def invite(session: AsyncSession, found: PulseRound, key: DisposableKey, people: Sequence[Invited]) -> None:
    """Store who is asked, in random order."""
    rows = [
        {
            "workspace_id": found.workspace_id, "round_id": found.id, "key": key.pseudonym(each.person_id),
            "sealed": _seal_invited(key, each),
        }
        for each in people
    ]  # fmt: skip
    await session.execute(insert(session, PulseInvitation), sorted(rows, key=lambda row: str(row["key"])))


def _seal_invited(key: DisposableKey, invited: Invited) -> str:
    return key.encrypt(invited.model_dump_json(), size=INVITATION_SIZE)


async def list_invited(session: AsyncSession, found: PulseRound, key: DisposableKey) -> list[Invited]:
    """Return who is asked in a running round, in random order."""
    rows = select(PulseInvitation.sealed).where(PulseInvitation.round_id == found.id).order_by(PulseInvitation.key)
    return [Invited.model_validate_json(each) for each in key.decrypt_all(await session.scalars(rows))]


async def save_invited(session: AsyncSession, found: PulseRound, key: DisposableKey, invited: Invited) -> None:
    row = await session.get_one(PulseInvitation, (found.workspace_id, key.pseudonym(invited.person_id)))
    row.sealed = _seal_invited(key, invited)


async def withdraw(session: AsyncSession, found: PulseRound, key: DisposableKey, person_id: str) -> None:
    """Delete the invitation of somebody who is no longer asked."""
    row = await session.get_one(PulseInvitation, (found.workspace_id, key.pseudonym(person_id)))
    await session.delete(row)


async def is_invited(session: AsyncSession, found: PulseRound, key: DisposableKey, person_id: str) -> bool:
    return await session.get(PulseInvitation, (found.workspace_id, key.pseudonym(person_id))) is not None


async def has_answered(session: AsyncSession, found: PulseRound, key: DisposableKey, person_id: str) -> bool:
    return await session.get(PulseAnswer, (found.workspace_id, key.pseudonym(person_id, COMMENT))) is not None


async def find_answered(
    session: AsyncSession, found: PulseRound, key: DisposableKey, people: Iterable[str]
) -> set[str]:
    """Return which of these people have answered."""
    stored = {*await session.scalars(select(PulseAnswer.key).where(PulseAnswer.round_id == found.id))}
    return {each for each in people if key.pseudonym(each, COMMENT) in stored}


async def add_answers(
    session: AsyncSession, found: PulseRound, key: DisposableKey, person_id: str, scores: Mapping[int, int],
    comment: str, *, may_be_quoted: bool,
) -> bool:  # fmt: skip
    """Store a person's answers, once. Return False, and store nothing, if the person has answered before.

    There is always a row for the comment, even if it is empty, so that nobody can see who wrote one.
    """
    said = {str(number): Answer(statement=number, score=score) for number, score in scores.items()}
    said[COMMENT] = Answer(comment=comment, may_be_quoted=may_be_quoted)
    rows = [
        {
            "workspace_id": found.workspace_id, "round_id": found.id, "key": key.pseudonym(person_id, about),
            "sealed": key.encrypt(answer.model_dump_json(), size=COMMENT_SIZE if about == COMMENT else SCORE_SIZE),
        }
        for about, answer in said.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: str(row["key"]))
    added = insert(session, PulseAnswer).values(rows).on_conflict_do_nothing().returning(PulseAnswer.key)
    return len((await session.scalars(added)).all()) == len(rows)


async def read_answers(session: AsyncSession, found: PulseRound, key: DisposableKey) -> list[Answer]:
    """Return all answers of a running round, in random order."""
    rows = select(PulseAnswer.sealed).where(PulseAnswer.round_id == found.id).order_by(PulseAnswer.key)
    return [Answer.model_validate_json(each) for each in key.decrypt_all(await session.scalars(rows))]


async def shred(session: AsyncSession, found: PulseRound, key: DisposableKey, *, now: datetime) -> None:
    """Close a round: delete its invitations, answers and key."""
    for model in (PulseAnswer, PulseInvitation):
        await session.execute(delete(model).where(model.round_id == found.id))
    await session.delete(key)
    found.key_id, found.closed_at = None, now
    await session.flush()


async def add_comments(session: AsyncSession, found: PulseRound, said: Sequence[Answer], *, now: datetime) -> None:
    """Store a round's comments with random ids, sorted by id, so that the row order does not tell who wrote them."""
    comments = [
        PulseComment(
            found.workspace_id, secrets.token_hex(16), found.id, Private(each.comment), each.may_be_quoted, now
        )
        for each in said
    ]
    for each in sorted(comments, key=lambda comment: comment.id):
        session.add(each)
        await session.flush()


async def list_comments(session: AsyncSession, found: PulseRound) -> list[PulseComment]:
    """Return a round's comments, in random order."""
    theirs = select(PulseComment).where(PulseComment.round_id == found.id).order_by(PulseComment.id)
    return [*await session.scalars(theirs)]


async def list_uncleaned(session: AsyncSession) -> list[int]:
    """Return the closed rounds whose deleted bytes may still be in the database's files."""
    closed = select(PulseRound.id).where(PulseRound.closed_at.is_not(None), PulseRound.is_cleaned.is_(False))
    return [*await session.scalars(closed.order_by(PulseRound.id))]
