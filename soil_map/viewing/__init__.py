"""What the soil map's viewer is handed: tiles, the catalogue of what there is, and what lies at a point."""
