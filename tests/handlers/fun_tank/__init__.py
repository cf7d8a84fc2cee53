"""End-to-end tests of the fun tank."""
