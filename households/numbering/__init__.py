"""House numbers as Circular 08/2024/TT-BXD gives them: pure calculation over lines and points, no Django."""
