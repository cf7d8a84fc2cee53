"""How the fun tank looks: `gauge` for everybody, `nudges` for leaders, `answers` to what is typed."""
