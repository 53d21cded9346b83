"""House plates: what one looks like, drawing it, and the press that prints a commune's."""
