"""Surfaces: from the samples of a layer to rasters, zones and pictures of it.

In the order of the work: `ordering` (somebody asks for one), `making` (samples in, everything of it kept), `extent`
(how far samples reach, which cells), `computing` (the estimates), `rasters` (files that any GIS opens), `reading` (what
a surface tells at a place), `zoning` (its zones, and `rezoning` once another scheme holds), `pictures` (layers over a
web map), `differing` (two campaigns) and `telling` (in words).
"""
