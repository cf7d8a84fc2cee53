"""Change notices: what they are, who has read them, and whom to remind."""
