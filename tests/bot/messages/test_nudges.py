"""What nudges say, read aloud."""

from datetime import UTC, datetime

from bot.messages.shoutouts import nudges as shoutouts_nudges
from bot.nudges import cards
from bot.nudges.cards import Line
from bot.org.teams.models import Team

TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, datetime(2026, 11, 17, tzinfo=UTC))


def test_one_person_and_several_are_spoken_of_as_one_would() -> None:
    one = shoutouts_nudges.unthanked(1, {"people": ["UANA"], "days": 10}, TEAM)
    some = shoutouts_nudges.unthanked(1, {"people": ["UANA", "UBEN"], "days": 10}, TEAM)

    assert one.text == (
        "Nobody has thanked <@UANA> in <#C1> for 10 working days. "
        "If they did something good this week, a line from you takes a minute."
    )
    assert "<@UANA> or <@UBEN>" in some.text
    assert "If one of them did" in some.text


def test_two_things_are_one_card_that_says_all_of_it_in_its_text() -> None:
    item = shoutouts_nudges.unthanked(1, {"people": ["UANA"], "days": 10}, TEAM)
    card = cards.card("nudges:1", [Line(1, item), Line(2, item, ended="Not this time. That is fine.")])

    assert card.text.startswith("Two things for today, when it suits you. Nobody has thanked <@UANA>")
    assert card.text.endswith("Not this time. That is fine.")
    kinds = [block["type"] for block in card.payload()["blocks"]]
    assert kinds == ["context", "section", "actions", "context"]
