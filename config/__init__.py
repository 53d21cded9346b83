"""The roof: settings, URLs and the WSGI entry point. Imports every floor, imported by none."""
