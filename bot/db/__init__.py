"""The database: how it is reached, what is encrypted in it, and how its tables came to be."""
