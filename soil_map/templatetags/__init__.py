"""Tags of the soil map."""
