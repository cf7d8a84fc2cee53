"""Tests of `/shadow visits`: what each role sees, starting, pausing and resuming visits, and recurring themes."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.features.visits import nudges, themes
from bot.meetings.models import State
from bot.messages import suggestions
from bot.nudges.models import Nudge
from bot.org.teams.models import Team
from tests.handlers.drivers import dm, keep_only_jobs, opt_out_of_shadowing, press, settled
from tests.handlers.visits.drivers import OFFER, QUESTION, asked, host_of, latest, planned, visits
from tests.harness import World

THEME = "*Tools and logins* came up 3 times in 30 days"


async def test_list_of_visits_offers_the_sponsor_times_to_pick(tuesday: World) -> None:
    shown = str((await visits(tuesday, "grace")).ack)

    assert OFFER in shown
    assert "visits:pick:2" in shown


async def test_leader_sees_planned_visits_in_the_list_but_not_who_was_asked(tuesday: World) -> None:
    assert "No visit is booked." in str((await visits(tuesday, "maya")).ack)
    visit = await asked(tuesday)
    assert visit.attendee_id not in str((await visits(tuesday, "maya")).ack)
    assert "waiting for a host" in str((await visits(tuesday, "grace")).ack)
    assert "waiting for your answer" in str((await visits(tuesday, host_of(visit))).ack)

    await press(tuesday, host_of(visit), await dm(tuesday, host_of(visit), QUESTION), "meetings:yes")
    await settled(tuesday)
    assert f"(host: <@{visit.attendee_id}>)" in str((await visits(tuesday, "maya")).ack)


async def test_agent_gets_an_explanation_of_visits_and_can_opt_out(world: World) -> None:
    shown = await visits(world, "ana")

    assert "It's not an appraisal." in shown.text
    assert "settings:open_own:shadowing" in str(shown.ack)


async def test_leader_can_invite_the_sponsor_to_a_visit(tuesday: World) -> None:
    for _ in range(2):
        assert "I've invited <@U0GRACE000>" in (await visits(tuesday, "maya", "start")).text
    await settled(tuesday)
    said = [each for each in await tuesday.slack.said("bot", "grace") if "would like you to visit the team" in each]
    assert len(said) == 1

    await press(tuesday, "grace", await dm(tuesday, "grace", "would like you to visit the team"), "visits:pick:1")
    await settled(tuesday)
    await dm(tuesday, "grace", "I'll tell you when someone says yes.")
    assert (await latest(tuesday)).state == State.REQUESTED
    assert (await visits(tuesday, "maya", "start")).text.startswith("This team already has a visit booked or requested")


@pytest.mark.long
async def test_paused_visits_are_not_offered_until_resumed(world: World) -> None:
    assert "are paused. Visits already booked will go ahead." in (await visits(world, "maya", "pause")).text
    await keep_only_jobs(world, "visits", "meetings", "nudges")
    await world.move(timedelta(days=40))
    assert OFFER not in str(await world.slack.messages("bot", "grace"))
    assert "are paused. Its leaders" in str((await visits(world, "grace")).ack)
    assert (await visits(world, "maya", "start")).text.startswith("Visits to this team are paused")

    assert "are on again" in (await visits(world, "maya", "resume")).text
    await world.move(timedelta(days=3))
    await dm(world, "grace", OFFER)


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("maya", "strat", suggestions.not_understood("/shadow visits", "strat")),
        ("maya", "xyz", suggestions.not_understood("/shadow visits", "xyz")),
        ("ana", "pause", "Only the team's leaders can do that."),
        ("ana", "start", "Only the team's leaders can do that."),
        ("grace", "done", "You haven't made a visit in the last two weeks"),
    ],
)
async def test_visits_command_with_unclear_words_gets_help_or_a_refusal(
    world: World, name: str, words: str, answer: str
) -> None:
    assert (await visits(world, name, words)).text.startswith(answer)


@pytest.mark.long
async def test_not_this_month_button_postpones_the_offer_of_a_visit_by_a_month(tuesday: World) -> None:
    await press(tuesday, "grace", await dm(tuesday, "grace", OFFER), "nudges:not_now")
    await dm(tuesday, "grace", "Not this time.")
    said = str(await tuesday.slack.said("bot", "grace")).count(OFFER)
    await keep_only_jobs(tuesday, "visits", "meetings", "nudges")
    await tuesday.move(timedelta(days=25))
    assert str(await tuesday.slack.said("bot", "grace")).count(OFFER) == said
    await tuesday.move(timedelta(days=7))
    assert str(await tuesday.slack.said("bot", "grace")).count(OFFER) == said + 1


async def test_offer_of_a_visit_explains_why_it_was_made(tuesday: World) -> None:
    await press(tuesday, "grace", await dm(tuesday, "grace", OFFER), "nudges:why")
    shown = str((await tuesday.slack.views("grace"))[-1])

    assert "You're the sponsor of" in shown
    assert "“sponsor visits”" in shown


async def forget_reminders_of_other_kinds(world: World) -> None:
    async with world.database.begin() as session:
        await session.execute(delete(Nudge).where(Nudge.kind != nudges.THEME))


async def test_leaders_and_sponsor_are_told_once_about_a_recurring_theme(tuesday: World) -> None:
    await opt_out_of_shadowing(tuesday)
    async with tuesday.database.begin() as session:
        team = await session.get_one(Team, 1)
        for who in ("U0ANA00000", "U0BEN00000", "U0CHIDI000"):
            await themes.record_themes(session, team, ["tools"], source=f"meeting:{who}", agent_id=who, now=tuesday.now)
    heard = {"maya": 0, "grace": 0}
    for _ in range(8):
        await forget_reminders_of_other_kinds(tuesday)
        await tuesday.move(timedelta(days=1))
        for name in heard:
            flagged = [each for each in await tuesday.slack.messages("bot", name) if THEME in str(each)]
            if len(flagged) > heard[name]:
                heard[name] = len(flagged)
                await press(tuesday, name, flagged[-1], "visits:noted")
                await settled(tuesday)
                assert "Done." in str(await dm(tuesday, name, THEME))

    assert heard == {"maya": 1, "grace": 1}


async def test_theme_is_shown_only_once_wrap_ups_about_three_people_name_it(tuesday: World) -> None:
    for name, counted in (("ben", []), ("chidi", []), ("dina", [("answers", 3)])):
        await tuesday.slack.command("maya", f"done @{name}", word="/shadow")
        await tuesday.slack.submit("maya", learnt="They know every shortcut", themes=["answers"])
        await settled(tuesday)
        async with tuesday.database.reading() as session:
            team = await session.get_one(Team, 1)
            month = (tuesday.now - timedelta(days=1), tuesday.now + timedelta(seconds=1))
            assert await themes.find_shown_themes(session, team, month) == counted


async def test_home_shows_the_planned_visit_to_sponsor_and_host(tuesday: World) -> None:
    visit = await planned(tuesday)
    for name, other in (("grace", visit.attendee_id), (host_of(visit), "U0GRACE000")):
        await tuesday.slack.do("home/open", user=name)
        await settled(tuesday)
        view = (await tuesday.slack.look("home", user=name))["view"]
        assert f"*Coming up*\n• <@{other}>, *" in str(view["blocks"]).replace("\\n", "\n")
