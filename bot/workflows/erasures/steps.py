"""The steps of an erasure. Each runs in a transaction of its own, so that a crash only repeats the last one."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import erased_mentions, erased_rows, locks
from bot.db.erased_mentions import Place
from bot.db.erased_rows import Erased, Subject
from bot.db.models import Base, table
from bot.db.personal_data import DECLARED
from bot.db.sessions import ERASURES_FILE, vault_of
from bot.db.sqlite_copies import delete_all_copies
from bot.escalation.models import Ask, Kind
from bot.features.birthdays.models import Occasion
from bot.features.breaks.models import Break
from bot.features.hand_ups.models import HandUp
from bot.features.shoutouts.models import Shoutout
from bot.features.spikes.models import Stint
from bot.meetings.models import Meeting
from bot.messages import erasures as messages
from bot.org import erasure_log, erasures
from bot.org.channels import ChannelMember
from bot.org.erasures import KEY, Erasure, Step
from bot.org.install_states import InstallState
from bot.org.installations import Installation
from bot.org.people import Person, pseudonym
from bot.org.teams import membership, queries
from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace
from bot.scheduler.models import ScheduledJob
from bot.slack import home
from bot.slack.home import Home
from bot.slack.outbox import outbox, personal_rows
from bot.slack.outbox.models import Lane, Outgoing
from bot.slack.post import Post
from bot.workflows import members
from bot.workflows.erasures import cards

log = structlog.get_logger()

PORTION = 500
"""How many rows one transaction reads."""
CARDS_AT_ONCE = 20
SOON, LATER = timedelta(seconds=1), timedelta(seconds=10)
LONGEST_WAIT = timedelta(days=2)
"""How long an erasure waits for Slack, which may be unreachable, before it deletes the rest."""
KEPT_TO_THE_END: tuple[type[Base], ...] = (Erasure, Person, ChannelMember, Outgoing, Lane)
"""The tables whose rows about the person are needed until the receipt is sent."""
NOT_READ: tuple[type[Base], ...] = (Erasure, Person, ChannelMember, Workspace, Installation, InstallState)
"""The tables without mentions of people."""
JOBS: dict[type[Base], tuple[str, str]] = {
    Meeting: ("meeting", ""), Shoutout: ("shoutout", ""), HandUp: ("hand_up", ""), Stint: ("stint", ""),
    Occasion: ("occasion", "birthdays."), Ask: ("ask", ""),
}  # fmt: skip
"""By which kind scheduled jobs refer to rows that are deleted, and how the names of these jobs begin."""


ASKS: dict[type[Base], Kind] = {HandUp: Kind.HAND_UP, Break: Kind.BREAK}
"""The kind of the asks for what is deleted."""


async def go_on(session: AsyncSession, workspace_id: str, *, now: datetime) -> timedelta | None:
    """Take the next step of a workspace's erasures; return when to go on, or None if nothing is left to do."""
    await _lock(session, workspace_id)
    running = await erasures.list_running(session, workspace_id)
    for each in running:
        if await _is_ready(session, each, now):
            await _STEPS[Step(each.step)](session, each, now)
            return SOON
    return LATER if running else None


async def _lock(session: AsyncSession, workspace_id: str) -> None:
    """Lock the workspace, so that only one replica erases in it; other work goes on."""
    this = select(Workspace.id).where(Workspace.id == workspace_id)
    await session.execute(locks.for_update(this, Workspace, key_share=True))


async def _lock_teams(session: AsyncSession, workspace_id: str) -> None:
    """Lock all teams of the workspace, so that nobody else locks their rows meanwhile."""
    teams = select(Team.id).where(Team.workspace_id == workspace_id).order_by(Team.id)
    await session.execute(locks.for_update(teams, Team, key_share=True))


async def _is_ready(session: AsyncSession, this: Erasure, now: datetime) -> bool:
    """Return whether the next step can be taken, or has waited for Slack long enough."""
    if now - this.asked_at >= LONGEST_WAIT:
        return True
    if this.step == Step.WAIT:
        return not await _count_waiting(session, this)
    if this.step == Step.LAST:
        return not await personal_rows.is_waiting_for(session, _dm(this))
    return True


