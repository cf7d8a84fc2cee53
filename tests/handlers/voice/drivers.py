"""Drivers for the voice of the frontline: a month made by using the bot, and what leaders and the sponsor get."""

import csv
import io
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text, update

from bot.features.pulse import models
from bot.features.pulse import queries as pulse
from bot.features.pulse.settings import STATEMENTS
from bot.features.roadblocks import Shown
from bot.features.visits import themes
from bot.followups import queries
from bot.followups.models import Kind, Quoting, State
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows import recurring_jobs, roadblocks
from bot.workflows.roadblocks import Details
from tests.handlers.drivers import keep_only_jobs, settled
from tests.handlers.followups.drivers import press_dm
from tests.handlers.hand_ups.drivers import make_second_team, raise_hand
from tests.handlers.spikes.test_overview import file_of
from tests.harness import Answer, Json, World

JOBS = ("voice",)
TITLE = "*Voice of the frontline"
DRAFT = "*Draft:"
IDEA, OTHER_IDEA = "a macro for small refunds", "shorter greetings on the phone"
SECOND_IDEA = "one list for both teams"
ROADBLOCK, NOTE = "the voucher tool logs us out", "Please talk to IT about single sign-on"
SECRET = "the roster is unfair"
COUNTS = {
    "votes": "SELECT count(*) FROM followup_supports",
    "spikes": "SELECT count(*) FROM spikes WHERE opened_at >= '2031-03-01' AND opened_at < '2031-04-01'",
    "hand-ups": "SELECT count(*) FROM hand_ups WHERE raised_at >= '2031-03-01' AND raised_at < '2031-04-01'",
    "answered": "SELECT count(*) FROM hand_ups WHERE helped_at IS NOT NULL",
    "mentions": "SELECT count(*) FROM theme_sightings WHERE theme = 'tools'",
    "done": "SELECT count(*) FROM followups WHERE state = 'closed' AND reason = 'done' AND audience = 'team'",
}
"""What a month tells, counted with nothing but the tables."""
THREE = [
    ("U0ANA00000", "We rekey every voucher by hand"),
    ("U0BEN00000", "Two screens would save an hour a day"),
    ("U0CHIDI000", "Acme Ltd calls every morning"),
]
"""Three agents, and what each agrees to have quoted."""


def at(day: str) -> datetime:
    """Return an instant like `1 April 10:01` of 2031, in Lisbon's time."""
    return datetime.strptime(f"2031 {day}", "%Y %d %B %H:%M").replace(tzinfo=ZoneInfo("Europe/Lisbon"))


async def type_words(world: World, name: str, words: str, word: str) -> Answer:
    answer = await world.slack.command(name, words, word=word)
    await settled(world)
    return answer


async def raise_hands(world: World, *names: str) -> None:
    """Have these agents raise a hand, one after another; nobody answers."""
    for name in names:
        await raise_hand(world, name)
        await settled(world)


async def see_theme(world: World, *agent_ids: str) -> None:
    """Report the theme *Tools and logins* once for each of these agents, as a debrief does."""
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        for nth, agent_id in enumerate(agent_ids):
            await themes.record_themes(
                session, team, ["tools"], source=f"meeting:{nth}", agent_id=agent_id, now=world.now
            )


async def ask_sponsor(world: World, words: str = ROADBLOCK, note: str = NOTE) -> None:
    """Have Ana raise a roadblock, and Tom take it and ask the sponsor."""
    await type_words(world, "ana", words, "/roadblock")
    await press_channel_card(world, "tom", words, "followups:take")
    await press_dm(world, "tom", words, "ask_sponsor")
    assert not (await world.slack.submit("tom", why=note)).errors
    await settled(world)


async def press_channel_card(world: World, name: str, words: str, action_id: str) -> None:
    found = await world.slack.messages("harbour-support", name)
    card = next(each for each in reversed(found) if words in str(each) and each.get("blocks"))
    rows = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    pressed = next(each for row in rows for each in row if each["action_id"] == action_id)
    value = {"action_id": pressed["action_id"], "value": pressed["value"]}
    await world.slack.do("actions", user=name, channel="harbour-support", ts=card["ts"], **value)
    await settled(world)


