"""End-to-end tests of celebrations."""
