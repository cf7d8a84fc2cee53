"""The fun tank: still, moved by everything, full and low."""

from bot.features.fun_tank.queries import Gauge, Point
from bot.features.fun_tank.rules import Cause, Help, Moved
from bot.messages.fun_tank import gauge, nudges
from tests.bot.messages.samples.people import DAY, TEAM, TODAY, show

MOVED = {cause: Moved(number, 16 - 4 * number) for number, cause in enumerate(gauge.CAUSES, 1)}
WEEKS = [Point(TODAY - 7 * n * DAY, 60 - n) for n in (2, 1, 0)]
KINDS = [each for each in Help if each is not Help.NOTHING]

SAMPLES = [
    show("nothing moved it", gauge.show, Gauge(TEAM, 60, {}, WEEKS[-1:])),
    show("everything moved it", gauge.show, Gauge(TEAM, 42, MOVED, WEEKS)),
    show("thanks are lacking", gauge.show, Gauge(TEAM, 42, {Cause.RITUAL: Moved(1, 1)}, WEEKS)),
    show("full", gauge.show, Gauge(TEAM, 95, {Cause.SHOUTOUT: Moved(1, 1)}, WEEKS)),
    show("", gauge.at_home, TEAM, 42),
    show("", gauge.full, TEAM),
    show("up", gauge.signed, 3),
    show("down", gauge.signed, -3),
    show("", gauge.usage),
    *(show(str(each), nudges.low, 1, {"level": 28, "help": each, "peak": None}, TEAM) for each in KINDS),
    show("before the peak", nudges.low, 1, {"level": 28, "help": Help.THANK, "peak": 34}, TEAM),
]
