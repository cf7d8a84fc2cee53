"""Driver of GNOME Evolution's calendar: imports invitation files and reads the resulting events.

Evolution is a system package and not among our dependencies, so the system's Python runs this file, with a temporary
message bus and home folder.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PYTHON, SERVICE = "/usr/bin/python3", Path("/usr/libexec/evolution-calendar-factory")
BINDINGS = {"ECal": "2.0", "EDataServer": "1.2", "ICalGLib": "3.0"}
MISSING = (
    "No calendar program has read our invitations: Evolution's is not here. Install it, such as with"
    " `apt-get install evolution-data-server gir1.2-ecal-2.0 python3-gi dbus`, and run `make test` again."
)
SECONDS = 60
HAS_NO_ADDRESS = b"invalid:nomail"
"""The attendee's address in our invitations, by which the calendar recognizes its owner."""
EVERYTHING, AT_ONCE = "#t", 2**32 - 1
"""The query for all events, and the value of `wait_for_connected_seconds` that does not wait for network calendars."""


@dataclass(frozen=True)
class Event:
    """An event in the calendar; the `shown_*` times are local."""

    uid: str
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    shown_from: str
    shown_to: str
    sequence: int
    status: str
    organizer: str
    attendee: str


@dataclass(frozen=True)
class Reading:
    """The events after an import, and how libical classifies the imported file and, from then on, each earlier file."""

    events: list[Event]
    taken_as: str
    earlier_ones: list[str]


def is_installed() -> bool:
    if not (shutil.which("dbus-run-session") and SERVICE.exists() and Path(PYTHON).exists()):
        return False
    asked = f"import gi; gi.require_versions({BINDINGS})"
    return subprocess.run([PYTHON, "-c", asked], capture_output=True).returncode == 0


def read(courses: Sequence[tuple[str, Sequence[bytes]]], home: Path) -> list[list[Reading]]:
    """Import each list of files, in order, into an empty calendar in the given zone; return one reading per file."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LANG": "C.UTF-8",
        "GSETTINGS_BACKEND": "memory", "GIO_USE_VFS": "local",
    }  # fmt: skip
    asked = json.dumps([[zone, [b64encode(file).decode() for file in files]] for zone, files in courses])
    with subprocess.Popen(
        ["dbus-run-session", "--", PYTHON, __file__], env=environment, cwd=home, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            told, errors = process.communicate(asked, SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, errors
    return [[_reading(**each) for each in course] for course in json.loads(told)]


def _reading(events: list[dict[str, Any]], taken_as: str, earlier_ones: list[str]) -> Reading:
    for event in events:
        event |= {name: datetime.fromtimestamp(event[name], UTC) for name in ("starts_at", "ends_at")}
    return Reading([Event(**event) for event in events], taken_as, earlier_ones)


def main() -> None:
    """Read lists of files from standard input and write the readings to standard output (in the system's Python)."""
    import gi

    gi.require_versions(BINDINGS)
    from gi.repository import ECal, EDataServer

    source = EDataServer.SourceRegistry.new_sync(None).ref_builtin_calendar()
    calendar = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, AT_ONCE, None)
    courses = [(zone, [b64decode(file) for file in files]) for zone, files in json.load(sys.stdin)]
    json.dump([_take_in_order(calendar, zone, files) for zone, files in courses], sys.stdout)


def _take_in_order(calendar: Any, zone: str, files: list[bytes]) -> list[dict[str, Any]]:
    from gi.repository import ECal, ICalGLib

    for event in calendar.get_object_list_sync(EVERYTHING, None)[1]:
        calendar.remove_object_sync(event.get_uid(), None, ECal.ObjModType.ALL, ECal.OperationFlags.NONE, None)
    readings = []
    for nth, file in enumerate(files):
        component = ICalGLib.Component.new_from_string(file.decode())
        calendar.receive_objects_sync(component, ECal.OperationFlags.NONE, None)
        events = calendar.get_object_list_sync(EVERYTHING, None)[1]
        readings.append({
            "events": [_look_at(event, zone) for event in events],
            "taken_as": _classify(file, files[nth - 1] if nth else None),
            "earlier_ones": [_classify(each, file) for each in files[:nth]],
        })  # fmt: skip
    return readings


def _look_at(event: Any, zone: str) -> dict[str, Any]:
    from gi.repository import ICalGLib

    utc, local = ICalGLib.Timezone.get_utc_timezone(), ICalGLib.Timezone.get_builtin_timezone(zone)
    start, end = event.get_dtstart(), event.get_dtend()
    people = [
        event.get_first_property(kind).get_first_parameter(ICalGLib.ParameterKind.CN_PARAMETER).get_cn()
        for kind in (ICalGLib.PropertyKind.ORGANIZER_PROPERTY, ICalGLib.PropertyKind.ATTENDEE_PROPERTY)
    ]
    return {
        "uid": event.get_uid(), "title": event.get_summary(), "description": event.get_description() or "",
        "starts_at": start.as_timet_with_zone(utc), "ends_at": end.as_timet_with_zone(utc),
        "shown_from": start.convert_to_zone(local).as_ical_string(),
        "shown_to": end.convert_to_zone(local).as_ical_string(),
        "sequence": event.get_sequence(), "status": event.get_status().value_nick.upper(),
        "organizer": people[0], "attendee": people[1],
    }  # fmt: skip


def _classify(file: bytes, before: bytes | None) -> str:
    """Classify a file by the rules of RFC 5546 for a recipient who already has the file `before`, if any.

    Use libical, as Evolution's mail program does before it passes a file to the calendar, which imports any file.
    """
    reader, judge = ctypes.CDLL("libical.so.3"), ctypes.CDLL("libicalss.so.3")
    reader.icalparser_parse_string.restype = ctypes.c_void_p
    reader.icalproperty_enum_to_string.restype = ctypes.c_char_p
    parsed = [each and ctypes.c_void_p(reader.icalparser_parse_string(each)) for each in (file, before)]
    found: bytes = reader.icalproperty_enum_to_string(judge.icalclassify(*parsed, HAS_NO_ADDRESS))
    return found.decode()


if __name__ == "__main__":
    main()
