"""Queries on a team's rituals (on and off, times, pauses, own ones) and on their runs, prompts and participants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import insert
from bot.errors import AnswerTooLate, Refusal
from bot.features.rituals.catalog import (
    LONGEST_ANSWER,
    LONGEST_PROMPT,
    MOST_ANSWERS,
    Prompt,
    RitualTemplate,
    load_catalog,
)
from bot.features.rituals.models import Participation, Ritual, RitualRun, RunState
from bot.features.rituals.recurrence import OFTEN, parse_rule
from bot.org.teams import membership
from bot.org.teams.models import Member, Team
from bot.refusals import rituals as refusals

MOST_OWN_RITUALS = 8
OWN_DEFAULTS = {"about": "Your team's own.", "when": "FREQ=WEEKLY;BYDAY=TH", "at": "10:00"}
NAME, WORDS, PROMPTS, DAY = "name", "words", "prompts", "day"
"""The names of form fields."""


@dataclass(frozen=True)
class Draft:
    """A team's own ritual, as entered in the form."""

    name: str
    words: str
    prompts: Sequence[str]


STALE_AFTER = timedelta(days=1)
NEVER_USED = datetime(1970, 1, 1, tzinfo=UTC)


async def rituals_of_team(session: AsyncSession, team: Team) -> list[Ritual]:
    """Return all rituals that a team can choose from; those it has never changed are as in the catalog."""
    theirs = select(Ritual).where(Ritual.workspace_id == team.workspace_id, Ritual.team_id == team.id)
    kept = {each.slug: each for each in await session.scalars(theirs.order_by(Ritual.id)) if each.template}
    common = [kept.get(slug) or _from_template(team, slug) for slug in load_catalog()]
    return common + [each for each in kept.values() if each.own]


async def find_ritual(session: AsyncSession, team: Team, slug: str) -> Ritual:
    theirs = select(Ritual).where(
        Ritual.workspace_id == team.workspace_id, Ritual.team_id == team.id, Ritual.slug == slug
    )
    found = await session.scalar(theirs)
    if found is None and slug in load_catalog():
        return _from_template(team, slug)
    if found is None or found.template is None:
        raise AnswerTooLate(refusals.RITUAL_GONE)
    return found


def _from_template(team: Team, slug: str) -> Ritual:
    template = load_catalog()[slug]
    return Ritual(team.workspace_id, team.id, slug, template.when, template.at)


async def add_default_rituals(session: AsyncSession, team: Team) -> Sequence[Ritual]:
    """Switch on the default rituals of the catalog for a new team, and return them."""
    plan = [_from_template(team, slug) for slug, template in load_catalog().items() if template.default]
    for each in plan:
        each.is_on = True
    session.add_all(plan)
    await session.flush()
    return plan


async def turn_on(session: AsyncSession, lead: Member, ritual: Ritual, rule: str, at: time) -> None:
    """Switch a ritual on, with a time of day and a recurrence rule that the form can produce or the catalog has."""
    lead.must_lead()
    if rule != ritual.existing_template.when and parse_rule(rule) is None:
        raise Refusal(refusals.NO_RULE, field=OFTEN)
    ritual.rule, ritual.at, ritual.is_on, ritual.paused_until = rule, at, True, None
    session.add(ritual)
    await session.flush()


async def turn_off(session: AsyncSession, lead: Member, ritual: Ritual) -> None:
    lead.must_lead()
    ritual.is_on, ritual.paused_until = False, None


def pause(lead: Member, ritual: Ritual, until: date, today: date) -> None:
    """Pause a ritual until a given day."""
    lead.must_lead()
    if until <= today:
        raise Refusal(refusals.DAY_PAST, field=DAY)
    ritual.paused_until = until


def resume(lead: Member, ritual: Ritual) -> None:
    lead.must_lead()
    ritual.paused_until = None


async def save_own_ritual(
    session: AsyncSession, team: Team, lead: Member, ritual: Ritual | None, draft: Draft
) -> Ritual:
    """Save one of the team's own rituals: add it, switched off at first, or change the texts of an existing one."""
    lead.must_lead()
    own = _parse_draft(draft)
    if ritual is not None and not ritual.own:
        raise Refusal(refusals.NOT_OWN)
    if ritual is None:
        theirs = [each for each in await rituals_of_team(session, team) if each.own]
        if len(theirs) >= MOST_OWN_RITUALS:
            raise Refusal(refusals.too_many_own(MOST_OWN_RITUALS))
        template = RitualTemplate.model_validate(own)
        ritual = Ritual(team.workspace_id, team.id, f"own-{uuid4().hex[:8]}", template.when, template.at)
        session.add(ritual)
    ritual.own = own
    await session.flush()
    return ritual


