"""The parser of `/balance log`, and the overview of a leader's balance."""

from datetime import date, timedelta

import pytest

from bot.errors import Refusal
from bot.features.balance.models import Duty, Part
from bot.features.balance.rules import Block, DatedEntry, Fortnight
from bot.features.balance.settings import BalancePreferences
from bot.messages.balance import overview, parser
from bot.org.people import Person

FRONTLINE, PEOPLE, STRATEGY = Part
TODAY = date(2026, 11, 17)
MAYA = Person("T1", "UMAYA", "maya", "Europe/Lisbon")


@pytest.mark.parametrize(
    ("typed", "block"),
    [
        ("strategy 90 staffing", Block(STRATEGY, 90, Duty.STAFFING)),
        ("people 30", Block(PEOPLE, 30)),
        ("frontline 45", Block(FRONTLINE, 45)),
        ("people 30 with <@UANA>", Block(PEOPLE, 30)),
        ("people 30 @ana and @Ben", Block(PEOPLE, 30)),
        ("<@UANA> people 30", Block(PEOPLE, 30)),
        ("frontline 1h30", Block(FRONTLINE, 90)),
        ("frontline 1h 30m", Block(FRONTLINE, 90)),
        ("frontline 1 hour", Block(FRONTLINE, 60)),
        ("1.5h people", Block(PEOPLE, 90)),
        ("1,5 h people", Block(PEOPLE, 90)),
        ("90m people", Block(PEOPLE, 90)),
        ("people 90 min", Block(PEOPLE, 90)),
        ("People 90 Minutes", Block(PEOPLE, 90)),
        ("90 staffing", Block(STRATEGY, 90, Duty.STAFFING)),
        ("startegy 90 stafing", Block(STRATEGY, 90, Duty.STAFFING)),
        ("strategy 60 self help", Block(STRATEGY, 60, Duty.SELF_HELP)),
        ("strategy 60 selfhelp", Block(STRATEGY, 60, Duty.SELF_HELP)),
        ("strategy 60 self-service", Block(STRATEGY, 60, Duty.SELF_HELP)),
        ("self service 60", Block(STRATEGY, 60, Duty.SELF_HELP)),
        ("strategy 60 for eng", Block(STRATEGY, 60, Duty.ENGINEERING)),
        ("front 20", Block(FRONTLINE, 20)),
        ("strategy 90", Block(STRATEGY, 90)),
        ("people 0", Block(PEOPLE, 0)),
        ("people 9999", Block(PEOPLE, 9999)),
    ],
)
def test_block_of_time_is_parsed_in_any_word_order_and_with_typos(typed: str, block: Block) -> None:
    assert parser.parse_block(typed) == block


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("people", "How long was it?"),
        ("people -30", "How long was it?"),
        ("people 12345", "How long was it?"),
        ("people soon", "How long was it?"),
        ("30", "Was it frontline, people or strategy?"),
        ("people 30 40", "I don't know “40”"),
        ("planning 90", "I don't know “planning”"),
        ("@channel people 90", "I don't know “@\u2060channel”"),
        ("<!channel> 90", "I don't know “&lt;!channel&gt;”"),
        ("people frontline 30", "Log one thing at a time"),
        ("strategy 30 staffing training", "Log one thing at a time"),
    ],
)
def test_unclear_block_of_time_is_refused_with_an_example(typed: str, told: str) -> None:
    with pytest.raises(Refusal) as refused:
        parser.parse_block(typed)

    assert told in refused.value.sentence
    assert "`/balance log people 30`" in refused.value.sentence


def of(*spent: tuple[Part, int]) -> Fortnight:
    """Build a fortnight from blocks of time, each on a separate day."""
    duty = {STRATEGY: Duty.STAFFING}
    found = [DatedEntry(TODAY - timedelta(days=n), part, each, duty.get(part)) for n, (part, each) in enumerate(spent)]
    return Fortnight(TODAY, found)


@pytest.mark.parametrize(
    ("fortnight", "frontline"),
    [
        (of((FRONTLINE, 33)), "Frontline* 33 min"),
        (of((STRATEGY, 200), (FRONTLINE, 160)), "Frontline* 2 h 40 min"),
        (of((STRATEGY, 100), (PEOPLE, 100), (FRONTLINE, 159)), "Frontline* 2 h 39 min"),
        (of((PEOPLE, 300), (PEOPLE, 300), (FRONTLINE, 60)), "Frontline* 1 h"),
    ],
)
def test_balance_shows_hours_without_percentages_until_there_is_enough_data(
    fortnight: Fortnight, frontline: str
) -> None:
    (told,) = [
        each for each in overview.overview(MAYA, fortnight, []).payload()["blocks"] if each["block_id"] == "told"
    ]

    assert frontline in told["text"]["text"]
    assert not {"%", "▰", "▱"} & set(told["text"]["text"])


@pytest.mark.parametrize(("days", "has_shares"), [(1, False), (2, False), (3, True), (5, True)])
def test_home_tab_shows_balance_percentages_only_with_three_days_of_data(days: int, *, has_shares: bool) -> None:
    found = Fortnight(TODAY, [DatedEntry(TODAY - timedelta(days=ago), STRATEGY, 150) for ago in range(1, days + 1)])

    assert (
        "%" in str([block._resolve() for block in overview.home_section(found, BalancePreferences())])
    ) == has_shares
