"""A team's settings for shout-outs."""

import pytest
from pydantic import ValidationError

from bot.features.shoutouts.settings import Settings


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"values": []}, "at least one value"),
        ({"values": ["two words"]}, "single word"),
        ({"values": [f"v{number}" for number in range(21)]}, "20 at most"),
        ({"phrases": ["!!"]}, "3 to 40 characters"),
        ({"reaction": "two words"}, "Enter one emoji"),
        ({"daily": 0}, "greater than or equal to 1"),
    ],
)
def test_invalid_shoutout_settings_are_refused_with_a_reason(said: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Settings.model_validate(said)


def test_shoutout_settings_accept_every_typed_format() -> None:
    chosen = Settings.model_validate({"values": ["#Empathy", "empathy", " care "], "reaction": ":clap::skin-tone-2:"})

    assert (chosen.values, chosen.reaction) == (["empathy", "care"], "clap")
    assert chosen.is_thanks("clap::skin-tone-5")
