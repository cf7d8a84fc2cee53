"""How a team's leaders make a hook, give it another secret, and take it away."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import vault_of
from bot.errors import Passed, UserError
from bot.features.hooks.tables import THEIRS, Folded, Hook, Sender
from bot.names import queue_name
from bot.teams import membership
from bot.teams.tables import Member, Team

SENDER, QUEUE, SECRET = "sender", "queue", "secret"
"""Fields of forms."""
MOST = 20
LONGEST_QUEUE, SHORTEST_SECRET, LONGEST_SECRET = 80, 12, 500
OVERLAP = timedelta(hours=24)
"""How long the secret before still proves: time to enter the new one at the sender."""
FOR_TRYING = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
"""Zendesk signs with it while a webhook is only tried, for everybody alike."""


class Made(NamedTuple):
    """A new hook, with what is shown this once."""

    hook: Hook
    token: str
    secret: str


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


async def make(
    session: AsyncSession, lead: Member, team: Team, *, sender: Sender, queue: str, secret: str = "", now: datetime
) -> Made:
    """A new address. Senders that make their own secret may be given it later, when they have made it."""
    lead.must_lead()
    queue = queue_name(queue)
    if not queue or len(queue) > LONGEST_QUEUE:
        raise UserError("Name the queue in a word or two, like `phones`.", field=QUEUE)
    await membership.hold(session, team.id)
    if len(await of_team(session, team)) >= MOST:
        raise UserError(f"{MOST} addresses are the most a team can have. Remove one that nobody uses, please.")
    token = secrets.token_urlsafe(24)
    hook = Hook(team.workspace_id, team.id, sender, hashed(token), queue, lead.user_id, now)
    secret = _checked(hook, secret)
    hook.secret = vault_of(session).encrypt(secret) if secret else None
    session.add(hook)
    await session.flush()
    return Made(hook, token, secret)


async def rotate(session: AsyncSession, lead: Member, hook: Hook, *, secret: str = "", now: datetime) -> str:
    """Another secret, ours or the one the sender has made; the one before proves for a day more."""
    lead.must_lead()
    secret = _checked(hook, secret)
    if not secret:
        raise UserError("Paste the secret as the sender shows it.", field=SECRET)
    hook.previous, hook.previous_until = hook.secret, now + OVERLAP
    hook.secret = vault_of(session).encrypt(secret)
    return secret


async def remove(session: AsyncSession, lead: Member, hook: Hook) -> None:
    lead.must_lead()
    await session.execute(delete(Folded).where(Folded.workspace_id == hook.workspace_id, Folded.hook_id == hook.id))
    await session.delete(hook)


async def of_team(session: AsyncSession, team: Team) -> Sequence[Hook]:
    return (await session.scalars(_of(team.workspace_id, team.id).order_by(Hook.id))).all()


async def one(session: AsyncSession, lead: Member, hook_id: int, *, lock: bool = False) -> Hook:
    """One of the hooks of a leader's team."""
    lead.must_lead()
    theirs = _of(lead.workspace_id, lead.team_id).where(Hook.id == hook_id)
    hook = await session.scalar(theirs.with_for_update() if lock else theirs)
    if hook is None:
        raise Passed("That address is no longer there. `/queue hooks` lists those that are.")
    return hook


def _of(workspace_id: str, team_id: int) -> Select[Hook]:
    return select(Hook).where(Hook.workspace_id == workspace_id, Hook.team_id == team_id)


def _checked(hook: Hook, secret: str) -> str:
    """Ours is made here; theirs was pasted."""
    if hook.sender not in THEIRS:
        return secrets.token_urlsafe(24)
    secret = secret.strip()
    if secret == FOR_TRYING:
        raise UserError(
            "That one is for trying only. Zendesk shows the real one once the webhook is made.", field=SECRET
        )
    if secret and not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET:
        raise UserError("That does not look like a secret. Paste the whole of it, please.", field=SECRET)
    return secret
