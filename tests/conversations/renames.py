"""Names that have changed since the transcripts were recorded: scripts and transcripts keep the name of then."""

NAMES: dict[str, str] = {}
"""Action ids, callback ids and ids of fields: the name of today by that of then."""
BACK = {new: old for old, new in NAMES.items()}


def today(name: str) -> str:
    return NAMES.get(name, name)


def then(name: str) -> str:
    return BACK.get(name, name)
