"""The grammar of a command: a word that says what to do, a name at the head of what follows, and free text.

A name at the head is an argument, a name in free text never is.
"""

import re

STYLE = '*_~`"”.!?…'
FIRST = re.compile(
    r"[\s\u200b\u2060\ufeff/*_~`\"“]*(<[^<>]*>|@?[^\s\u200b\u2060\ufeff<>@#:,;]*)(?:[\s\u200b\u2060\ufeff:,;]|[-–—]\s)*"
)
"""A first word, up to where white space of any kind, a name or a colon begins."""


def split(text: str) -> tuple[str, str]:
    """A command's first word, in small letters, and the rest of its text; both empty when nothing was typed."""
    found = FIRST.match(text)
    if found is None or not found[1]:
        word, *rest = text.split(maxsplit=1) or [""]
        return word, "".join(rest)
    is_name = found[1].startswith(("<", "@"))
    return found[1] if is_name else found[1].rstrip(STYLE).lower(), text[found.end() :].strip()
