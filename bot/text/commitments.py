"""Recognition of messages in which people commit themselves: “I'll look into it”."""

import re

VERBS = (
    "look into", "have a look", "take a look", "check", "find out", "ask", "sort", "fix", "take care of", "get back",
    "talk to", "speak to", "speak with", "talk with", "raise", "follow up", "chase", "see what", "see if", "see to",
    "make sure", "escalate", "bring it up", "bring that up", "bring this up", "report", "organise", "organize",
    "get you", "get us", "push for", "write to", "call",
)  # fmt: skip
FIRST = "ok(?:ay)?|sure|yes|yep|right|thanks?|thank you|good (?:point|idea)|got it|noted|sorry|fair|true"
LEAD = rf"(?:(?:{FIRST})\b(?:[^.?!,:;–—-]{{0,30}}[,:;–—-]+)?\s+)?"
"""Words before a commitment: `sure`, or `Thanks Tom,`."""
COMMITMENT = re.compile(
    rf"{LEAD}(?:i(?:'|’)?ll|i will|i(?:'|’)m going to|i am going to|let me)\s+(?:just |also |definitely |gladly )?"
    rf"(?:{'|'.join(map(re.escape, VERBS))})\b|{LEAD}(?:leave (?:it|that|this) (?:with|to) me|i(?:'|’)?m on it)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
QUOTED = re.compile(r"^\s*(?:>|&gt;)")


def commits(text: str) -> bool:
    """Return whether the writer of a message says that they will do something.

    Questions, quoted lines, negations and other people's words do not count: a commitment begins its sentence.
    """
    without_code = " ".join(text.split("`")[::2])
    lines = [line for line in without_code.splitlines() if not QUOTED.match(line)]
    sentences = (found[0].strip() for line in lines for found in SENTENCE.finditer(line))
    return any(COMMITMENT.match(each) and not each.endswith("?") for each in sentences)