async def spend_the_month(world: World) -> None:
    """Do everything that a month tells, by using the bot."""
    await type_words(world, "ana", IDEA, "/idea")
    await type_words(world, "ben", OTHER_IDEA, "/idea")
    found = await world.slack.messages("harbour-support", "maya")
    card = next(each for each in found if IDEA in str(each))
    for name in ("maya", "chidi"):
        await world.slack.do("reactions", user=name, channel="harbour-support", ts=card["ts"], name="+1")
    await ask_sponsor(world)
    await raise_hands(world, "ana", "ben", "chidi")
    await see_theme(world, "U0ANA00000", "U0BEN00000", "U0CHIDI000")
    await type_words(world, "maya", "spike phones 42", "/queue")
    await type_words(world, "maya", "calm phones", "/queue")


async def drafts(world: World, name: str) -> list[Json]:
    return [each for each in await world.slack.messages("bot", name) if DRAFT in each["text"]]


async def sent(world: World, name: str = "grace") -> list[Json]:
    """Return the months that the sponsor got, oldest first."""
    return [each for each in await world.slack.messages("bot", name) if TITLE in each["text"]]


async def files(world: World, name: str = "grace") -> dict[str, list[list[str]]]:
    """Return the tables of the archive, without their headers."""
    with zipfile.ZipFile(io.BytesIO(await file_of(world, name))) as archive:
        return {
            each: [*csv.reader(io.StringIO(archive.read(each).decode("utf-8-sig"), newline=""))][1:]
            for each in archive.namelist()
        }


async def count(world: World) -> dict[str, int]:
    async with world.database.reading() as session:
        return {name: await session.scalar(text(sql)) or 0 for name, sql in COUNTS.items()}


async def change_team(world: World, **values: object) -> None:
    async with world.database.begin() as session:
        await session.execute(update(Team).values(**values))


async def leave(world: World, person_id: str) -> None:
    async with world.database.begin() as session:
        await session.execute(update(Person).where(Person.id == person_id).values(has_left=True))


async def add_second_team(world: World) -> None:
    """Add a team in #general with the same sponsor, and an idea of its own."""
    await make_second_team(world, leaders=["tom"], agents=["ana", "eli"])
    async with world.database.begin() as session:
        first, team = await session.scalars(select(Team).order_by(Team.id))
        team.sponsor_id = first.sponsor_id
        await recurring_jobs.replan_jobs(session, team, now=world.now)
        await queries.add(session, team, Kind.IDEA, "U0ELI00000", SECOND_IDEA, state=State.OPEN, now=world.now)
    await keep_only_jobs(world, *JOBS)


async def add_ideas(world: World, many: int) -> None:
    """Add ideas by Ana, more than anybody may type in a day."""
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        for nth in range(many):
            await queries.add(
                session, team, Kind.IDEA, "U0ANA00000", f"idea number {nth}", state=State.OPEN, now=world.now
            )


async def agree(world: World, agent_id: str, words: str, quoting: Quoting = Quoting.UNNAMED) -> int:
    """Have somebody raise a roadblock and agree to be quoted, both with or both without a name; return its id."""
    shown = Shown.WITH_MY_NAME if quoting is Quoting.NAMED else Shown.WITHOUT_MY_NAME
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        actor, details = Actor(world.workspace.id, agent_id), Details(shown, quoting=quoting)
        raised = await roadblocks.raise_roadblock(session, actor, team, words, details, now=world.now)
    await settled(world)
    return raised.followup.id


async def three_agree(world: World) -> list[int]:
    """Have three agents agree to be quoted without their names."""
    return [await agree(world, id, words) for id, words in THREE]


async def choose(world: World, name: str, words: str, action: str) -> None:
    """Press the button of the quote with these words in a leader's draft, or pick from its menu."""
    (draft,) = await drafts(world, name)
    block = next(each for each in draft["blocks"] if words in str(each))
    element = block["accessory"]
    value = element.get("value") or next(
        each["value"] for each in element["options"] if each["value"].startswith(action)
    )
    pressed = {"action_id": element["action_id"], "block_id": block["block_id"], "value": value}
    await world.slack.do("actions", user=name, channel="bot", ts=draft["ts"], **pressed)
    await settled(world)


async def close_pulse(world: World, *comments: str) -> None:
    """Close a round of the pulse with these comments, of which all but the last may be quoted."""
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        found, key = await pulse.open_round(
            session, team, STATEMENTS, ["U0ANA00000"] * 5, now=world.now, closes_at=world.now
        )
        await pulse.shred(session, found, key, now=world.now)
        found.levels, found.asked, found.answered = ["high", "low"], 5, 5
        said = [models.Answer(comment=each, may_be_quoted=each != comments[-1]) for each in comments]
        await pulse.add_comments(session, found, said, now=world.now)
