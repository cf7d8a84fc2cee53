"""Parser for numbers as people and tools write them: `42`, `1,234`, `1 234`, `3,5`, `1.5k`, `95.5 %`.

The parser returns None rather than guess.
"""

import math
import re

SPACES = "\u00a0\u2009\u202f"
"""The no-break, thin and narrow no-break spaces, which some tools use as thousands separators."""
PLAIN = str.maketrans(dict.fromkeys(SPACES, " ") | {"\u2019": "'", "\u2212": "-", "\u066c": ",", "\u066b": "."})
DIGITS = re.compile(r"[\d.,'_ ]+")
SEPARATOR = re.compile(r"[^\d]")
MACHINE = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
COMPARED = "<>=≤≥~≈ "
SCALES = {"": 1, "%": 1, "k": 1e3, "K": 1e3, "M": 1e6}
LONGEST = 200


def parse_number(text: str) -> float | None:
    """Parse one number, optionally followed by a unit or words. Return None if the text has no or several numbers."""
    text = text.translate(PLAIN).strip().lstrip(COMPARED)
    if len(text) > LONGEST:
        return None
    found = float(text) if MACHINE.fullmatch(text) else _written(text)
    return found if found is not None and math.isfinite(found) else None


def _written(text: str) -> float | None:
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    digits = DIGITS.match(text)
    if digits is None:
        return None
    scale = _scale(text[digits.end() :], is_apart=digits[0].endswith(" "))
    found = _plain(digits[0].rstrip("., "))
    return None if scale is None or found is None else sign * found * scale


def _scale(rest: str, *, is_apart: bool) -> float | None:
    """Return the factor for what follows the digits (`k`, `%`, or words), or None if that contains another number."""
    unit = rest.split(maxsplit=1)[0] if rest else ""
    if any(mark.isdecimal() for mark in rest):
        return None
    return SCALES.get(unit, 1 if is_apart else None)


def _plain(digits: str) -> float | None:
    """Parse digits with separators. Return None if the separators are not consistent.

    A separator between groups of three digits separates thousands. A single separator before any other number of digits
    is a decimal separator. A single point is always a decimal point, because tools write numbers that way.
    """
    marks, parts = SEPARATOR.findall(digits), SEPARATOR.split(digits)
    if not all(parts[1:]) or (not parts[0] and marks[:1] != ["."]):
        return None
    if not marks or (marks != ["."] and _are_thousands(parts, marks)):
        return float("".join(parts))
    whole, last = parts[:-1], marks[-1]
    if last in ".," and (len(marks) == 1 or (_are_thousands(whole, marks[:-1]) and last not in marks[:-1])):
        return float(f"{''.join(whole)}.{parts[-1]}")
    return None


def _are_thousands(parts: list[str], marks: list[str]) -> bool:
    """Return whether a single kind of separator forms groups of 3 digits, or Indian groups of 2 before the last 3."""
    if len(set(marks)) != 1 or parts[0] in ("", "0"):
        return False
    first, *between, last = map(len, parts)
    return (
        first <= 3 and last == 3 and (set(between) <= {3} or (marks[0] == "," and set(between) == {2} and first <= 2))
    )
