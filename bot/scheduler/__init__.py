"""The scheduler: recurring and one-off jobs, stored in the database and run once across all replicas."""
