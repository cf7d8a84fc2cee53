"""Samples of heads-ups: with and without queues, cover and a link; the DMs to leaders, and the look back."""

from typing import Any

from bot.features.heads_ups.models import HeadsUp
from bot.messages.heads_ups import cards, forms
from bot.messages.heads_ups.cards import Bookings, Review
from bot.refusals import heads_ups as refusals
from tests.bot.messages.samples.people import ANA, DAY, DINA, HOUR, LONG, MAYA, NOW, TEAM, TODAY, TOM, show

START = NOW + DAY - HOUR
MONDAY = START + 5 * DAY
URL = "https://wiki.example.com/prices?a=1&b=2"


def heads_up(*queues: str, title: str = "New prices & fees", number: int = 1, **more: Any) -> HeadsUp:
    given: dict[str, Any] = {
        "starts_at": START,
        "ends_at": START + 2 * DAY + 8 * HOUR,
        "link": URL,
        "words": "",
        "cover": 1,
    }
    found = HeadsUp("T1", TEAM.id, MAYA.id, title, [*queues], **(given | more))
    found.id = number
    return found


BARE = heads_up(link="", cover=0)
ONE_DAY = heads_up(ends_at=START + 8 * HOUR)
FULL = heads_up("phones", "chat", words=f"Refunds go to <@{TOM.id}>.\nOld <codes> end on Friday.")
LONG_ONE = heads_up(*[f"queue number {number}" for number in range(60)], title="x" * 100, words="&" * 1000)
ROTA = {START: [MAYA.id], START + HOUR: [MAYA.id, TOM.id], START + DAY: [TOM.id]}
LONG_ROTA = {START + nth * HOUR: [MAYA.id, TOM.id, ANA.id, DINA.id, "U5"] for nth in range(40)}
HOURS = [*LONG_ROTA]
FACTS: dict[str, Any] = {
    "heads_up": 1, "starts": START.timestamp(), "title": FULL.title, "empty": 24,
    "first": [hour.timestamp() for hour in HOURS[:4]],
}  # fmt: skip
STANDS: dict[str, Any] = {
    "is_cancelled": False, "starts_now": START.timestamp(), "is_own": False, "is_covered": True,
}  # fmt: skip
BECAME: dict[str, dict[str, Any]] = {
    "others cover it": {}, "the reader covers it": {"is_own": True}, "called off": {"is_cancelled": True},
    "moved": {"starts_now": (START + DAY).timestamp()}, "over": {"is_covered": False},
}  # fmt: skip
SAMPLES = [
    show("just announced", cards.card, FULL, TEAM, {}, counts_tickets=True),
    show("for all queues, without cover", cards.card, BARE, TEAM, {}, counts_tickets=False),
    show("with cover", cards.card, FULL, TEAM, ROTA, counts_tickets=True),
    show("with cover, but no more is wanted", cards.card, BARE, TEAM, ROTA, counts_tickets=False),
    show("within one day", cards.card, ONE_DAY, TEAM, {}, counts_tickets=True),
    show("long", cards.card, LONG_ONE, TEAM, LONG_ROTA, counts_tickets=True),
    show("", cards.ended, FULL, TEAM),
    show("", cards.called_off, FULL),
    show("one", cards.spike_line, [FULL]),
    show("two, one without a link", cards.spike_line, [FULL, BARE]),
    show("two", cards.week_blocks, [FULL, BARE], TEAM, TODAY - TODAY.weekday() * DAY),
    show("the last day of one from last week", cards.week_blocks, [heads_up(ends_at=MONDAY)], TEAM, MONDAY.date()),
    show("nobody covers it", cards.cover_item, 1, FACTS, TEAM),
    show("a few hours are empty", cards.cover_item, 1, FACTS | {"empty": 1, "first": FACTS["first"][:1]}, TEAM),
    *(show(told, cards.cover_standing, FACTS | STANDS | facts, TEAM) for told, facts in BECAME.items()),
    show("every hour stays", cards.changed_note, FULL, TEAM, MAYA.id, Bookings(kept=HOURS[:2])),
    show("some hours are freed", cards.changed_note, FULL, TEAM, MAYA.id, Bookings(HOURS[:1], HOURS[1:3])),
    show("many hours are freed", cards.changed_note, FULL, TEAM, MAYA.id, Bookings(freed=HOURS)),
    show(
        "hours of two days", cards.changed_note, ONE_DAY, TEAM, MAYA.id, Bookings(HOURS[:1], [HOURS[1], *HOURS[24:26]])
    ),
    show("", cards.called_off_note, FULL, TEAM, MAYA.id, Bookings(freed=HOURS[:1])),
    show("", cards.review, FULL, TEAM, Review(3, 45, 5, 24), MAYA.id),
    show("no spikes, no cover wanted", cards.review, BARE, TEAM, Review(0, 0, 0, 24), MAYA.id),
    show("on a weekend", cards.review, FULL, TEAM, Review(1, 20, 0, 0), MAYA.id),
    show("to another leader", cards.review, FULL, TEAM, Review(3, 45, 5, 24), TOM.id),
    show("answered by another leader", cards.review, FULL, TEAM, Review(3, 45, 5, 24), TOM.id, DINA.id),
    show("one spike of unknown length, answered", cards.review, FULL, TEAM, Review(1, 0, 24, 24), MAYA.id, MAYA.id),
    show("", cards.lesson, MAYA.id, f"Start a day earlier.\n{LONG}"),
    show("no queues are listed", forms.new_form, TEAM, [], MAYA, TODAY),
    show("with a title, in New York", forms.new_form, TEAM, ["phones", "chat"], DINA, TODAY, "New prices"),
    show("", forms.change_form, FULL, ["phones", "chat", "e-mail"], MAYA, {TOM.id: "@Tom"}),
    show("nobody has booked", forms.cancel_form, FULL, 0),
    show("two have booked", forms.cancel_form, FULL, 2),
    show("nothing booked", forms.cover_form, FULL, HOURS[:3], [], MAYA),
    show("some booked, in New York", forms.cover_form, FULL, HOURS[2:4], HOURS[:2], DINA),
    show("", forms.review_form, FULL),
    show("", refusals.too_many, 20),
    show("", refusals.unknown_queue, "fax"),
    show("", refusals.too_many_days, 60),
    show("", refusals.too_many_hours, 100),
    show("", refusals.hour_outside, "Wed 18 Nov, 09:00"),
    show("", refusals.hour_taken, "Wed 18 Nov, 09:00"),
]
NOT_SHOWN = {
    cards.card_name: "the outbox's name of a card",
    cards.review_card_name: "the outbox's name of a card",
}
