"""What is refused, in words: a sentence that says what to do instead."""
