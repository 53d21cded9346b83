"""Laboratory sheets on their way into the soil map. What reads and plans them is pure; the rest says and writes it."""
