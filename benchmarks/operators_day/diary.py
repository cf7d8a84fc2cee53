"""The diary of the day: a line for each step, with what the operator saw and whether that was expected."""

import time
from dataclasses import dataclass, field

WIDTHS = (34, 86)


@dataclass(frozen=True)
class Entry:
    step: str
    sees: str
    wrong: str = ""


@dataclass
class Diary:
    entries: list[Entry] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def note(self, step: str, sees: str, wrong: object = "") -> None:
        """Note what the operator saw, and print it at once. `wrong` says what was unexpected; anything false, nothing.

        A list of mismatches and a sentence will both do.
        """
        said = "; ".join(map(str, wrong)) if isinstance(wrong, list) else str(wrong or "")
        self.entries.append(Entry(step, sees, said))
        print(render(self.entries[-1]), flush=True)

    @property
    def mismatches(self) -> int:
        return sum(bool(each.wrong) for each in self.entries)

    def summary(self) -> str:
        took = time.monotonic() - self.began
        found = f"{self.mismatches} not as expected" if self.mismatches else "all as expected"
        return f"{len(self.entries)} steps in {took:.0f} s, {found}."


def render(entry: Entry) -> str:
    sees = entry.sees if len(entry.sees) <= WIDTHS[1] else f"{entry.sees[: WIDTHS[1] - 1]}…"
    verdict = f"NO: {entry.wrong}" if entry.wrong else "yes"
    return f"{entry.step:{WIDTHS[0]}} · {sees:{WIDTHS[1]}} · {verdict}"
