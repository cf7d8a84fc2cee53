"""What is typed after `/balance log`, and what a leader reads of their balance."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import UserError
from bot.features.balance.models import Duty, Part
from bot.features.balance.rules import Block, Fortnight, Piece
from bot.features.balance.settings import BalancePreferences
from bot.messages.balance import nudges, overview, parser
from bot.org.people import Person
from bot.org.teams.models import Team
from sandbox.blocks import validation

FRONTLINE, PEOPLE, STRATEGY = Part
TODAY = date(2026, 11, 17)
MAYA = Person("T1", "UMAYA", "maya", "Europe/Lisbon")
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, datetime(2026, 11, 17, tzinfo=UTC))


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
        ("strategy 60 for eng", Block(STRATEGY, 60, Duty.ENGINEERING)),
        ("front 20", Block(FRONTLINE, 20)),
        ("strategy 90", Block(STRATEGY, 90)),
        ("people 0", Block(PEOPLE, 0)),
        ("people 9999", Block(PEOPLE, 9999)),
    ],
)
def test_words_come_in_any_order_and_slips_are_put_right(typed: str, block: Block) -> None:
    assert parser.parse_block(typed) == block


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("people", "How long was it?"),
        ("people -30", "How long was it?"),
        ("people 12345", "How long was it?"),
        ("people soon", "How long was it?"),
        ("30", "What was it: frontline, people or strategy?"),
        ("people 30 40", "I do not know what “40” is"),
        ("planning 90", "I do not know what “planning” is"),
        ("@channel people 90", "I do not know what “@\u2060channel” is"),
        ("<!channel> 90", "I do not know what “&lt;!channel&gt;” is"),
        ("people frontline 30", "A block is for one thing"),
        ("strategy 30 staffing training", "A block is for one thing"),
    ],
)
def test_what_cannot_be_told_gets_an_example(typed: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        parser.parse_block(typed)

    assert told in refused.value.sentence
    assert "`/balance log people 30`" in refused.value.sentence


def of(*spent: tuple[Part, int]) -> Fortnight:
    """Each piece on a day of its own."""
    duty = {STRATEGY: Duty.STAFFING}
    found = [Piece(TODAY - timedelta(days=n), part, each, duty.get(part)) for n, (part, each) in enumerate(spent)]
    return Fortnight(TODAY, found)


@pytest.mark.parametrize(
    ("fortnight", "told"),
    [
        (of(), "Nothing is counted in your last 14 days yet. Try `/balance log strategy 90 staffing`"),
        (of((STRATEGY, 60)), "It's early to tell"),
        (of((PEOPLE, 300), (PEOPLE, 300), (FRONTLINE, 60)), "strategy only when you log it"),
        (of((PEOPLE, 350), (STRATEGY, 350), (FRONTLINE, 300)), "All three are where you like them"),
        (of((PEOPLE, 350), (STRATEGY, 600), (FRONTLINE, 50)), "The frontline had less of you than you like"),
        (of((PEOPLE, 300), (STRATEGY, 100), (FRONTLINE, 600)), "The frontline had more of you than you like"),
    ],
)
def test_one_kind_sentence_says_what_stands_out(fortnight: Fortnight, told: str) -> None:
    post = overview.overview(MAYA, fortnight, [])

    assert told in post.text
    assert "No one else sees this." in post.text
    validation.message(post.payload()["blocks"])


@pytest.mark.parametrize(
    ("fortnight", "frontline"),
    [
        (of((FRONTLINE, 33)), "Frontline* 33 min"),
        (of((STRATEGY, 200), (FRONTLINE, 160)), "Frontline* 2 h 40 min"),
        (of((STRATEGY, 100), (PEOPLE, 100), (FRONTLINE, 159)), "Frontline* 2 h 39 min"),
        (of((PEOPLE, 300), (PEOPLE, 300), (FRONTLINE, 60)), "Frontline* 1 h"),
    ],
)
def test_until_shares_mean_something_only_hours_are_shown(fortnight: Fortnight, frontline: str) -> None:
    (told,) = [
        each for each in overview.overview(MAYA, fortnight, []).payload()["blocks"] if each["block_id"] == "told"
    ]

    assert frontline in told["text"]["text"]
    assert not {"%", "▰", "▱"} & set(told["text"]["text"])


def test_each_part_has_a_bar_its_share_and_the_range() -> None:
    post = overview.overview(MAYA, of((PEOPLE, 350), (STRATEGY, 350), (FRONTLINE, 300)), [])

    assert "▰▰▰▱▱▱▱▱▱▱ *Frontline* 5 h, 30 % (you like 15–35 %)" in post.text
    assert "▰▰▰▰▱▱▱▱▱▱ *People* 5 h 50 min, 35 % (you like 25–45 %)" in post.text
    assert "Strategy was for staffing 5 h 50 min." in post.text


def test_what_nudges_say() -> None:
    assert nudges.last_hour(1, {"minutes": 240, "at": "16:00"}, TEAM).text == (
        "Your last working day was all strategy, 4 h of it. If today allows, the hour from 16:00 in the queue would do "
        "you and the team good. If not today, tomorrow."
    )
    assert nudges.free_morning(1, {"minutes": 270}, TEAM).text == (
        "You were 4 h 30 min at the frontline on your last working day; thank you. If you can, keep this morning free "
        "of the queue, for what needs a quiet head."
    )
    assert nudges.drift(1, {"part": "people", "share": 12, "band": [25, 45]}, TEAM).text == (
        "In your last 14 days, your time for people came to 12 %; you like 25–45 %. Half an hour with somebody you "
        "have not talked to lately would bring it back; who comes to mind?"
    )
    full = nudges.drift(1, {"part": "people", "share": 60, "band": [25, 45]}, TEAM)
    assert full.text.endswith("Is there one talk this week that could be shorter?")
    weeks = {"spent": {"frontline": 120, "people": 150, "strategy": 160}}
    assert nudges.good_enough(1, weeks, TEAM).text == (
        "In your last 14 days: 2 h at the frontline, 2 h 30 min for your people and 2 h 40 min of strategy. All three "
        "are where you like them."
    )


@pytest.mark.parametrize(("days", "has_shares"), [(1, False), (2, False), (3, True), (5, True)])
def test_home_says_shares_only_where_they_mean_something(days: int, *, has_shares: bool) -> None:
    found = Fortnight(TODAY, [Piece(TODAY - timedelta(days=ago), STRATEGY, 150) for ago in range(1, days + 1)])

    assert ("%" in str([block._resolve() for block in overview.at_home(found, BalancePreferences())])) == has_shares
