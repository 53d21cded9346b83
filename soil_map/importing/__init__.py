"""Laboratory sheets, soil polygons and parcels on their way into the soil map."""
