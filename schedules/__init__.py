"""What the clock asks: one module of jobs a feature."""
