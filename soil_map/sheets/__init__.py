"""Map sheets: a layer of the soil map on A4 or A3, to scale, with its grid, its legend and how sure it is. Pure."""
