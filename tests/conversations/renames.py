"""Maps names that have changed since the transcripts were recorded; scripts and transcripts keep the old names."""

NAMES: dict[str, str] = {}
"""Current names of action ids, callback ids and field ids, by the recorded name."""
BACK = {new: old for old, new in NAMES.items()}


def today(name: str) -> str:
    return NAMES.get(name, name)


def then(name: str) -> str:
    return BACK.get(name, name)
