"""Rules for celebrating messages with many glad emoji reactions."""

import pytest
from pydantic import ValidationError

from bot.features.celebrations.rules import COMFORT, GLAD, GRIEF, NO_WIN, SORRY, count_glad_people, is_counted_emoji
from bot.features.celebrations.settings import Settings
from bot.text.normalization import normalize_emoji

EIGHT = [f"U{number}" for number in range(8)]


def all_put(emoji: str) -> list[tuple[str, str]]:
    return [(person, emoji) for person in EIGHT]


@pytest.mark.parametrize(
    "emoji", ["tada", "clap", "rocket", "partying_face", "raised_hands", "trophy", "star-struck", "champagne"]
)
def test_several_happy_emoji_from_one_person_count_once(emoji: str) -> None:
    assert count_glad_people([*all_put(emoji), ("U0", "star2")], []) == 8


@pytest.mark.parametrize(
    "emoji",
    [
        "white_check_mark", "heavy_check_mark", "eyes", "+1", "thumbsup", "one", "two", "keycap_ten", "pray", "heart",
        "blue_heart", "ok_hand", "ok", "raised_hand", "heavy_plus_sign", "wave", "memo", "warning", "rotating_light",
        "fire", "point_up", "ballot_box_with_check", "parrot-of-ours", "joy", "thinking_face",
    ],
)  # fmt: skip
def test_emoji_for_reading_voting_and_comforting_do_not_trigger_a_celebration(emoji: str) -> None:
    assert count_glad_people(all_put(emoji), []) == 0


@pytest.mark.parametrize("emoji", ["candle", "sob", "broken_heart", "people_hugging", "dove_of_peace", GRIEF, NO_WIN])
def test_one_sad_emoji_prevents_a_celebration(emoji: str) -> None:
    assert count_glad_people([*all_put("clap"), ("U9", emoji)], []) == 0


@pytest.mark.parametrize("emoji", ["pray", "heart", "two_hearts", "rose", "purple_heart"])
@pytest.mark.parametrize(("comforting", "glad"), [(0, 8), (1, 8), (3, 8), (4, 0), (8, 0)])
def test_celebration_is_prevented_if_at_least_half_as_many_people_comfort_as_cheer(
    emoji: str, comforting: int, glad: int
) -> None:
    assert count_glad_people([*all_put("tada"), *((f"V{number}", emoji) for number in range(comforting))], []) == glad


def test_message_is_celebrated_even_if_some_people_react_to_it_with_sympathy_too() -> None:
    assert count_glad_people([*all_put("tada"), *all_put("heart")], []) == 8


def test_emoji_listed_by_the_team_always_count_toward_a_celebration() -> None:
    assert count_glad_people(all_put("party-parrot"), ["party-parrot"]) == 8
    assert count_glad_people(all_put("heart"), ["heart"]) == 8
    assert not is_counted_emoji("party-parrot", [])
    assert is_counted_emoji("party-parrot", ["party-parrot"])


def test_lists_of_happy_sad_and_comforting_emoji_do_not_overlap() -> None:
    assert len(GLAD | SORRY | COMFORT) == len(GLAD) + len(SORRY) + len(COMFORT)


@pytest.mark.parametrize(
    ("said", "name"),
    [(":clap::skin-tone-3:", "clap"), ("clap::skin-tone-6", "clap"), (" :Tada: ", "tada"), ("+1", "+1")],
)
def test_emoji_names_are_normalized_to_those_in_the_lists(said: str, name: str) -> None:
    assert normalize_emoji(said) == name


def test_happy_emoji_setting_accepts_any_typed_format_and_removes_duplicates() -> None:
    assert Settings(glad=[":Party-Parrot:", "clap::skin-tone-2", ":a: :b:, c", ":a:"]).glad == [
        "party-parrot", "clap", "a", "b", "c",
    ]  # fmt: skip
    for wrong in (["what is this?"], [f"e{number}" for number in range(51)]):
        with pytest.raises(ValidationError):
            Settings(glad=wrong)
