"""A fair order where nothing else tells people apart: another one each time, so that nobody is always first."""

from hashlib import blake2b


def lot(person_id: str, *occasion: object) -> bytes:
    """Return what to sort people by: one occasion has one order, whoever asks, and each other occasion its own."""
    said = " ".join(map(str, (*occasion, person_id)))
    return blake2b(said.encode(), digest_size=8).digest()
