"""Everything of a commune's soil as one GeoPackage that a GIS opens with its colours.

`layers` reads it from the database, `qgis` writes styles as QGIS keeps them, `job` puts both into a file.
"""
