"""Tests that nobody can find out who said what in a closed round, with an attack that finds it in leaky variants."""

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product

import pytest
import structlog

from bot.db.disposable_keys import DisposableKey
from bot.features.pulse import rules
from bot.features.pulse.rules import SCORES, Level
from bot.workflows.pulse import cleaner, rounds
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.pulse import drivers
from tests.handlers.pulse.attack import Tally, Truth, attack_comments, attack_scores, best_guess
from tests.handlers.pulse.drivers import agents, answer, close_round, id_of, move_to
from tests.handlers.pulse.evidence import collect
from tests.handlers.pulse.leaks import LEAKS
from tests.handlers.pulse.members import leave
from tests.harness import World
from tests.snapshots import Resume

SEED = 20311111
MINUTE = timedelta(minutes=1)
TEAM_OF_TWELVE = ("nora", "omar", "petra", "quinn", "rosa", "sven")


async def join_twelve(world: World) -> None:
    """Have people join in Slack until the team has twelve agents."""
    await opt_out_of_shadowing(world)
    for name in TEAM_OF_TWELVE:
        await world.slack.do(
            "users", user=name, real_name=f"{name.title()} Silva", tz="Europe/Lisbon", channels=["harbour-support"]
        )
    await world.sandbox.settled()


@pytest.fixture(autouse=True)
def cleaned_by_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the bot's own cleaner do nothing after its first look, so that a test decides what is cleaned."""
    monkeypatch.setattr(cleaner, "POLL_SECONDS", 1e6)


@pytest.fixture
async def twelve(resume: Resume) -> AsyncIterator[World]:
    """Tuesday at 10:30: a team with twelve agents."""
    async with resume(join_twelve, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "pulse")  # the bot planned all of them when it started
        yield world


async def shrink(world: World, size: int) -> None:
    """Have agents leave until the team has `size` of them."""
    await leave(world, *(await agents(world))[size:])
    assert len(await agents(world)) == size


def tuesday_morning(now: datetime) -> datetime:
    """Return the first time from now at which a round can begin: on a Tuesday, with everybody at work within 8 hours.

    That is now, if it is Tuesday between 10:00 and 11:00; otherwise the next Tuesday at 10:00.
    """
    if (now.weekday(), now.hour) == (TUESDAY_10.weekday(), TUESDAY_10.hour):
        return now
    days = (TUESDAY_10.weekday() - now.weekday() - 1) % 7 + 1
    return (now + timedelta(days=days)).replace(hour=10, minute=0)


async def answer_at_random(world: World, dice: random.Random) -> Truth:
    """Open a round, have agents answer at random, and return what happened."""
    await world.move(tuesday_morning(world.now))
    async with world.database.begin() as session:
        await rounds.open_round(session, await drivers.team(session), now=world.now)
    this = (await drivers.rounds(world))[-1]
    await move_to(world, world.now + timedelta(hours=8))
    ids = {name: await id_of(world, name) for name in await agents(world)}
    order = [name for name in dice.sample([*ids], len(ids)) if dice.random() < 0.9]
    scores: dict[str, list[int]] = {}
    comments: dict[str, str] = {}
    for name in order:
        said = [dice.choice(SCORES) for _ in range(2)]
        words = f"words-{dice.getrandbits(48)}" if dice.random() < 0.6 else ""
        await answer(world, name, *said, comment=words)
        scores[ids[name]] = said
        comments |= {ids[name]: words} if words else {}
    return Truth(this.id, [*ids.values()], [ids[name] for name in order], scores, comments)


async def play_round(world: World, dice: random.Random) -> tuple[Truth, str]:
    """Play a whole round, and return what happened and what was logged."""
    with structlog.testing.capture_logs() as logged:
        truth = await answer_at_random(world, dice)
        await close_round(world)
    return truth, str(logged)


async def clean(world: World) -> None:
    await cleaner.PulseCleaner(world.database).clean()


async def attack_rounds(world: World, count: int, *, is_cleaned: bool = True) -> tuple[Tally, Tally]:
    """Play rounds and attack each; return the hits among ratings and among comments."""
    dice, scores, comments = random.Random(SEED), Tally(), Tally()
    for _ in range(count):
        truth, logged = await play_round(world, dice)
        if is_cleaned:
            await clean(world)
        evidence = await collect(world, logged)
        if truth.order:
            attacker = dice.choice(truth.order)
            vault = world.database.vault
            levels = (await drivers.rounds(world))[-1].levels
            scores.add(attack_scores(evidence, truth, attacker, levels, vault))
            comments.add(attack_comments(evidence, truth, attacker, vault))
    return scores, comments


