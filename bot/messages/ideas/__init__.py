"""Messages of ideas: what could be better, who looks into it, and what came of it."""
