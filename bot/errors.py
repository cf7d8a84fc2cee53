"""Exceptions whose message is shown to the person or operator who can act on it."""


class Refusal(Exception):
    """An error that the person can correct. `sentence` says how; `field` is the form block that shows it."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class AnswerTooLate(Refusal):
    """Raised for an answer that comes too late: its subject is over, deleted, or taken by another person.

    No button that is still shown as active may raise this.
    """


class OperatorError(Exception):
    """An error that the operator must fix. The command line prints the message and exits with status 2."""
