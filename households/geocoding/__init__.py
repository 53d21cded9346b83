"""From a written address to a house, and from a place to an address."""