async def _count_waiting(session: AsyncSession, this: Erasure) -> int:
    """Return how many cards are still being edited in Slack."""
    return len(await personal_rows.find_waiting_cards(session, this.workspace_id) & set(this.cards))


def _dm(this: Erasure) -> Address:
    return Address(this.workspace_id, this.person_id or "")


async def _subject(session: AsyncSession, this: Erasure) -> Subject:
    person_id = this.person_id or ""
    person = await session.get(Person, (this.workspace_id, person_id))
    hashes = [pseudonym(this.workspace_id, person_id), pseudonym(person_id)]
    names = [person.shown] if person else []
    return Subject(this.workspace_id, person_id, this.stand_in, this.words_too, hashes, names)


async def _leave(session: AsyncSession, this: Erasure, now: datetime) -> None:
    """End what the person takes part in, and tell everybody who counted on them, as if they had left their teams."""
    dm = _dm(this)
    theirs = sorted(await queries.teams_of_person(session, *dm), key=lambda each: each.id)
    for team in theirs:
        await membership.lock_team(session, team.id)
    for team in theirs:
        team.sponsor_id = None if team.sponsor_id == dm.conversation else team.sponsor_id
        await membership.remove_members(session, team, [dm.conversation], now=now)
        await session.flush()
        await members.cancel_orphaned(session, team, now=now)
        home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)
    this.step = Step.ROWS


async def _erase_rows(session: AsyncSession, this: Erasure, now: datetime) -> None:
    who, dm = await _subject(session, this), _dm(this)
    await _lock_teams(session, who.workspace_id)
    person = await locks.lock_row(session, Person, (who.workspace_id, who.person_id), refresh=True)
    await session.flush()
    done = await erased_rows.erase_rows(session, who, without=KEPT_TO_THE_END)
    await _delete_asks(session, who.workspace_id, done)
    await personal_rows.forget_person(session, dm, now=now)
    await personal_rows.drop_repeated(session, who.workspace_id, done.sentences, now=now)
    gone = await personal_rows.delete_cards(session, who.workspace_id, _kinds(done), now=now)
    if person:
        gone |= await personal_rows.delete_cards_in(session, who.workspace_id, person.dm_id or "", now=now)
        person.settings, person.absences = {}, ()
        person.be_quiet(None)
    await _cancel_jobs(session, who.workspace_id, done)
    viewers = await session.scalars(select(Home.person_id).where(Home.workspace_id == who.workspace_id))
    home.mark_changed(session, who.workspace_id, viewers.all(), now=now)
    await session.flush()
    await personal_rows.rename_cards(session, dm, who.stand_in)
    this.cards = sorted(each.replace(who.person_id, who.stand_in) for each in gone)
    _remember(this, done)
    this.step, this.place = Step.MENTIONS, []
    log.info("rows_erased", deleted=_count(done.deleted), changed=_count(done.changed))


def _kinds(done: Erased) -> dict[str, list[int]]:
    """Return the ids of deleted rows by the first word of their cards' names."""
    return {kind: done.deleted[model] for model in done.deleted for kind in DECLARED[model].cards.split()}


def _count(rows: Mapping[type[Base], list[int]]) -> dict[str, int]:
    return {table(model).name: len(rows[model]) for model in rows}


def _remember(this: Erasure, done: Erased) -> None:
    """Remember the changed rows, whose cards are edited in a later step."""
    names = {table(model).name: done.changed[model] for model in done.changed if model in cards.RENDERERS}
    known = {name: {*this.changed.get(name, []), *names.get(name, [])} for name in {*this.changed, *names}}
    gone = {table(model).name: set(done.deleted[model]) for model in done.deleted}
    this.changed = {name: sorted(known[name] - gone.get(name, set())) for name in sorted(known)}


async def _delete_asks(session: AsyncSession, workspace_id: str, done: Erased) -> None:
    """Delete the asks for what was deleted, because on SQLite something new can get its id."""
    for model in done.deleted.keys() & ASKS.keys():
        asks = delete(Ask).where(
            Ask.workspace_id == workspace_id, Ask.kind == ASKS[model], Ask.about_id.in_(done.deleted[model])
        )
        gone = (await session.scalars(asks.returning(Ask.id))).all()
        done.deleted.setdefault(Ask, []).extend(gone)


