"""Vector files whose readers in GDAL are large and old: read in a process of their own."""
