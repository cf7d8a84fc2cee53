"""Which rituals a team keeps: on and off, when, paused, and those it made itself. Its leaders say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Passed, UserError
from bot.features.rituals.catalogue import LONGEST_ANSWER, LONGEST_PROMPT, MOST_ANSWERS, Recipe, catalogue
from bot.features.rituals.tables import Occasion, Ritual
from bot.features.rituals.when import OFTEN, read
from bot.teams.tables import Member, Team

MOST_OF_ONES_OWN = 8
OF_ONES_OWN = {"about": "Your team's own.", "when": "FREQ=WEEKLY;BYDAY=TH", "at": "10:00"}
NAME, WORDS, PROMPTS, DAY = "name", "words", "prompts", "day"
"""Fields of a form."""
GONE = "That ritual is not here any more. `/funtank rituals` shows those that are."
PAST = "Pick a day that is still to come, please: the first on which it may come again."
ANSWERS = (
    f"A question has two to {MOST_ANSWERS} different answers of up to {LONGEST_ANSWER} letters, the right one first, "
    "like `How long does green tea need? | Two minutes | Ten minutes`. Please look at “{}”."
)
NO_RULE = "That's no rhythm I know. Pick how often, and on which day."
EVERYBODYS = "That one belongs to everybody, so its words stay. You can change when it comes, or make one of your own."
ENOUGH = f"A team has up to {MOST_OF_ONES_OWN} rituals of its own. Change one of them, please, or remove one."


@dataclass(frozen=True)
class Draft:
    """A team's own ritual, as somebody wrote it."""

    name: str
    words: str
    prompts: Sequence[str]


async def of_team(session: AsyncSession, team: Team) -> list[Ritual]:
    """All that a team can choose from, those it has never touched as the catalogue has them."""
    theirs = select(Ritual).where(Ritual.workspace_id == team.workspace_id, Ritual.team_id == team.id)
    kept = {each.slug: each for each in await session.scalars(theirs.order_by(Ritual.id)) if each.recipe}
    common = [kept.get(slug) or _unkept(team, slug) for slug in catalogue()]
    return common + [each for each in kept.values() if each.own]


async def one(session: AsyncSession, team: Team, slug: str) -> Ritual:
    theirs = select(Ritual).where(
        Ritual.workspace_id == team.workspace_id, Ritual.team_id == team.id, Ritual.slug == slug
    )
    found = await session.scalar(theirs)
    if found is None and slug in catalogue():
        return _unkept(team, slug)
    if found is None or found.recipe is None:
        raise Passed(GONE)
    return found


def _unkept(team: Team, slug: str) -> Ritual:
    recipe = catalogue()[slug]
    return Ritual(team.workspace_id, team.id, slug, recipe.when, recipe.at)


async def begin(session: AsyncSession, team: Team) -> Sequence[Ritual]:
    """A new team has the small plan of the catalogue."""
    plan = [_unkept(team, slug) for slug, recipe in catalogue().items() if recipe.default]
    for each in plan:
        each.is_on = True
    session.add_all(plan)
    await session.flush()
    return plan


async def turn_on(session: AsyncSession, lead: Member, ritual: Ritual, rule: str, at: time) -> None:
    """From now on it comes then: by a rule that a form makes, or by the catalogue's own."""
    lead.must_lead()
    if rule != ritual.what.when and read(rule) is None:
        raise UserError(NO_RULE, field=OFTEN)
    ritual.rule, ritual.at, ritual.is_on, ritual.paused_until = rule, at, True, None
    session.add(ritual)
    await session.flush()


async def turn_off(session: AsyncSession, lead: Member, ritual: Ritual) -> None:
    lead.must_lead()
    ritual.is_on, ritual.paused_until = False, None


def pause(lead: Member, ritual: Ritual, until: date, today: date) -> None:
    """It stays silent until that day."""
    lead.must_lead()
    if until <= today:
        raise UserError(PAST, field=DAY)
    ritual.paused_until = until


def resume(lead: Member, ritual: Ritual) -> None:
    lead.must_lead()
    ritual.paused_until = None


async def write(session: AsyncSession, team: Team, lead: Member, ritual: Ritual | None, draft: Draft) -> Ritual:
    """Make a ritual of the team's own, off until it is said when, or change its words."""
    lead.must_lead()
    own = _own(draft)
    if ritual is not None and not ritual.own:
        raise UserError(EVERYBODYS)
    if ritual is None:
        theirs = [each for each in await of_team(session, team) if each.own]
        if len(theirs) >= MOST_OF_ONES_OWN:
            raise UserError(ENOUGH)
        recipe = Recipe.model_validate(own)
        ritual = Ritual(team.workspace_id, team.id, f"own-{uuid4().hex[:8]}", recipe.when, recipe.at)
        session.add(ritual)
    ritual.own = own
    await session.flush()
    return ritual


def _own(draft: Draft) -> dict[str, Any]:
    """What a file of the catalogue would say."""
    prompts = [_prompt(each) for each in draft.prompts if each.strip()]
    if not draft.name:
        raise UserError("Give it a name, please.", field=NAME)
    if not draft.words:
        raise UserError("Write a sentence or two that I post, please.", field=WORDS)
    if long := next((each["ask"] for each in prompts if len(each["ask"]) > LONGEST_PROMPT), None):
        raise UserError(f"This one is longer than {LONGEST_PROMPT} letters: “{long[:40]}…”", field=PROMPTS)
    once = {each["ask"].casefold(): each for each in reversed(prompts)}
    return {"name": draft.name, "words": draft.words, "prompts": list(once.values())[::-1], **OF_ONES_OWN}


def _prompt(line: str) -> dict[str, Any]:
    """`What is it? | A fish | A bird` asks with answers, the right one first."""
    ask, *answers = (each.strip() for each in line.split("|"))
    is_a_choice = 2 <= len({each.casefold() for each in answers}) == len(answers) <= MOST_ANSWERS
    if not ask or (answers and not (is_a_choice and all(0 < len(each) <= LONGEST_ANSWER for each in answers))):
        raise UserError(ANSWERS.format(line.strip()[:40]), field=PROMPTS)
    return {"ask": ask, "answers": answers}


async def remove(session: AsyncSession, lead: Member, ritual: Ritual) -> None:
    """One of the team's own goes, with all that is known of it."""
    lead.must_lead()
    if not ritual.own:
        raise UserError("That one belongs to everybody. *Turn off* keeps it away.")
    await session.delete(ritual)
    await session.flush()


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what was so long ago; says how much. Its turns and parts go with it."""
    old = select(Occasion.id).where(Occasion.workspace_id == workspace_id, Occasion.starts_at < before).limit(limit)
    gone = delete(Occasion).where(Occasion.id.in_(old)).returning(Occasion.id)
    return len((await session.execute(gone)).all())
