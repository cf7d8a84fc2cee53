"""Tags and reasons of shout-outs."""

import pytest

from bot.errors import Refusal
from bot.features.shoutouts import rules
from bot.features.shoutouts.rules import LONGEST_REASON, find_values
from tests.bot.workflows.shoutouts.test_give import VALUES


def test_unknown_tags_in_a_shoutout_are_returned_with_the_most_similar_team_value() -> None:
    tags = rules.unknown_tags("#empaty #4711 #sunshine #Craft", ["empathy", "craft"])

    assert tags == {"empaty": "empathy", "sunshine": None}
    assert rules.replace_tag("#empaty a#empaty #empatyx", "empaty", "empathy") == "#empathy a#empaty #empatyx"


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("calm #empathy", ["empathy"]),
        ("#CRAFT and #empathy #empathy", ["empathy", "Craft"]),
        ("a#empathy", []),
        ("#unknown", []),
        ("", []),
    ],
)
def test_tags_in_a_shoutout_are_matched_to_the_teams_values(reason: str, values: list[str]) -> None:
    assert find_values(reason, VALUES) == values


@pytest.mark.parametrize(
    "reason", ["", "   ", ":tada:", "🎉", "#empathy", "<@U1>", "…!", ":+1: :raised_hands::skin-tone-2:"]
)
def test_shoutout_reason_without_words_is_refused(reason: str) -> None:
    with pytest.raises(Refusal, match="Say what they did"):
        rules.check_reason(reason)


@pytest.mark.parametrize("reason", ["calm", "冷静でした", "هدوء", "x" * LONGEST_REASON])
def test_shoutout_reason_in_any_script_is_accepted(reason: str) -> None:
    rules.check_reason(reason)
