"""Reference rows that the project ships: properties and methods, class schemes, crops, fertilisers, dose rules.

The texts are JSON beside this file. `loading` puts them into the database after every migration. A scheme or a rule
that is there already stays as it is: a change of limits or terms is a new version, so that what was printed can be
repeated.
"""
