"""Tokenize a text of thanks: names, words, ends of sentences and lines, punctuation between names.

This takes linear time: no pattern has a repetition inside a repetition, or two of the same kind side by side.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

from bot.text.safety import LONGEST_READ

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
NOT_SAID = re.compile(r"^[ \t]*(?:&gt;&gt;&gt;|>>>)[\s\S]*|^[ \t]*(?:&gt;|>).*|```[\s\S]*?```|`[^`\n]+`", re.MULTILINE)
"""Quotes, to the end of the line or message, and code between matching backticks."""
STYLE = re.compile(r"[*~]|(?<![^\W_])_|_(?![^\W_])")
SEEN = re.compile(r"[^\n]")
APOSTROPHE = re.compile("[’\u2018\u00b4]")
TOKEN = re.compile(
    r"^[ \t]*\(?(?:\d{1,3}|[a-z])[.):](?=[\s<@])"
    r"|<@(?P<person>[UW][A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|<!subteam\^(?P<group>S[A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|<!(?P<all>channel|here|everyone)(?:\|[^<>]*)?>"
    r"|(?P<thing><[^<>]*>)"
    r"|(?<![\w.@])@(?P<typed>[^\W_][\w.-]*)"
    r"|:[\w+'-]+:"
    r"|(?P<word>[^\W_]++(?:[\'’\u2018\u00b4][^\W_]++)?)"
    r"|(?P<end>(?<![.!?…\u3002\uff01\uff1f\u061f])[.!?…\u3002\uff01\uff1f\u061f]++)(?![\w\"”’»)\]])"
    r"|(?P<line>\n)"
    r"|(?P<amp>&amp;|&(?!lt;|gt;))"
    r"|(?P<dash>[–—\u2212]|(?<![^\W_])-|-(?![^\W_]))"
    r"|(?P<mark>[,;:/+|()=\u3001\uff0c•◦▪‣·●○])",
    re.MULTILINE,
)

Kind = Literal["name", "word", "end", "line", "mark"]


class Token(NamedTuple):
    kind: Kind
    text: str
    """A person's or group's id, `@` and a name typed by hand, a casefolded word, or the punctuation itself."""
    start: int
    end: int


def strip_invisible(text: str) -> str:
    """Normalize a text, remove invisible characters, and cut it to the length that is read."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text[:LONGEST_READ])).replace("\r\n", "\n")


def tokenize(text: str) -> list[Token]:
    """Tokenize a text as Slack sent it, without quotes, code and styling."""
    said = STYLE.sub(" ", NOT_SAID.sub(lambda found: SEEN.sub(" ", found[0]), text))
    return [token for found in TOKEN.finditer(said) if (token := _token(found))]


def _token(found: re.Match[str]) -> Token | None:
    """Return the word, mention or tag that was matched, or None for emoji and for a list item's number or letter."""
    start, end = found.span()
    match found.lastgroup:
        case None:
            return None
        case "person" | "group" as kind:
            return Token("name", found[kind], start, end)
        case "all":
            return Token("name", f"@{found['all']}", start, end)
        case "typed":
            name = found["typed"].rstrip(".-_")
            return Token("name", f"@{name}", start, start + 1 + len(name))
        case "word":
            return Token("word", APOSTROPHE.sub("'", found["word"]).casefold(), start, end)
        case "end":
            return Token("end", found["end"], start, end)
        case "line":
            return Token("line", "\n", start, end)
        case "thing":
            return Token("word", found["thing"], start, end)
        case kind:
            return Token("mark", {"amp": "&", "dash": "-"}.get(kind, found[0]), start, end)