def _parse_draft(draft: Draft) -> dict[str, Any]:
    """Validate the draft of a team's own ritual and return it in the format of a catalog file."""
    prompts = [_parse_prompt(each) for each in draft.prompts if each.strip()]
    if not draft.name:
        raise Refusal(refusals.NO_NAME, field=NAME)
    if not draft.words:
        raise Refusal(refusals.NO_WORDS, field=WORDS)
    if long := next((each["ask"] for each in prompts if len(each["ask"]) > LONGEST_PROMPT), None):
        raise Refusal(refusals.prompt_too_long(most=LONGEST_PROMPT, start=long[:40]), field=PROMPTS)
    once = {each["ask"].casefold(): each for each in reversed(prompts)}
    return {"name": draft.name, "words": draft.words, "prompts": list(once.values())[::-1], **OWN_DEFAULTS}


def _parse_prompt(line: str) -> dict[str, Any]:
    """Parse a line with a prompt: `What is it? | A fish | A bird` has answers, the correct one first."""
    ask, *answers = (each.strip() for each in line.split("|"))
    is_a_choice = 2 <= len({each.casefold() for each in answers}) == len(answers) <= MOST_ANSWERS
    if not ask or (answers and not (is_a_choice and all(0 < len(each) <= LONGEST_ANSWER for each in answers))):
        raise Refusal(
            refusals.wrong_answers(most=MOST_ANSWERS, longest=LONGEST_ANSWER, line=line.strip()[:40]), field=PROMPTS
        )
    return {"ask": ask, "answers": answers}


async def remove_own_ritual(session: AsyncSession, lead: Member, ritual: Ritual) -> None:
    """Delete one of the team's own rituals, with its runs."""
    lead.must_lead()
    if not ritual.own:
        raise Refusal(refusals.CANNOT_REMOVE)
    await session.delete(ritual)
    await session.flush()


async def upcoming_prompt(session: AsyncSession, ritual: Ritual, at: datetime, *, now: datetime) -> str:
    """Return the prompt of a ritual's next planned run or, if none is planned, of a run at `at`."""
    planned = await next_run(session, ritual, now=now)
    if planned:
        return planned.prompt
    found = await next_prompt(session, ritual, at)
    return found.ask if found else ""


async def ensure_run(session: AsyncSession, team: Team, ritual: Ritual, day: date, at: datetime) -> RitualRun:
    """Return a ritual's run on a day; plan it if needed."""
    return await find_run_on(session, ritual, day) or await plan_run(session, team, ritual, day, at)


async def find_run_on(session: AsyncSession, ritual: Ritual, day: date) -> RitualRun | None:
    return await session.scalar(select(RitualRun).where(RitualRun.ritual_id == ritual.id, RitualRun.day == day))


async def plan_run(session: AsyncSession, team: Team, ritual: Ritual, day: date, starts_at: datetime) -> RitualRun:
    """Plan a run of a ritual, without a host."""
    prompt = await next_prompt(session, ritual, starts_at)
    run = RitualRun(team.workspace_id, team.id, ritual.id, day, starts_at, prompt.ask if prompt else "")
    session.add(run)
    await session.flush()
    return run


async def next_prompt(session: AsyncSession, ritual: Ritual, at: datetime) -> Prompt | None:
    """Return a prompt that no stored run of a ritual has used, else the least recently used prompt.

    Runs are kept for more than a year.
    """
    prompts = ritual.existing_template.prompts
    used = select(RitualRun.prompt, func.max(RitualRun.starts_at)).where(RitualRun.ritual_id == ritual.id)
    last = {row[0]: row[1] for row in await session.execute(used.group_by(RitualRun.prompt))}
    return min(prompts, key=lambda each: (last.get(each.ask, NEVER_USED), _shuffle_key(ritual, each, at)), default=None)


def _shuffle_key(ritual: Ritual, prompt: Prompt, at: datetime) -> str:
    """Return a sort key that orders a ritual's prompts differently for each team.

    For rituals in packs, which run once a year, the order also differs each year, because earlier runs are deleted by
    then.
    """
    year = f"{at.year}:" if ritual.existing_template.pack else ""
    return sha256(f"{ritual.team_id}:{year}{prompt.ask}".encode()).hexdigest()