SIZES = pytest.mark.parametrize("size", [5, 12])


@SIZES
async def test_attacker_with_the_key_learns_no_more_from_closed_rounds_than_by_guessing(
    twelve: World, size: int
) -> None:
    await expect_guessing(twelve, size, count=3)


@pytest.mark.long
@SIZES
async def test_attacker_with_the_key_learns_no_more_from_a_hundred_rounds_than_by_guessing(
    twelve: World, size: int
) -> None:
    await expect_guessing(twelve, size, count=100)


async def expect_guessing(world: World, size: int, *, count: int) -> None:
    await shrink(world, size)
    scores, comments = await attack_rounds(world, count)
    print(f"{count} rounds of {size}: ratings {scores}; comments {comments}")
    assert not scores.is_better_than_guessing, scores
    assert not comments.is_better_than_guessing, comments


@pytest.mark.parametrize("leak", LEAKS)
async def test_attack_on_the_pulse_finds_each_planted_leak(
    twelve: World, monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    LEAKS[leak](monkeypatch)
    scores, _ = await attack_rounds(twelve, 1)
    assert scores.hits > 0.9 * scores.tries, scores


async def test_attack_on_the_pulse_finds_answers_that_are_deleted_but_not_cleaned_up(twelve: World) -> None:
    scores, _ = await attack_rounds(twelve, 1, is_cleaned=False)
    assert scores.hits == scores.tries, scores


async def test_attacker_with_the_key_reads_answers_while_the_round_runs(twelve: World) -> None:
    """Check that the form tells the truth about what the person who runs the bot could find out."""
    truth = await answer_at_random(twelve, random.Random(SEED))
    scores = attack_scores(await collect(twelve, ""), truth, truth.order[0], [], twelve.database.vault)
    assert scores.hits == scores.tries


async def test_log_and_slack_do_not_reveal_who_answered(twelve: World) -> None:
    before = await read_dms(twelve)
    truth, logged = await play_round(twelve, random.Random(SEED))
    assert len(truth.order) < len(truth.members)
    assert [person for person in truth.members if person in logged] == []
    assert await read_dms(twelve) == before


async def read_dms(world: World) -> dict[str, list[str]]:
    return {name: [each["text"] for each in await world.slack.messages("bot", name)] for name in await agents(world)}


async def test_database_files_reveal_no_pulse_answer_without_the_key(twelve: World) -> None:
    assert await find_plain(twelve, rounds=2) == []


async def test_search_of_the_database_files_finds_pulse_answers_that_are_not_encrypted(
    twelve: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DisposableKey, "encrypt", lambda key, text, *, size=0: text)
    monkeypatch.setattr(DisposableKey, "decrypt", lambda key, sealed: sealed)
    assert await find_plain(twelve, rounds=1)


async def find_plain(world: World, *, rounds: int) -> list[str]:
    """Return what of the answers, and of who is asked, can be read in the files, while a round runs and after it."""
    dice, found = random.Random(SEED), []
    for _ in range(rounds):
        truth = await answer_at_random(world, dice)
        files = [(await collect(world, "")).files]
        await close_round(world)
        await clean(world)
        files.append((await collect(world, "")).files)
        plain = ['"score":', '"person_id":', *truth.comments.values()]
        found += [words for words in plain for each in files if words.encode() in each]
    return found


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("own", SCORES)
def test_best_guess_about_a_round_of_five_equals_an_enumeration(level: Level, own: int) -> None:
    """Compare with an enumeration of all ratings of four colleagues."""
    guess, chance = best_guess(level, 5, own)
    counts = enumerate_targets(level, 5, own)
    assert counts[guess] == max(counts.values())
    assert chance == Fraction(counts[guess], sum(counts.values()))


def enumerate_targets(level: Level, answered: int, own: int) -> dict[int, int]:
    counts = dict.fromkeys(SCORES, 0)
    for others in product(SCORES, repeat=answered - 1):
        if rules.find_level([own, *others]) == level:
            counts[others[0]] += 1
    return counts
