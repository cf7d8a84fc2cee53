"""Votes for ideas: they equal the remaining reactions, even if Slack's events arrive out of order or twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.ideas import votes
from bot.features.ideas.models import MarkChange
from bot.followups import queries
from bot.followups.models import Followup, Kind, State
from bot.followups.settings import Settings
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

TS = "1795000000.000100"
PEOPLE = ("UANA", "UBEN", "UELI", "UMAYA", "UGUEST", "UBOT", "UKIM")
"""The author, three members, a guest, a bot, and a stranger."""
COUNTED = {"UBEN", "UELI", "UMAYA"}
EMOJI = ("+1", "+1::skin-tone-3", "heavy_plus_sign", "tada")
VOTES = frozenset(EMOJI[:3])


async def raised(session: AsyncSession, team: Team, author: str = "UANA") -> Followup:
    known = {
        "UELI": {}, "UGUEST": {"is_guest": True}, "UBOT": {"is_bot": True}, "UKIM": {"is_stranger": True},
    }  # fmt: skip
    for id, facts in known.items():
        if await session.get(Person, ("T1", id)) is None:
            session.add(Person("T1", id, id.lower(), **facts))  # type: ignore[arg-type]
    return await queries.add(session, team, Kind.IDEA, author, "a macro", state=State.OPEN, now=TUESDAY)


def draw_history(random: Random, most: int = 40) -> tuple[list[MarkChange], set[tuple[str, str]]]:
    """Draw a random sequence of reactions added to a card and removed, and return those that remain at its end."""
    standing, changes = set[tuple[str, str]](), list[MarkChange]()
    for nth in range(random.randrange(most)):
        mark = (random.choice(PEOPLE), random.choice(EMOJI))
        is_on = mark not in standing
        (standing.add if is_on else standing.discard)(mark)
        changes.append(MarkChange(TS, *mark, f"{1795000001 + nth}.000000", is_on))
    return changes, standing


def voters(standing: set[tuple[str, str]]) -> set[str]:
    return {person_id for person_id, emoji in standing if emoji in VOTES} & COUNTED


async def counted(session: AsyncSession, team: Team, idea: Followup) -> set[str]:
    await votes.recount(session, team, await votes.lock_with_targets(session, idea.id), now=TUESDAY)
    found = await queries.find_supporters(session, idea)
    assert len(found) == len(set(found))
    return set(found)


async def deliver(session: AsyncSession, team: Team, idea: Followup, changes: Sequence[MarkChange]) -> None:
    for change in changes:
        await votes.save_mark(session, idea, change)
        await votes.recount(session, team, [idea], now=TUESDAY)


@pytest.mark.parametrize("seed", range(60))
async def test_votes_equal_the_remaining_reactions_whatever_the_order_of_events(
    session: AsyncSession, team: Team, seed: int
) -> None:
    random, idea = Random(seed), await raised(session, team)
    changes, standing = draw_history(random)
    delivered = [*changes, *random.sample(changes, len(changes) // 2)]
    random.shuffle(delivered)
    await deliver(session, team, idea, delivered)
    assert await counted(session, team, idea) == voters(standing)


@pytest.mark.parametrize("seed", range(40))
async def test_reading_reactions_again_corrects_votes_after_lost_events(
    session: AsyncSession, team: Team, seed: int
) -> None:
    """Events from before the read may arrive after it; events from after the read arrive in any order."""
    random, idea = Random(seed), await raised(session, team)
    changes, _ = draw_history(random, most=60)
    cut = random.randrange(len(changes) + 1)
    before, after = changes[:cut], changes[cut:]
    late = random.sample(before, len(before) // 3)
    await deliver(session, team, idea, random.sample(before, len(before) // 2))
    overtaking = random.sample(after, len(after) // 3)
    await deliver(session, team, idea, overtaking)
    at_reading = {(each.person_id, each.emoji): each.is_on for each in before}
    standing = {mark for mark, is_on in at_reading.items() if is_on}
    as_of = datetime.fromtimestamp(1795000001 + cut, UTC) - timedelta(milliseconds=1)
    await votes.replace_marks(session, idea, TS, standing, (), as_of=as_of)
    rest = [*late, *after]
    random.shuffle(rest)
    await deliver(session, team, idea, rest)
    last = {(each.person_id, each.emoji): each.is_on for each in changes}
    assert await counted(session, team, idea) == voters({mark for mark, is_on in last.items() if is_on})


async def test_votes_are_kept_if_slack_does_not_list_everyone_who_reacted(session: AsyncSession, team: Team) -> None:
    idea = await raised(session, team)
    await deliver(session, team, idea, [MarkChange(TS, "UBEN", "+1", "1795000001.000000", is_on=True)])
    later = datetime.fromtimestamp(1795000100, UTC)
    await votes.replace_marks(session, idea, TS, {("UELI", "+1")}, ["+1"], as_of=later)
    assert await counted(session, team, idea) == {"UBEN", "UELI"}


async def test_reposted_idea_keeps_its_votes_until_people_remove_them_on_the_new_card(
    session: AsyncSession, team: Team
) -> None:
    idea, anew = await raised(session, team), "1795000500.000100"
    on = MarkChange(TS, "UBEN", "+1", "1795000001.000000", is_on=True)
    await deliver(session, team, idea, [on])
    await votes.replace_marks(session, idea, anew, (), (), as_of=datetime.fromtimestamp(1795000600, UTC))
    assert await counted(session, team, idea) == {"UBEN"}
    off = MarkChange(anew, "UBEN", "+1", "1795000701.000000", is_on=False)
    await deliver(session, team, idea, [off._replace(event_ts="1795000700.000000", is_on=True), off])
    assert await counted(session, team, idea) == set()


@pytest.mark.parametrize("seed", range(20))
async def test_merged_ideas_count_each_voter_once_and_keep_separate_votes_when_split(
    session: AsyncSession, team: Team, seed: int
) -> None:
    """Merge three ideas in a chain, with votes before and after; nobody counts twice or for an idea of their own."""
    random = Random(seed)
    ideas = [await raised(session, team, author) for author in ("UANA", "UBEN", "UELI")]
    marks = [draw_history(random) for _ in ideas]
    for idea, (changes, _) in zip(ideas, marks, strict=True):
        await deliver(session, team, idea, changes[: len(changes) // 2])
    ideas[0].merged_into_id, ideas[1].merged_into_id = ideas[1].id, ideas[2].id
    await session.flush()
    for idea, (changes, _) in zip(ideas, marks, strict=True):
        for change in changes:
            await votes.save_mark(session, idea, change)
            await votes.recount(session, team, await votes.lock_with_targets(session, idea.id), now=TUESDAY)
    own = [eligible(standing) - {idea.author_id} for idea, (_, standing) in zip(ideas, marks, strict=True)]
    union = own[0] - {"UBEN"} | own[1]
    await counted(session, team, ideas[0])
    assert set(await queries.find_supporters(session, ideas[2])) == (union - {"UELI"}) | own[2]

    ideas[0].merged_into_id = None
    await session.flush()
    assert await counted(session, team, ideas[0]) == own[0]
    assert await counted(session, team, ideas[1]) == own[1]
    assert set(await queries.find_supporters(session, ideas[2])) == (own[1] - {"UELI"}) | own[2]


def eligible(standing: set[tuple[str, str]]) -> set[str]:
    return {person_id for person_id, emoji in standing if emoji in VOTES} & (COUNTED | {"UANA"})


async def test_vote_with_a_button_is_kept_when_the_reactions_are_read_again(session: AsyncSession, team: Team) -> None:
    idea = await raised(session, team)
    for _ in range(2):
        await votes.save_button_vote(session, idea, "UBEN")
    await votes.replace_marks(session, idea, TS, (), (), as_of=datetime.fromtimestamp(1795000600, UTC))
    assert await counted(session, team, idea) == {"UBEN"}


async def test_team_chooses_which_emoji_count_as_votes(session: AsyncSession, team: Team) -> None:
    idea = await raised(session, team)
    Settings(votes=[":tada:"]).keep(team)
    await deliver(session, team, idea, [
        MarkChange(TS, "UBEN", "tada", "1795000001.000000", is_on=True),
        MarkChange(TS, "UELI", "+1", "1795000001.000000", is_on=True),
    ])  # fmt: skip
    assert await counted(session, team, idea) == {"UBEN"}


@pytest.mark.parametrize("wrong", [[], ["not an emoji!"], [f"e{number}" for number in range(11)]])
def test_vote_emoji_setting_accepts_one_to_ten_emoji(wrong: list[str]) -> None:
    with pytest.raises(ValueError, match=r"emoji|at least"):
        Settings(votes=wrong)
