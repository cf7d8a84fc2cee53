"""What happens with one-on-ones."""