async def _cancel_jobs(session: AsyncSession, workspace_id: str, done: Erased) -> None:
    """Cancel the jobs about deleted rows."""
    for model in done.deleted.keys() & JOBS.keys():
        (kind, prefix), ids = JOBS[model], done.deleted[model]
        await session.execute(
            delete(ScheduledJob).where(
                ScheduledJob.workspace_id == workspace_id, ScheduledJob.about_kind == kind,
                ScheduledJob.about_id.in_(ids), ScheduledJob.job.startswith(prefix),
            )
        )  # fmt: skip


async def _replace_mentions(session: AsyncSession, this: Erasure, now: datetime) -> None:
    place = Place(this.place[0], this.place[1]) if this.place else None
    who = await _subject(session, this)
    then, done = await erased_mentions.replace_mentions(session, who, place, limit=PORTION, without=NOT_READ)
    _remember(this, done)
    this.place = [then.table, [*then.after]] if then else []
    this.step = this.step if then else Step.CARDS


async def _edit_cards(session: AsyncSession, this: Erasure, now: datetime) -> None:
    left = [(name, id) for name in this.changed for id in this.changed[name]]
    before = await personal_rows.find_last_row(session, this.workspace_id)
    for name, id in left[:CARDS_AT_ONCE]:
        await cards.render(session, this.workspace_id, name, id, now=now)
    await session.flush()
    await personal_rows.put_last(session, this.workspace_id, after=before)
    edited = await personal_rows.find_waiting_cards(session, this.workspace_id, after=before)
    this.cards = sorted({*this.cards, *edited})
    rest = left[CARDS_AT_ONCE:]
    this.changed = {name: [id for at, id in rest if at == name] for name in dict.fromkeys(name for name, _ in rest)}
    this.step = this.step if rest else Step.LOG


async def _confirm(session: AsyncSession, this: Erasure, now: datetime) -> None:
    """Delete copies of the database, record the erasure outside it, and only then send the receipt."""
    await delete_all_copies(session)
    file: Path | None = session.info.get(ERASURES_FILE)
    if file and this.person_id:
        erasure_log.append(file, vault_of(session), this.workspace_id, this.person_id, at=now)
    this.erased_at = now
    waiting = await _count_waiting(session, this)
    this.step = Step.WAIT if waiting else Step.LAST
    await _tell(
        session,
        this,
        messages.receipt(waiting, words_stay=not this.words_too, may_hold_bytes=_is_postgresql(session)),
        "receipt",
        now,
    )


def _is_postgresql(session: AsyncSession) -> bool:
    """Return whether deleted rows stay readable in the database's files until their space is reused."""
    return session.get_bind().dialect.name == "postgresql"


async def _tell(session: AsyncSession, this: Erasure, post: Post, what: str, now: datetime) -> None:
    if this.is_told:
        key = f"{KEY}{this.id}:{this.asked_at.isoformat()}:{what}"
        await outbox.put(session, post, to=_dm(this), not_before=now, key=key)


async def _finish_waiting(session: AsyncSession, this: Erasure, now: datetime) -> None:
    await _tell(session, this, messages.last_line(), "last", now)
    this.step = Step.LAST


async def _delete_own(session: AsyncSession, this: Erasure, now: datetime) -> None:
    """Delete the person's own row and everything else that was kept for the receipt, or has come since."""
    who, dm = await _subject(session, this), _dm(this)
    await _lock_teams(session, who.workspace_id)
    person = await locks.lock_row(session, Person, (who.workspace_id, who.person_id), refresh=True)
    dm_id = person.dm_id if person else None
    await erased_rows.erase_rows(session, who, without=(Erasure, Person, Outgoing, Lane))
    if person:
        await session.delete(person)
    await personal_rows.forget_conversation(session, dm, dm_id)
    this.person_id, this.stand_in, this.cards, this.changed, this.step = None, "", [], {}, Step.DONE
    log.info("erasure_done")


_STEPS: dict[Step, Callable[[AsyncSession, Erasure, datetime], Awaitable[None]]] = {
    Step.LEAVE: _leave,
    Step.ROWS: _erase_rows,
    Step.MENTIONS: _replace_mentions,
    Step.CARDS: _edit_cards,
    Step.LOG: _confirm,
    Step.WAIT: _finish_waiting,
    Step.LAST: _delete_own,
}
