"""Emoji by their names, as Slack's events and people's settings have them."""

import re

NAME = re.compile(r"[a-z0-9_+'-]{1,80}")
SKIN_TONE = re.compile(r"::skin-tone-[2-6]$")


def bare(name: str) -> str:
    """Return a name without colons and skin tone: `clap` for `:clap::skin-tone-3:`."""
    return SKIN_TONE.sub("", name.strip().strip(":").lower())
