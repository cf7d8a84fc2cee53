"""Messages about balance (how leaders spend their time): the last two weeks, the form to log time, and the nudges."""
