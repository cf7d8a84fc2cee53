"""Tests of the fun tank end to end: the gauge of `/funtank`, what moves it, and nudges to leaders when it is low."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from bot.features.fun_tank import ledger, queries, rules
from bot.features.fun_tank.models import Movement, PrivateEntry, Tank
from bot.features.fun_tank.nudges import LOW
from bot.features.fun_tank.rules import MIN_PEOPLE, Cause, Help
from bot.features.shoutouts import queries as shoutouts_queries
from bot.features.spikes.models import Spike
from bot.features.spikes.models import State as SpikeState
from bot.messages import suggestions
from bot.nudges import models
from bot.nudges.models import Nudge, NudgeState
from bot.org.teams.models import Team
from bot.workflows import fun_tank
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.handlers.home.drivers import SOON
from tests.handlers.shadowing.drivers import MONDAY, a_day, over
from tests.harness import Answer, Slack, World, eventually
from tests.snapshots import Resume

SUNDAY = datetime(2031, 3, 2, 12, tzinfo=UTC)
MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


async def funtank(slack: Slack, words: str = "", user: str = "ana") -> Answer:
    return await slack.command(user, words, word="/funtank")


async def move(world: World, cause: Cause, amount: int, about: str = "test") -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await ledger.record_movement(session, team, cause, about=about, amount=amount, now=world.now)
        await fun_tank.announce_full(session, team, now=world.now)


async def level(world: World) -> int:
    async with world.database.reading() as session:
        return await queries.fetch_level(session, (await session.scalars(select(Team))).one())


async def movements(world: World) -> list[tuple[str, int]]:
    async with world.database.reading() as session:
        rows = await session.scalars(select(Movement).where(Movement.cause != Cause.START).order_by(Movement.id))
        return [(each.cause, each.amount) for each in rows]


async def reset_tank(world: World) -> None:
    """Delete the demo team's fun tank and its movements, so that it starts from scratch."""
    async with world.database.begin() as session:
        for table in (Movement, Tank):
            await session.execute(delete(table))


async def test_new_fun_tank_is_shown_with_one_suggestion(world: World, slack: Slack) -> None:
    await reset_tank(world)
    answer = await funtank(slack)

    assert answer.text == (
        "*Fun tank for <#C0HARBOURS>:* ▰▰▰▰▰▰▱▱▱▱ 60 out of 100.\n"
        "Nothing has changed it in the last seven days.\n"
        "Who helped you this week? Thank them with `/shoutout @name for …`.\n"
        "I count what happened, not who did it. Everyone in the team can see this."
    )
    kinds = [block["type"] for block in answer.ack["blocks"]]
    assert kinds == ["section", "section", "section", "context"]


@pytest.mark.long
async def test_gauge_shows_changes_by_cause_and_the_level_of_each_week(sunday: World) -> None:
    await reset_tank(sunday)
    slack = sunday.slack
    await slack.command("maya", "@ana @ben for staying calm")
    await slack.command("ben", "private @eli for the quiet word")
    await sunday.move(8 * A_DAY)
    await slack.command("ana", "@ben for the second screen")
    answer = await funtank(slack, user="ben")

    assert "▰▰▰▰▰▰▱▱▱▱ 56 out of 100." in answer.text
    assert "• +1 from 1 public shout-out\n• –5 because it empties a little every working day (5 days)" in answer.text
    assert not any(each in answer.text for each in ("U0ANA", "U0BEN", "U0MAYA"))
    (weeks,) = [block["text"]["text"] for block in answer.ack["blocks"] if block["block_id"] == "weeks"]
    assert [line.split()[:2] for line in weeks.splitlines()[1:]] == [["▰▰▰▰▰▰▱▱▱▱", "60"], ["▰▰▰▰▰▰▱▱▱▱", "56"]]


async def test_fun_tank_command_with_misspelled_or_unknown_words_gets_a_suggestion(slack: Slack) -> None:
    assert "`/funtank` shows how full it is" in (await funtank(slack, "help")).text
    assert suggestions.not_understood("/funtank", "hlep") in (await funtank(slack, "hlep")).text
    assert suggestions.not_understood("/funtank", "dance") in (await funtank(slack, "dance")).text
    assert "Fun tank for" in (await slack.command("grace", "funtank", word="/steward")).text


