"""`steward backup` and `steward restore`: consistent copies of the database, and the way back."""
