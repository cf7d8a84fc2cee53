"""Tests of quiz questions: people pick answers, and later the right answer and the team's result are posted."""

import pytest
from sqlalchemy import func, select

from bot.features.fun_tank.models import Movement
from bot.features.fun_tank.rules import Cause
from bot.features.rituals import catalog, models, rules
from bot.features.rituals.catalog import Prompt
from bot.features.rituals.models import Participation, QuizAnswer
from tests.handlers.drivers import button, dm, settled
from tests.handlers.rituals.drivers import local, press_listed, ritual_runs, said, until
from tests.handlers.rituals.quiz import TEN_PAST, answered, asked, card, note, press, shown, thread, turned_on
from tests.harness import World


async def test_quiz_posts_a_question_and_later_its_answer_and_the_score(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, TEN_PAST)
    theirs = rules.quiz_answers(*await asked(sunday))
    question = await card(sunday)
    assert f"{local(question):%a %-d %H:%M}" == "Tue 4 11:30"
    assert all(each in question["text"] for each in theirs), "one line says it all"

    await answered(sunday, "ana", "ben", wrong=["maya"])
    assert await note(sunday, "maya") == f"You picked *{theirs[1]}*. You can change it until the answer is out."
    assert "answered" not in str(await card(sunday)), "the card stays as it was"
    await press(sunday, "maya", right=True)
    await press(sunday, "ben", right=False)
    assert await thread(sunday) == []
    await until(sunday, "4 March 14:25")
    assert await shown(sunday, "choices")
    await until(sunday, "4 March 14:35")

    told = f"*{theirs[0]}*. 2 of the 3 who answered knew it."
    assert not await shown(sunday, "choices")
    assert told in await shown(sunday, "answer")
    assert (await card(sunday))["text"].endswith(told)
    assert await thread(sunday) == [], "the answer is told once, on the card"
    assert not await shown(sunday, "lately"), "one question is no score"

    await until(sunday, "11 March 11:40")
    await answered(sunday, "ana", wrong=["ben", "maya"])
    await until(sunday, "11 March 14:35")
    assert "On 1 of the last 2 questions, at least half of those who answered" in await shown(sunday, "lately")


@pytest.mark.long
async def test_person_who_answers_a_quiz_several_times_counts_once_as_taking_part(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, TEN_PAST)
    await answered(sunday, "ana", "ana", wrong=["ana"])
    question = await card(sunday)
    await sunday.slack.do("reactions", user="ana", channel="harbour-support", ts=question["ts"], name="tada")
    await settled(sunday)

    async with sunday.database.reading() as session:
        assert (await session.scalars(select(Participation.person_id))).all() == ["U0ANA00000"]
        assert await session.scalar(select(func.count()).where(Movement.cause == Cause.RITUAL)) == 1
        assert (await session.scalars(select(QuizAnswer.said))).all() == [rules.quiz_answers(*await asked(sunday))[1]]


async def test_person_outside_the_team_cannot_answer_a_quiz(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, TEN_PAST)
    await press(sunday, "grace", right=True)

    assert "Only members of this team can pick an answer." in await note(sunday, "grace")
    async with sunday.database.reading() as session:
        assert not (await session.scalars(select(QuizAnswer))).all()
        assert not (await session.scalars(select(Participation))).all()


async def test_quiz_answer_picked_after_the_result_does_not_count(sunday: World) -> None:
    """Slack may still show the buttons on a card that was not yet updated."""
    await turned_on(sunday)
    await until(sunday, TEN_PAST)
    await answered(sunday, "ben")
    await sunday.slack.do("faults", method="chat.update", status=503, times=1000)
    await until(sunday, "4 March 14:31")
    await answered(sunday, "ana", wrong=["ben"])

    assert "The answer is already out" in await note(sunday, "ana")
    assert "The answer is already out" in await note(sunday, "ben")
    async with sunday.database.reading() as session:
        assert (await session.scalars(select(QuizAnswer.said))).all() == [rules.quiz_answers(*await asked(sunday))[0]]
        assert (await session.scalars(select(Participation.person_id))).all() == ["U0BEN00000"]


