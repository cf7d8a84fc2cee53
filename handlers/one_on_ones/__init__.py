"""One-on-ones: what a leader does about those who are due, how a pair finds a time, and what it keeps."""
