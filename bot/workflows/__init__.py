"""What happens: one act with everything that follows from it, in one transaction."""
