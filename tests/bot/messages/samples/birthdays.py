"""Samples of birthdays and work anniversaries: on the day and late, one person and two, signed and unsigned."""

from itertools import cycle
from typing import Any

from bot.features.birthdays.models import Kind, Occasion
from bot.features.birthdays.queries import DueOccasion, Signature
from bot.features.birthdays.settings import Wish
from bot.messages import birthdays
from bot.org.people import Person
from tests.bot.messages.samples.people import ANA, BEN, DAY, LONG, MAYA, NAMES, NOW, TEAM, TODAY, TOM, show


def occasion(who: Person, kind: Kind = Kind.BIRTHDAY, *, late: int = 0, number: int = 1) -> Occasion:
    made = Occasion("T1", TEAM.id, who.id, kind, TODAY.year, TODAY, NOW + late * DAY)
    made.id = number
    return made


def given(made: Occasion, who: Person, *lines: str, years: int = 1, wish: Wish = Wish.PUBLIC) -> DueOccasion:
    signed = [Signature(by.id, line) for by, line in zip(cycle((MAYA, TOM)), lines, strict=False)]
    return DueOccasion(made, who, wish, years, signed)


def row(who: Person, kind: Kind, number: int) -> dict[str, Any]:
    return {"occasion": number, "person": who.id, "kind": kind, "given_on": f"{TODAY:%Y-%m-%d}"}


BIRTHDAY, LATE = occasion(ANA), occasion(BEN, late=1, number=2)
ANNIVERSARY = occasion(BEN, Kind.ANNIVERSARY, late=2, number=3)
LINES = ("Happy birthday, Ana!", "So glad <you> are here & well.")

SAMPLES = [
    show("unsigned", birthdays.public_post, TEAM, given(BIRTHDAY, ANA)),
    show(
        "two, signed, one late", birthdays.public_post, TEAM,
        given(BIRTHDAY, ANA, *LINES), given(LATE, BEN, "Cheers!"),
    ),
    show("an anniversary, late", birthdays.public_post, TEAM, given(ANNIVERSARY, BEN, years=3)),
    show("a birthday", birthdays.private_post, TEAM, given(BIRTHDAY, ANA)),
    show("an anniversary", birthdays.private_post, TEAM, given(occasion(BEN, Kind.ANNIVERSARY), BEN)),
    show("more than fits", birthdays.signed_posts, given(BIRTHDAY, ANA, *[LONG] * 700)),
    show("everything fits", birthdays.signed_posts, given(BIRTHDAY, ANA, *LINES)),
    show("", birthdays.sign_form, TEAM, BIRTHDAY, "", NAMES, "0:1"),
    show("signed before, an anniversary", birthdays.sign_form, TEAM, ANNIVERSARY, "Thanks, <@UBEN>!", NAMES, "0:3"),
    show("", birthdays.signed_view, TEAM, LATE),
    show("that day", birthdays.card_line, BIRTHDAY, TEAM),
    show("later", birthdays.card_line, ANNIVERSARY, TEAM),
    show("", birthdays.invitation),
    show("", birthdays.home_section, [(BIRTHDAY, TEAM, False), (ANNIVERSARY, TEAM, True)]),
    show("one", birthdays.signing_item, 1, row(ANA, Kind.BIRTHDAY, 1), TEAM),
    show("two, one signed", birthdays.signing_item, 1, {
        "rows": [row(ANA, Kind.BIRTHDAY, 1), row(BEN, Kind.ANNIVERSARY, 2)], "answers": {"2": {}},
    }, TEAM),
]  # fmt: skip

NOT_SHOWN = {birthdays.card_name: "the outbox's name of a card"}
