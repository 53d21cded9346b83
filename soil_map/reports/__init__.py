"""What a campaign found, for a commune: areas by class, villages' indices, in words, as tables and as map sheets.

`layers` (areas and figures of each layer), `villages` (Parker's index), `telling` (in words), `tables` (as a workbook),
`sheets` and `sheet_job` (maps on paper), and beside this folder `packaging/` (everything as a GeoPackage).
"""
