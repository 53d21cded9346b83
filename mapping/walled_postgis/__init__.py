"""A database backend: PostGIS whose every transaction begins by saying who acts (`mapping/wall.py`)."""
