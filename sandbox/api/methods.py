"""The registry of Web API methods by name, and `Call`, which each method receives."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import installs
from sandbox.slack_types import Json
from sandbox.workspace import Workspace


@dataclass
class Call:
    """One Web API call. `args` has the known arguments, parsed; `said` has all as received, without secrets."""

    workspace: Workspace
    method: str
    args: Json
    said: Json
    owner: Workspace
    """The workspace or organization that the token belongs to."""
    token: str | None = None

    def needs(self, scope: str) -> None:
        """Raise `missing_scope` if the app was not granted this scope."""
        if installs.lacks(self.workspace, [scope]):
            raise installs.missing(self.workspace, [scope])


Method = Callable[[Call], Json | None]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as a Web API method. It runs in one transaction and returns the response without `ok`."""

    def register(function: Method) -> Method:
        METHODS[name] = function
        return function

    return register
