"""Tests of `/funtank rituals`: the list, changes by leaders, and the focus of the week."""

import pytest

from bot.messages import suggestions
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.handlers.rituals.drivers import channel, listing, press_listed, ritual_runs, said, until
from tests.handlers.spikes.drivers import FIRING, RESOLVED, signal
from tests.harness import World


async def shown(world: World, name: str = "maya") -> str:
    return str((await listing(world, name)).ack["blocks"])


async def sheet(world: World, name: str = "maya") -> str:
    return str((await world.slack.views(name))[-1]["blocks"])


async def test_list_shows_when_each_ritual_is_posted_and_who_hosts_it(sunday: World) -> None:
    await until(sunday, "3 March 9:00")
    said = await shown(sunday, "ana")

    assert "*Question of the day*, every Wednesday at 10:00" in said
    assert "Next: Monday, 3 March at 09:30, hosted by <@U0" in said
    assert "More rituals" in said
    assert "rituals:preview" in said
    assert "rituals:off" not in said, "an agent sees, a leader changes"
    assert "rituals:off" in await shown(sunday, "maya")


@pytest.mark.long
async def test_ritual_that_is_turned_off_is_not_posted_and_its_host_is_told(sunday: World) -> None:
    await until(sunday, "4 March 15:00")
    host = next(each.host_id for ritual, each in await ritual_runs(sunday) if ritual.slug == "question")
    await press_listed(sunday, "maya", "rituals:off", "question")

    assert "every Wednesday at 10:00" not in await shown(sunday)
    await dm(sunday, str(host)[2:].rstrip("0").lower(), "is off this time")
    await until(sunday, "6 March 12:00")
    assert not await channel(sunday, "Question of the day")


async def test_form_that_turns_a_ritual_on_shows_its_dates_before_it_is_saved(sunday: World) -> None:
    await press_listed(sunday, "maya", "rituals:on", "gratitude")
    await sunday.slack.submit("maya", often="first", weekday="1", at="11:00")

    told = await sheet(sunday)
    assert "*On the first Tuesday of the month at 11:00*" in told
    assert "• Tuesday, 4 March at 11:00\\n• Tuesday, 1 April at 11:00" in told
    assert "Thank a colleague in the thread." in told
    assert "first Tuesday" not in await shown(sunday), "nothing counts yet"
    await sunday.slack.submit("maya")
    assert "*Gratitude chain*: on the first Tuesday of the month at 11:00" in await sheet(sunday)
    await until(sunday, "4 March 12:00")
    assert [at for at, message in await said(sunday) if "Gratitude" in message["text"]] == ["Tue 4 11:00"]


async def test_ritual_time_outside_working_hours_shows_an_error(sunday: World) -> None:
    await press_listed(sunday, "maya", "rituals:change", "wins")
    answer = await sunday.slack.submit("maya", often="every week", weekday="4", at="22:00")

    assert answer.errors["at"].startswith("Your team works Mon, Tue, Wed, Thu, Fri from 09:00 to 17:00.")


@pytest.mark.long
async def test_team_can_create_and_remove_a_custom_ritual(sunday: World) -> None:
    await press_listed(sunday, "maya", "rituals:new", "")
    words = "Put the <!channel> kettle on & sit down."
    await sunday.slack.submit("maya", name="Tea time", words=words, prompts="Which cup is yours?\n\nWhich tea?")
    await sunday.slack.submit("maya", often="every week", weekday="1", at="15:30")
    await sunday.slack.submit("maya")
    await until(sunday, "12 March 12:00")

    tea = [(at, message) for at, message in await said(sunday) if "Tea time" in message["text"]]
    assert [at for at, _ in tea] == ["Tue 4 15:30", "Tue 11 15:30"]
    assert {str(message["text"]) for _, message in tea} == {"Tea time: Which cup is yours?", "Tea time: Which tea?"}
    assert "&lt;!channel&gt; kettle on &amp; sit" in str(tea)

    slug = next(ritual.slug for ritual, _ in await ritual_runs(sunday) if ritual.own)
    await press_listed(sunday, "maya", "rituals:off", slug)
    await press_listed(sunday, "maya", "rituals:remove", slug)
    assert "Tea time" not in await shown(sunday)


