"""People by their names, told apart where two share one."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.directory import Person
from bot.messages.text import escape
from bot.names import folded


def told_apart(people: Iterable[Person]) -> dict[str, str]:
    """Each person's name, by id; with the full name behind it where another of them shows the same."""
    known = list(people)
    shown = Counter(folded(each.name) for each in known)
    return {each.id: _name(each, is_shared=shown[folded(each.name)] > 1) for each in known}


def _name(person: Person, *, is_shared: bool) -> str:
    apart = person.full_name if folded(person.full_name) != folded(person.name) else person.id
    return f"{person.name} ({apart or person.id})" if is_shared else person.name


def which(people: Sequence[Person]) -> str:
    """A question where a name typed by hand is more than one person's."""
    names = " or ".join(escape(name) for name in told_apart(people).values())
    return f"Who do you mean, {names}? Pick the name from the list that Slack shows after @, or type the full name."
