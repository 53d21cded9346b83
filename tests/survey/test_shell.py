"""What a phone keeps of the survey: small enough for a village's line, complete, and with icons."""

from __future__ import annotations

import gzip
import io
import json
import posixpath
import re

import pytest
from django.test import Client
from PIL import Image

from households.survey import shell

pytestmark = pytest.mark.django_db

MOST_BYTES = 250_000
_IMPORTED = re.compile(r"""(?:from\s+|import\s*\(?\s*)["'](\.{1,2}/[^"']+)["']""")


def test_the_shell_is_small(client: Client) -> None:
    page = client.get("/survey/").content
    sizes = {name: len(gzip.compress(shell.content(name), 9)) for name in shell.shell_files()}
    whole = sum(sizes.values()) + len(page)
    print(f"shell: {whole} bytes, the page itself {len(page)}, {len(sizes)} files")
    assert whole <= MOST_BYTES, sorted(sizes.items(), key=lambda one: -one[1])[:8]


def test_every_module_that_a_script_asks_for_is_in_the_shell() -> None:
    files = set(shell.shell_files())
    asked = {
        posixpath.normpath(posixpath.join(posixpath.dirname(name), found))
        for name in files
        if name.startswith("js/")
        for found in _IMPORTED.findall(shell.content(name).decode())
    }
    assert len(asked) > 30
    assert asked - files == set()


def test_icons_are_pictures_of_their_size_without_transparent_corners_where_phones_cut_them(client: Client) -> None:
    manifest = json.loads(client.get("/survey/manifest.webmanifest").content)
    drawn = [one for one in manifest["icons"] if one["type"] == "image/png"]
    assert [(one["sizes"], one["purpose"]) for one in drawn] == [
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    ]
    page = client.get("/survey/").content.decode()
    [touch] = re.findall(r'<link rel="apple-touch-icon" href="([^"]+)">', page)
    for address, size in [(touch, "180x180"), *((one["src"], one["sizes"]) for one in drawn)]:
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png"), address
        assert "max-age" in answer["Cache-Control"]
        image = Image.open(io.BytesIO(answer.content))
        assert "x".join(map(str, image.size)) == size
        assert image.convert("RGBA").getpixel((0, 0)) == (20, 55, 125, 255)
        middle = image.convert("RGB").getpixel((image.width // 2, image.height * 44 // 100))
        assert middle == (255, 255, 255), "the house is white"
    assert client.get("/survey/icon-181.png").status_code == 404
