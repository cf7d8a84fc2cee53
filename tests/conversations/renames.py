"""Names of actions and forms that have changed since conversations with the old names were recorded."""

NAMES: dict[str, str] = {}
"""Current names of action ids, callback ids and field ids, by the recorded name."""
BACK = {new: old for old, new in NAMES.items()}


def current_name(name: str) -> str:
    return NAMES.get(name, name)


def recorded_name(name: str) -> str:
    return BACK.get(name, name)