@pytest.mark.parametrize("name", ["maya", "ana"])
async def test_preview_shows_the_text_and_schedule_of_a_ritual(sunday: World, name: str) -> None:
    await press_listed(sunday, name, "rituals:preview", "two_truths")

    told = await sheet(sunday, name)
    assert "two true sentences and a false one" in told
    assert "Off. When you turn it on, it runs on the third Tuesday of the month at 14:00" in told
    assert "I use 40 prompts in turn." in told


async def test_prompt_in_the_preview_of_a_ritual_is_the_one_that_is_posted(sunday: World) -> None:
    await until(sunday, "4 March 15:00")
    await press_listed(sunday, "ana", "rituals:preview", "question")
    told = await sheet(sunday, "ana")
    await until(sunday, "5 March 12:00")

    (_, message) = (await said(sunday))[-1]
    assert message["text"].removeprefix("Question of the day: ") in told


@pytest.mark.long
async def test_only_leaders_can_choose_the_focus_of_the_week(sunday: World) -> None:
    await until(sunday, "3 March 9:45")
    (_, kickoff) = (await said(sunday))[-1]
    for name, action in (("ana", "rituals:pace"), ("maya", "rituals:care")):
        pressed = {"action_id": action, "value": kickoff["blocks"][4]["elements"][0]["value"]}
        await sunday.slack.do("actions", user=name, channel="harbour-support", ts=kickoff["ts"], **pressed)
        await settled(sunday)

    (_, kickoff) = (await said(sunday))[-1]
    leans = "This week's focus: *care*. Take the time each customer needs."
    assert f"{leans} Chosen by <@U0MAYA0000>." in str(kickoff["blocks"])
    assert "Only the team's leaders can do that." in str(await sunday.slack.notes("ana"))
    await signal(sunday, FIRING, 42)
    spikes = [each for each in await sunday.slack.messages("harbour-support", "ana") if "*phones*" in each["text"]]
    assert leans in str(spikes)
    await signal(sunday, RESOLVED)
    await until(sunday, "10 March 10:00")
    (_, kickoff) = (await said(sunday))[-1]
    assert "What's our focus this week" in str(kickoff["blocks"])


@pytest.mark.parametrize(
    ("words", "answer"),
    [("ritual", suggestions.not_understood("/funtank", "ritual")), ("help", "*Fun tank*")],
)
async def test_rituals_command_with_unknown_words_gets_help_or_a_suggestion(
    sunday: World, words: str, answer: str
) -> None:
    assert (await sunday.slack.command("ana", words, word="/funtank")).text.startswith(answer)


@pytest.mark.long
async def test_prompts_of_a_ritual_are_not_repeated_within_four_weeks(sunday: World) -> None:
    """The ritual has 60 prompts, and is posted on every working day of four weeks."""
    await press_listed(sunday, "maya", "rituals:change", "question")
    await sunday.slack.submit("maya", often="every working day", weekday="0", at="10:00")
    await sunday.slack.submit("maya")
    await keep_only_jobs(sunday, "rituals")
    await until(sunday, "31 March 12:00")

    asked = [each.prompt for ritual, each in await ritual_runs(sunday) if ritual.slug == "question"]
    assert len(asked) == len(set(asked)) == 22


async def test_agents_cannot_change_rituals_with_buttons(sunday: World) -> None:
    await listing(sunday, "maya")
    await settled(sunday)
    note = (await sunday.slack.notes("maya"))[-1]
    await sunday.slack.command("ana", "rituals", word="/funtank")
    theirs = (await sunday.slack.notes("ana"))[-1]
    assert "rituals:off" in str(note["blocks"])
    assert "rituals:off" not in str(theirs["blocks"])
    await press(sunday, "ana", {**theirs, "blocks": note["blocks"]}, "rituals:off")
    await settled(sunday)
    assert "every Wednesday at 10:00" in await shown(sunday)
