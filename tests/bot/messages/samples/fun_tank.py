"""Samples of the fun tank: without movements, moved by every cause, full and low."""

from bot.features.fun_tank.queries import Gauge, Point
from bot.features.fun_tank.rules import Cause, Help, Moved
from bot.messages import fun_tank
from tests.bot.messages.samples.people import DAY, TEAM, TODAY, show

MOVED = {cause: Moved(number, 16 - 4 * number) for number, cause in enumerate(fun_tank.CAUSES, 1)}
WEEKS = [Point(TODAY - 7 * n * DAY, 60 - n) for n in (2, 1, 0)]
KINDS = [each for each in Help if each is not Help.NOTHING]

SAMPLES = [
    show("nothing moved it", fun_tank.gauge_answer, Gauge(TEAM, 60, {}, WEEKS[-1:])),
    show("everything moved it", fun_tank.gauge_answer, Gauge(TEAM, 42, MOVED, WEEKS)),
    show("thanks are lacking", fun_tank.gauge_answer, Gauge(TEAM, 42, {Cause.RITUAL: Moved(1, 1)}, WEEKS)),
    show("full", fun_tank.gauge_answer, Gauge(TEAM, 95, {Cause.SHOUTOUT: Moved(1, 1)}, WEEKS)),
    show("", fun_tank.home_section, TEAM, 42, is_only=True),
    show("one of several", fun_tank.home_section, TEAM, 42, is_only=False),
    show("", fun_tank.full_notice, TEAM),
    show("up", fun_tank.format_amount, 3),
    show("down", fun_tank.format_amount, -3),
    show("", fun_tank.usage),
    *(show(str(each), fun_tank.low_tank_item, 1, {"level": 28, "help": each, "peak": None}, TEAM) for each in KINDS),
    show("before the peak", fun_tank.low_tank_item, 1, {"level": 28, "help": Help.THANK, "peak": 34}, TEAM),
]
