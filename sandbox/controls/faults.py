"""Control for fault injection: failing calls, duplicate or delayed events, broken sockets, and random chaos."""

from typing import Any

from sandbox import faults as kinds
from sandbox.api.arguments import FACTS
from sandbox.controls.endpoints import allow_fields, must_know, require_text
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

SOCKETS = ("disconnect", "deaf", "warning", "refresh_requested", "link_disabled", "too_many_websockets")
OF_A_CALL = ("method", "times", "status", "error", "retry_after", "delay_ms", "after_effect", "cut", "body")
OF_AN_EVENT = ("event", "times", "double", "hold")
OF_ALL = ("clear", "release", "chaos", "socket", "redeliver", *dict.fromkeys(OF_A_CALL + OF_AN_EVENT))
LEAST = {"times": 1, "status": 400, "retry_after": 0, "delay_ms": 0, "hold": 1}
MOST = {"status": 599}
SWITCHES = ("after_effect", "cut", "double")
HAPPENS = ("status", "error", "delay_ms", "after_effect", "cut", "body")


@allow_fields(*OF_ALL)
async def faults(workspace: Workspace, said: Json) -> Json:
    """Inject faults into the next calls of a method, the next events or the sockets, or at random with `chaos`."""
    if said.get("clear"):
        workspace.faults.clear()
        workspace.deliveries.twice = False
        workspace.deliveries.let_go()
    elif said.get("release"):
        workspace.deliveries.let_go()
    elif "chaos" in said:
        workspace.slack.set_chaos(_seed(said["chaos"]))
    elif "socket" in said:
        await workspace.hub.suffer(_one_of(SOCKETS, require_text(said, "socket"), "socket"))
    elif "redeliver" in said:
        workspace.deliveries.twice = bool(said["redeliver"])
    else:
        workspace.faults.add(of_event(said) if "event" in said else of_call(said))
    return {}


def of_call(said: Json) -> Json:
    """Parse a fault for the next calls of a method. Raises `invalid_arguments`."""
    fault = _read(said, OF_A_CALL)
    _one_of([*FACTS, *kinds.ADDRESSES, kinds.EVERY], require_text(fault, "method"), "method")
    if not any(fault.get(how) for how in HAPPENS):
        raise _wrong(f"say what happens: one of {', '.join(HAPPENS)}")
    if "body" in fault:
        _one_of(kinds.BODIES, fault["body"], "body")
    return fault


def of_event(said: Json) -> Json:
    """Parse a fault for the next events of a type. Raises `invalid_arguments`."""
    fault = _read(said, OF_AN_EVENT)
    require_text(fault, "event")
    if not (fault.get("double") or fault.get("hold")):
        raise _wrong("say what happens: one of double, hold")
    return fault


def _read(said: Json, names: tuple[str, ...]) -> Json:
    must_know(said, names)
    given = {name: value for name, value in said.items() if value is not None}
    return {name: _plain(name, value) for name, value in given.items()}


def _plain(name: str, value: Any) -> Any:
    if name in SWITCHES:
        if not isinstance(value, bool):
            raise _wrong(f"must be true or false [json-pointer:/{name}]")
        return value
    return _number(name, value) if name in LEAST else value


def _number(name: str, value: Any) -> int:
    """Parse an integer, which forms send as text, and check its range."""
    least, most = LEAST[name], MOST.get(name)
    number = int(value) if str(value).isascii() and str(value).isdecimal() else -1
    if number < least or (most and number > most):
        span = f"from {least} to {most}" if most else f"of at least {least}"
        raise _wrong(f"must be a whole number {span} [json-pointer:/{name}]")
    return number


def _seed(value: Any) -> int | None:
    if value is None or value == "null":
        return None
    if not str(value).lstrip("-").isdecimal():
        raise _wrong("must be a whole number, or null to turn chaos off [json-pointer:/chaos]")
    return int(value)


def _one_of(known: Any, value: str, name: str) -> str:
    if value not in known:
        among = f"; choose one of {', '.join(known)}" if len(known) < 10 else ""
        raise _wrong(f"unknown {name}: {value}{among} [json-pointer:/{name}]")
    return value


def _wrong(why: str) -> SlackError:
    return SlackError("invalid_arguments", f"[ERROR] {why}")
