"""Acts of thanking."""
