"""The register of Web API methods: a name, and the function that does it."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack_types import Json
from sandbox.workspace import Workspace


@dataclass
class Call:
    """One call: the workspace in which to do it, its known arguments in their types, and all as they came."""

    workspace: Workspace
    method: str
    args: Json
    said: Json

    def needs(self, scope: str) -> None:
        """Refuse when the app has not been given this very scope."""
        if self.workspace.app.lacks([scope]):
            raise self.workspace.app.missing([scope])


Method = Callable[[Call], Json | None]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as a Web API method; it runs in one transaction and answers without `ok`."""

    def register(function: Method) -> Method:
        METHODS[name] = function
        return function

    return register
