"""Files of soil units and parcels: what they are, what they mean, and what they would do to a commune. Pure."""
