"""Kriging of soil properties: from samples in metres to a map of values and of how sure they are.

The files in the order of the work: `samples` (one value a place), `variogram` (how unlike values are at which
distance), `fitting` (a model of it), `ordinary` (the estimate at points and on a grid), `lognormal` (for skewed
values), `validating` (each sample told from the others) and `choosing` (which model, and whether there is a map).

Everything here is pure: numpy and scipy, no Django, no files. Coordinates are easting and northing in metres of one
plane system (the commune's VN-2000 zone); distances in degrees would be wrong and cannot be told from right ones.
"""