@pytest.mark.parametrize("names", [[], ["ana", "ben"]])
@pytest.mark.long
async def test_quiz_result_of_fewer_than_three_answers_is_not_shown(sunday: World, names: list[str]) -> None:
    await turned_on(sunday)
    for day in (4, 11):
        await until(sunday, f"{day} March 11:40")
        await answered(sunday, wrong=names)
        await until(sunday, f"{day} March 14:35")

    right = rules.quiz_answers(*await asked(sunday))[0]
    assert (await card(sunday))["text"].endswith(f":white_check_mark: *{right}*.")
    assert await thread(sunday) == []
    assert not await shown(sunday, "lately")


async def test_preview_of_a_quiz_question_does_not_show_its_answers(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, "3 March 15:00")
    ritual, occasion = next(each for each in await ritual_runs(sunday) if each[0].slug == "trivia")
    await press_listed(sunday, "ana", "rituals:preview", "trivia")
    await press_listed(sunday, "maya", "rituals:change", "trivia")
    await sunday.slack.submit("maya", often="every week", weekday="1", at="12:30")

    for name in ("ana", "maya"):
        told = str((await sunday.slack.views(name))[-1]["blocks"])
        assert occasion.prompt in told
        assert not any(each in told for each in rules.quiz_answers(ritual, occasion))
    host = str(occasion.host_id)[2:].rstrip("0").lower()
    asked = await dm(sunday, host, "to host *Trivia*")
    assert occasion.prompt not in str(asked), "whoever hosts plays too"
    assert "Pick an answer like everyone else" in asked["text"]


@pytest.mark.parametrize("kept", [(), ("Another one", "One more")])
async def test_quiz_result_is_not_shown_if_the_question_was_changed_in_the_catalog(
    sunday: World, monkeypatch: pytest.MonkeyPatch, kept: tuple[str, ...]
) -> None:
    await turned_on(sunday)
    await until(sunday, TEN_PAST)
    await answered(sunday, "ana", "ben", "maya")
    _, occasion = await asked(sunday)
    changed = Prompt(ask=occasion.prompt, answers=kept)
    trivia = catalog.load_catalog()["trivia"].model_copy(update={"prompts": (changed,)})
    monkeypatch.setattr(models, "load_catalog", lambda: {**catalog.load_catalog(), "trivia": trivia})
    await until(sunday, "4 March 14:35")

    told = "*Another one*." if kept else "This question has changed since I posted it"
    assert told in (await card(sunday))["text"]
    assert "who answered" not in str(await card(sunday))
    assert await thread(sunday) == []


async def test_team_can_write_its_own_quiz_question(sunday: World) -> None:
    await press_listed(sunday, "maya", "rituals:new", "")
    wrong = await sunday.slack.submit("maya", name="Tea time", words="Sit down.", prompts="Which tea? | Green")
    assert wrong.errors["prompts"] == (
        "A question needs 2 to 4 different answers of up to 75 characters, the right one first, like "
        "`What does FAQ stand for? | Frequently asked questions | Fast answer queue`. "
        "Check this line: “Which tea? | Green”."
    )
    await sunday.slack.submit("maya", name="Tea time", words="Sit down.", prompts="Which tea? | Green | Red <3")
    await sunday.slack.submit("maya", often="every week", weekday="1", at="11:30")
    await sunday.slack.submit("maya")
    await until(sunday, TEN_PAST)
    (_, tea) = (await said(sunday))[-1]
    for name in ("ana", "ben", "maya"):
        nth = next(nth for nth in range(2) if "Red" in button(tea, f"rituals:answer:{nth}")["value"])
        pressed = button(tea, f"rituals:answer:{nth}")
        await sunday.slack.do("actions", user=name, channel="harbour-support", ts=tea["ts"], **pressed)
    await settled(sunday)
    assert await note(sunday, "ana") == "You picked *Red &lt;3*. You can change it until the answer is out."
    await until(sunday, "4 March 14:35")

    (_, tea) = (await said(sunday))[-1]
    assert "*Green*. A hard one: none of the 3 who answered knew it." in tea["text"]
    slug = next(ritual.slug for ritual, _ in await ritual_runs(sunday) if ritual.own)
    await press_listed(sunday, "maya", "rituals:change", slug)
    form = (await sunday.slack.views("maya"))[-1]["blocks"]
    assert form[2]["element"]["initial_value"] == "Which tea? | Green | Red <3"