async def test_shoutout_adds_a_point_to_the_fun_tank_and_undo_removes_it(world: World, slack: Slack) -> None:
    await reset_tank(world)
    await slack.command("maya", "@ana for staying calm")
    await world.move(SOON)
    assert await movements(world) == [("shout-out", 1)]
    (note,) = await slack.notes("maya")
    await slack.press("maya", "shoutouts:undo", channel="harbour-support", ts=note["ts"])
    await world.sandbox.settled()

    assert await movements(world) == [("shout-out", 1), ("shout-out", -1)]
    assert await level(world) == 60


async def test_private_shoutout_is_counted_separately_and_anonymously(world: World, slack: Slack) -> None:
    await reset_tank(world)
    await slack.command("maya", "private @ana for the quiet word")
    await world.move(SOON)

    assert await movements(world) == []
    async with world.database.reading() as session:
        (entry,) = await session.scalars(select(PrivateEntry))
    assert (entry.cause, entry.amount) == ("private thanks", 1)
    assert not {"U0MAYA0000", "U0ANA00000"} & set(vars(entry).values())


async def test_thanks_by_message_and_reaction_fill_the_tank_once_per_giver(world: World, slack: Slack) -> None:
    await reset_tank(world)
    said = await slack.do("messages", user="maya", channel="harbour-support", text="Kudos to <@U0ANA00000> for calm")
    await world.sandbox.settled()
    ts = said["ts"]
    for name in ("raised_hands", "raised_hands::skin-tone-4"):
        await slack.do("reactions", user="tom", channel="harbour-support", ts=ts, name=name)
        await world.sandbox.settled()
        await world.move(SOON)
    assert await level(world) == 62

    await slack.do("reactions", user="tom", channel="harbour-support", ts=ts, name="raised_hands", remove=True)
    await world.sandbox.settled()
    assert await level(world) == 62
    await slack.do(
        "reactions", user="tom", channel="harbour-support", ts=ts, name="raised_hands::skin-tone-4", remove=True
    )
    await slack.do("messages/delete", user="maya", channel="harbour-support", ts=ts)
    await world.sandbox.settled()
    assert await level(world) == 60


async def test_reopened_spike_costs_points_for_its_total_length(world: World, slack: Slack) -> None:
    await reset_tank(world)
    for minutes in (48, 12):
        await slack.command("ana", "spike phones 42 waiting", word="/queue")
        await world.move(minutes * MINUTE)
        await slack.command("ana", "calm phones", word="/queue")
        await world.move(12 * MINUTE)

    assert await movements(world) == [("spike", -7), ("spike", 7), ("spike", -8)]
    assert "• –8 from 1 queue spike" in (await funtank(slack)).text


@pytest.mark.long
async def test_private_roadblock_that_is_removed_counts_once_and_only_in_the_weekly_sum(resume: Resume) -> None:
    async with resume(a_day, at=MONDAY) as world:
        await over(world)
        await press(world, "maya", await dm(world, "maya", "How did it go with"), "shadowing:wrap_up")
        await world.slack.submit("maya", roadblock="two logins a call", due="2031-03-12")
        await settled(world)
        await world.move(A_DAY * 7)
        await press(world, "maya", await dm(world, "maya", "You wanted to clear this roadblock by"), "followups:answer")
        await world.slack.submit("maya", why="one login from Monday on")
        await settled(world)
        told = await dm(world, "ana", "two logins a call")
        for _ in range(2):
            await press(world, "ana", told, "followups:confirm")
            await world.sandbox.settled()

        assert not [amount for cause, amount in await movements(world) if cause == Cause.ROADBLOCK]
        async with world.database.reading() as session:
            (entry,) = await session.scalars(select(PrivateEntry))
        assert (entry.cause, entry.amount) == ("private follow-up", 4)
        assert "logins" not in (await funtank(world.slack)).text


async def test_full_tank_is_announced_once(sunday: World) -> None:
    await sunday.move(A_DAY)
    for number, cause in enumerate((Cause.CELEBRATION, Cause.CELEBRATION, Cause.PROMISE)):
        await move(sunday, cause, 8, f"{number}")
        await settled(sunday)

    said = [text for text in await sunday.slack.said("harbour-support", "ana") if "The fun tank is above" in text]
    assert said == [":sunflower: The fun tank is above 80 out of 100. `/funtank` shows what filled it."]


