"""Streets and alleys: their lines (pure), where they hang together (pure), and what officials do to them."""
