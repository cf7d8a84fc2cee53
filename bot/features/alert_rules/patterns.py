"""Compile and validate regular expressions that people type, with RE2, which matches in linear time.

Matching blocks the event loop, so catastrophic backtracking, which may take hours, must be impossible, not just
unlikely.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from bot.errors import Refusal
from bot.refusals import alert_rules as refusals

GROUPS = ("queue", "value", "threshold", "state", "key")
LONGEST_PATTERN = 500
LONGEST_TEXT = 2000
"""How many characters of a message a typed pattern is matched against."""
MOST_STEPS = 500
"""Limit on the compiled program size; with the text's length it bounds the cost of a match to about 10 ms."""
MEMORY = 1 << 20
NAMED = re.compile(r"\(\?P?<([^<>]*)>")
EXAMPLE = r"like `(?P<state>FIRING|RESOLVED) (?P<queue>\w+): (?P<value>\d+)`"


LETTERS = (
    r"0-9A-Za-z_\x{AA}-\x{BA}\x{C0}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{FDFF}\x{FE70}-\x{FFDC}\x{10000}-\x{1EFFF}"
    r"\x{20000}-\x{3FFFF}"
)
"""Letters, digits and accents of all scripts in few ranges: RE2's `\\w` is ASCII only, and `\\pL` 30 times as large."""
PART = re.compile(r"\\.?|\[:\w+:\]|\[\^?\]?|\]|[^\\\[\]]+", re.DOTALL)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """Compile a regular expression in multiline mode, ignoring case. Raises `re2.error` if it is invalid."""
    return _compiled(_widen_word_classes(pattern))


def _compiled(pattern: str) -> Any:
    import re2  # lazy: about 2 MB that a bot without alert rules does not need

    options = re2.Options()
    options.log_errors, options.case_sensitive, options.max_mem = False, False, MEMORY
    return re2.compile(f"(?m){pattern}", options)


def _widen_word_classes(pattern: str) -> str:
    r"""Replace `\w` and `\W` in a regular expression with classes for the letters of all scripts."""
    written, is_class = [], False
    for part in PART.findall(pattern):
        if part == r"\w":
            written.append(LETTERS if is_class else f"[{LETTERS}]")
        elif part == r"\W" and not is_class:
            written.append(f"[^{LETTERS}]")
        else:
            written.append(part)
        is_class = part != "]" and (is_class or (part.startswith("[") and not part.startswith("[:")))
    return "".join(written)


def check_pattern(pattern: str, field: str) -> None:
    """Raise `Refusal` unless a regular expression compiles, is small, and has at least one named group.

    Group names must be known, and each may be used only once.
    """
    import re2

    try:
        size = _compiled(pattern).programsize
    except re2.error as error:
        raise Refusal(_sentence(error), field=field) from None
    named = Counter(NAMED.findall(pattern))
    if not named:
        raise Refusal(refusals.no_group(EXAMPLE), field=field)
    if strange := sorted(named.keys() - set(GROUPS)):
        raise Refusal(refusals.unknown_group(strange[0]), field=field)
    if twice := [name for name, times in named.items() if times > 1]:
        raise Refusal(refusals.repeated_group(twice[0]), field=field)
    if size > MOST_STEPS:
        raise Refusal(refusals.PATTERN_TOO_LARGE, field=field)


def _sentence(error: Exception) -> str:
    reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
    what, _, where = reason.partition(": ")
    if what.startswith("pattern too large") or what.startswith("invalid repetition size"):
        return refusals.PATTERN_TOO_LARGE
    if what.startswith("invalid perl operator") or (what == "invalid escape sequence" and where[1:].isdigit()):
        return refusals.unsafe_pattern(where)
    return f"I can't read that pattern: {what}{f', at {where}' if where and '(?m)' not in where else ''}."