async def test_fun_tank_drains_on_working_days_only(sunday: World) -> None:
    await reset_tank(sunday)
    async with sunday.database.begin() as session:
        (await session.scalars(select(Team))).one().settings = {"hours": {"country": "PT"}}
    await keep_only_jobs(sunday, "fun_tank")
    await sunday.move(7 * A_DAY)  # Tuesday, 4 March is Carnival, which is not a public holiday
    assert await level(sunday) == 55

    await sunday.move(datetime(2031, 4, 11, 0, tzinfo=UTC))
    before = await level(sunday)
    await sunday.move(datetime(2031, 4, 14, 0, tzinfo=UTC))  # Good Friday and a weekend
    assert await level(sunday) == before


async def test_leader_is_nudged_about_a_low_tank_at_the_start_of_the_week(sunday: World) -> None:
    await reset_tank(sunday)
    await move(sunday, Cause.SPIKE, -20)
    await move(sunday, Cause.PRIVATE, -11)
    await sunday.move(A_DAY)
    for name in ("tom", "maya"):
        card = await dm(sunday, name, "is at 28 out of 100. Queue spikes have drained it a lot.")
    assert "Early in the week works best." in card["text"]
    assert "fun tank" not in str(await sunday.slack.messages("bot", "ana"))

    await press(sunday, "maya", card, "tank:yes")
    await eventually(lambda: answered(sunday, "U0MAYA0000"))


async def answered(world: World, person_id: str) -> bool:
    async with world.database.reading() as session:
        theirs = select(Nudge.state).where(Nudge.kind == LOW, Nudge.person_id == person_id)
        return (await session.scalars(theirs)).one() == NudgeState.DONE


@pytest.mark.long
async def test_nudge_about_a_low_tank_is_sent_before_the_usual_peak_of_the_queues(sunday: World) -> None:
    """Queues are busiest on Thursdays at 14:00.

    A leader is told on Thursday morning that the tank got low on Tuesday afternoon.
    """
    async with sunday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        for weeks in (1, 2, 3):
            at = SUNDAY - timedelta(weeks=weeks) + timedelta(days=4, hours=2)
            spike = Spike(team.workspace_id, team.id, "phones", "phones", "grafana", opened_at=at, heard_at=at)
            spike.state, spike.resolved_at = SpikeState.RESOLVED, at
            session.add(spike)
    await sunday.move(SUNDAY + timedelta(days=2, hours=3))
    await move(sunday, Cause.DRAIN, 20 - await level(sunday))
    await sunday.move(SUNDAY + timedelta(days=3, hours=20))
    assert await said(sunday) == []

    await sunday.move(SUNDAY + timedelta(days=4))
    card = await dm(sunday, "maya", "Your queues are usually busiest on Thursdays from 14:00, so do it")
    assert "of 100" in card["text"]


async def said(world: World) -> list[models.Nudge]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Nudge).where(Nudge.kind == LOW)))


async def test_tank_level_is_shown_on_everybodys_home(world: World, slack: Slack) -> None:
    await reset_tank(world)
    for user in ("ana", "maya", "grace"):
        await slack.do("home/open", user=user)
        await eventually(lambda user=user: stands_at_home(slack, user))


async def stands_at_home(slack: Slack, user: str) -> bool:
    view = (await slack.look("home", user=user))["view"]
    return "▰▰▰▰▰▰▱▱▱▱ 60 out of 100" in str(view)


async def test_team_settings_decide_when_the_tank_counts_as_full_and_is_announced(world: World, slack: Slack) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        team.settings = {"tank": {"high": 65, "is_told": False}}
    await move(world, Cause.CELEBRATION, 8)
    await settled(world)

    assert not any("fun tank" in text for text in await slack.said("harbour-support", "ana"))
    assert "Nothing to do right now." in (await funtank(slack)).text


async def test_tank_of_the_demo_team_is_consistent_with_the_teams_shoutouts(world: World) -> None:
    async with world.database.reading() as session:
        team = (await session.scalars(select(Team))).one()
        given, _ = await shoutouts_queries.given_between(
            session, team, shoutouts_queries.week_before(team, world.now), world.now
        )
        gauge = await queries.fetch_gauge(session, team, now=world.now)

    assert gauge.moved[Cause.SHOUTOUT].times == len(given) >= MIN_PEOPLE
    assert rules.suggest_help(gauge.level, 80, gauge.moved) is not Help.THANK
    assert 40 <= gauge.level <= 80
    assert len(gauge.weeks) > 1
