"""Shared types: `Json` objects, and `SlackError`, an error response with Slack's error string."""

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """An error response: Slack's error string, its `response_metadata.messages`, and extra fields."""

    def __init__(self, error: str, *messages: str, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.fields = fields

    def answer(self) -> Json:
        body: Json = {"ok": False, "error": self.error} | self.fields
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body
