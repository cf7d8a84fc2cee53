"""Errors that carry their own answer."""


class Refusal(Exception):
    """Something the person can put right. The sentence says how; `field` is the form's block it belongs to."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Passed(Refusal):
    """What somebody answers is over, gone, or taken by another: nothing that looks alive may lead here."""


class OperatorError(Exception):
    """Something that the operator must put right. The command line prints the text and ends with status 2."""
