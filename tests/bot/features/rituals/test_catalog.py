"""Data files of the ritual catalog: each is complete, and errors name the file, the line and the field."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.features.rituals import catalog, recurrence, rules
from bot.features.rituals.catalog import RitualTemplate
from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.recurrence import Frequency

GOOD = """\
name: Tea time
about: A cup together.
when: FREQ=WEEKLY;BYDAY=TU
at: 9:30
words: Put the kettle on.
prompts:
  - Which cup is yours?
  - ask: How long does green tea need?
    answers: [Two minutes, Ten minutes]
"""


@pytest.mark.parametrize("slug", list(catalog.load_catalog()))
def test_every_ritual_in_the_catalog_is_complete(slug: str) -> None:
    recipe = catalog.load_catalog()[slug]

    assert not recipe.prompts or len(recipe.prompts) >= (8 if recipe.pack else 40), "a pack asks once a year each"
    assert all(each.ask[0].isupper() and each.ask[-1] in "?." and len(each.ask) < 120 for each in recipe.prompts)
    assert recipe.about
    assert "special days" not in recurrence.describe_rule(recipe.when, recipe.at)


def test_weekly_rituals_have_prompts_for_a_year() -> None:
    weekly = [each for each in catalog.load_catalog().values() if when(each) is Frequency.WEEKLY and each.prompts]

    assert all(len(each.prompts) >= 53 for each in weekly)


def when(recipe: RitualTemplate) -> Frequency | None:
    read = recurrence.parse_rule(recipe.when)
    return read.often if read else None


def test_trivia_questions_have_two_to_four_different_answers_that_fit_on_a_button() -> None:
    prompts = catalog.load_catalog()["trivia"].prompts

    assert len(prompts) >= 60
    assert all(2 <= len({answer.casefold() for answer in each.answers}) == len(each.answers) <= 4 for each in prompts)
    assert all(len(answer) <= 75 for each in prompts for answer in each.answers)


def test_trivia_answers_are_always_shuffled_into_the_same_order() -> None:
    trivia = Ritual("T1", 1, "trivia", "FREQ=WEEKLY;BYDAY=TU", time(11))
    places = set()
    for id, prompt in enumerate(trivia.existing_template.prompts):
        occasion = RitualRun("T1", 1, 1, date(2031, 3, 4), datetime(2031, 3, 4, tzinfo=UTC), prompt.ask)
        occasion.id = id
        mixed = rules.shuffled_answers(trivia, occasion)
        assert sorted(mixed) == sorted(prompt.answers)
        assert mixed == rules.shuffled_answers(trivia, occasion)
        places.add(mixed.index(prompt.answers[0]))

    assert places == {0, 1, 2}


def test_default_rituals_are_three_weekly_rituals_and_customer_service_week() -> None:
    given = {slug: each.pack for slug, each in catalog.load_catalog().items() if each.default}

    assert [slug for slug, pack in given.items() if not pack] == ["kickoff", "question", "wins"]
    assert [pack for pack in given.values() if pack] == ["Customer Service Week"] * 5


def test_valid_ritual_file_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "tea.yaml").write_text(GOOD)

    tea = catalog.load_templates(tmp_path)["tea"]

    assert f"{tea.at:%H:%M}" == "09:30"
    assert tea.prompts[1].answers == ("Two minutes", "Ten minutes")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("name: Tea time", "nam: Tea time", "tea.yaml, line 1, name: this field is missing"),
        ("name: Tea time", "nam: Tea time", "tea.yaml, line 1, nam: unknown field; put words with a colon in quotes"),
        ("FREQ=WEEKLY;BYDAY=TU", "on Tuesdays", "tea.yaml, line 3, when: I can't read this rule; write one"),
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=HOURLY", "tea.yaml, line 3, when: I can't read this rule"),
        ("9:30", "half past nine", "tea.yaml, line 4, at: write the time like 09:30"),
        ("- Which cup is yours?", "- Tell us: which cup?", "tea.yaml, line 7, prompts: "),
        ("- Which cup is yours?", "- Which cup? Well: tell: us", "tea.yaml, line 7: mapping values are not allowed"),
        ("- Which cup is yours?", "- how long does green tea need?", "tea.yaml, line 7, prompts: “how long"),
        ("[Two minutes, Ten minutes]", "[Two minutes]", "tea.yaml, line 9, prompts: write 2 to 4 answers, the right"),
        ("Ten minutes]", "two minutes]", "tea.yaml, line 9, prompts: write each answer only once"),
        ("Ten minutes]", f"{'x' * 76}]", "tea.yaml, line 9, prompts: "),
        ("words: Put the kettle on.", "words:", "tea.yaml, line 5, words: "),
    ],
)
def test_mistake_in_a_ritual_file_is_reported_with_its_line_number(
    tmp_path: Path, was: str, becomes: str, told: str
) -> None:
    (tmp_path / "tea.yaml").write_text(GOOD.replace(was, becomes))

    with pytest.raises(OperatorError) as error:
        catalog.load_templates(tmp_path)

    assert told in str(error.value)
