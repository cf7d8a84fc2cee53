"""Text that people type, whatever brings it: names and numbers in one form, and what makes it safe to show."""
