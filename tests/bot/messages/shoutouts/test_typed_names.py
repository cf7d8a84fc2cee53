"""Shout-outs that contain typed names instead of mentions."""

import pytest

from bot.features.shoutouts.settings import Settings
from bot.messages.mentions import names_to_mentions
from bot.messages.shoutouts.parser import parse_command, parse_message
from bot.org.people import Person

ANA, BEN = Person("T1", "UANA", "Ana"), Person("T1", "UBEN", "Ben Li")
ZOE, ZOE2 = Person("T1", "UZOE", "Zoe"), Person("T1", "UZOE2", "zoe")
CALLED = {
    "ana": [ANA],
    "ana sousa": [ANA],
    "ben li": [BEN],
    "zoe": [ZOE, ZOE2],
    "zoe costa": [ZOE],
    "josé": [Person("T1", "UJOSE", "José")],
}


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("@ana for it", ["UANA"]),
        ("@ANA for it", ["UANA"]),
        ("@Ana Sousa for it", ["UANA"]),
        ("@Ana Sousa and @ben li for it", ["UANA", "UBEN"]),
        ("@ana sousa / @Ben Li, for it", ["UANA", "UBEN"]),
        ("@Zoe Costa + <@UELI> for it", ["UZOE", "UELI"]),
        ("@Zoe and @Ana for it", ["@Zoe", "UANA"]),
        ("@Jose\u0301 por tudo", ["UJOSE"]),
        ("@nobody for it", ["@nobody"]),
        ("*@Ana* for it", ["UANA"]),
    ],
)
def test_person_named_without_a_mention_is_thanked(text: str, whom: list[str]) -> None:
    assert list(parse_command(names_to_mentions(text, CALLED)).thanks.whom) == whom
    assert list(parse_message(names_to_mentions(f"Kudos to {text}", CALLED), Settings().phrases).whom) == whom
