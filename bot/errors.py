"""Exceptions whose message is shown to the person or operator who can act on it."""


class Refusal(Exception):
    """Something the person can correct. The sentence says how; `field` is the form block that shows it."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Passed(Refusal):
    """The thing somebody answered is over, deleted, or taken by another person. No live button may lead here."""


class OperatorError(Exception):
    """Something that the operator must fix. The command line prints the message and exits with status 2."""