async def find_run(
    session: AsyncSession, workspace_id: str, run_id: int, *, lock: bool = True
) -> tuple[Ritual, RitualRun]:
    """Return a run and its ritual; with `lock`, other changes of the run wait.

    Raises `AnswerTooLate` if the run is gone.
    """
    theirs = select(RitualRun).where(RitualRun.workspace_id == workspace_id, RitualRun.id == run_id)
    run = await session.scalar(locks.for_update(theirs, RitualRun) if lock else theirs)
    if run is None:
        raise AnswerTooLate(refusals.RITUAL_GONE)
    return await session.get_one(Ritual, run.ritual_id), run


async def find_latest_run(
    session: AsyncSession, team: Team, slug: str, *, since: date
) -> tuple[Ritual, RitualRun] | None:
    """Return a ritual's latest run on the day `since` or later that has been posted, or None."""
    posted = (
        select(Ritual, RitualRun)
        .join(RitualRun, RitualRun.ritual_id == Ritual.id)
        .where(Ritual.team_id == team.id, Ritual.slug == slug)
        .where(RitualRun.state == RunState.SAID, RitualRun.day >= since)
    )
    found = (await session.execute(posted.order_by(RitualRun.day.desc()).limit(1))).first()
    return (found[0], found[1]) if found else None


async def load_run(session: AsyncSession, run_id: int, *, lock: bool = False) -> tuple[Ritual, RitualRun] | None:
    """Return a run and its ritual, or None if the run has been canceled."""
    run = await (locks.lock_row(session, RitualRun, run_id) if lock else session.get(RitualRun, run_id))
    ritual = await session.get(Ritual, run.ritual_id) if run else None
    return (ritual, run) if ritual and run else None


async def next_runs(session: AsyncSession, team: Team, *, now: datetime) -> dict[int, RitualRun]:
    """Return the next planned run of each ritual of a team, by ritual id."""
    ahead = await session.scalars(_runs_ahead(team, now).order_by(RitualRun.starts_at.desc()))
    return {each.ritual_id: each for each in ahead}


async def planned_runs(session: AsyncSession, team: Team, *, now: datetime, until: datetime) -> Sequence[RitualRun]:
    """Return the runs of a team's rituals that are planned up to a given time."""
    return (await session.scalars(_runs_ahead(team, now).where(RitualRun.starts_at <= until))).all()


def _runs_ahead(team: Team, now: datetime) -> Select[RitualRun]:
    return select(RitualRun).where(
        RitualRun.workspace_id == team.workspace_id, RitualRun.team_id == team.id, is_run_ahead(now)
    )


async def next_run(session: AsyncSession, ritual: Ritual, *, now: datetime) -> RitualRun | None:
    """Return the next planned run of a ritual, or None."""
    theirs = select(RitualRun).where(RitualRun.ritual_id == ritual.id, is_run_ahead(now))
    return await session.scalar(theirs.order_by(RitualRun.starts_at).limit(1)) if ritual.id else None


async def cancel_planned_runs(session: AsyncSession, ritual: Ritual, *, now: datetime) -> Sequence[RitualRun]:
    """Delete and return the planned runs of a ritual; the same days can be planned again."""
    found = (await session.scalars(select(RitualRun).where(RitualRun.ritual_id == ritual.id, is_run_ahead(now)))).all()
    await session.execute(delete(RitualRun).where(RitualRun.id.in_([each.id for each in found])))
    return found


def is_run_ahead(now: datetime) -> ColumnElement[bool]:
    """Return an SQL condition for runs of rituals that are still to come.

    A run that was missed in an outage stays planned, but is not counted.
    """
    return and_(RitualRun.state.in_([RunState.PLANNED, RunState.WAITING]), RitualRun.starts_at > now - STALE_AFTER)


async def record_participation(session: AsyncSession, team: Team, run_id: int, person_id: str) -> bool:
    """Record that a person took part in a run of a ritual; return whether it was the first time."""
    run = await session.get(RitualRun, run_id)
    if run is None or run.team_id != team.id or await membership.member(session, team, person_id) is None:
        return False
    row = {"occasion_id": run_id, "person_id": person_id, "workspace_id": team.workspace_id}
    written = insert(session, Participation).values(row).on_conflict_do_nothing().returning(Participation.person_id)
    return (await session.execute(written)).first() is not None
