"""The survey's page and its files, as a phone keeps them to open without a network.

A version is a hash over everything: whoever changes a script, a style, a word or the page itself makes a new one, and
phones are offered it. Nothing here is any person's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.template.loader import get_template
from django.utils.translation import get_language

from households.survey.form_words import form_words
from households.survey.shell_words import shell_words

PAGE: Final = "/survey/"
TEMPLATE: Final = "households/survey.html"
_SCRIPTS: Final = Path(settings.BASE_DIR) / "static" / "js" / "survey"
_WORKER: Final = _SCRIPTS / "worker.js"
_OTHERS: Final = (
    "js/core/http.js",
    "js/core/ids.js",
    "js/core/signing_in.js",
    "js/map/elements.js",
    "js/map/pin.js",
    "js/map/style.js",
    "css/sonha.css",
    "css/survey.css",
    "css/survey_shell.css",
    "img/mark.svg",
    "leaflet/leaflet.css",
    "leaflet/leaflet.js",
    "vendor/protomaps/protomaps-leaflet.js",
)
_EXTRA_PLACES: Final = ("vendor/zxing",)
"""Folders of static files that are taken along when there is time for it, and are no part of the first load."""


def version() -> str:
    """Return the version of the page in the active language."""
    return str(_shell(get_language() or settings.LANGUAGE_CODE, settings.VERSION)["version"])


def context() -> dict[str, Any]:
    """Return what the page's template needs, in the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "words": words(),
        "config": {
            "language": language,
            "version": settings.VERSION,
            "worker": f"{PAGE}sw.js?language={language}",
            "files": {
                "leaflet": staticfiles_storage.url("leaflet/leaflet.js"),
                "leafletStyle": staticfiles_storage.url("leaflet/leaflet.css"),
                "protomaps": staticfiles_storage.url("vendor/protomaps/protomaps-leaflet.js"),
                **{Path(name).name: staticfiles_storage.url(name) for name in _extras()},
            },
        },
    }


def words() -> dict[str, str]:
    """Return everything that the scripts say, in the active language."""
    return {**form_words(), **shell_words()}


def worker() -> str:
    """Return the service worker's text in the active language."""
    shell = _shell(get_language() or settings.LANGUAGE_CODE, settings.VERSION)
    return f"const SHELL = {json.dumps(shell)};\n{_WORKER.read_text(encoding='utf-8')}"


def shell_files() -> list[str]:
    """Return the names of the static files that the page needs to open and to work."""
    scripts = sorted(f"js/survey/{path.name}" for path in _SCRIPTS.glob("*.js") if path != _WORKER)
    return scripts + [name for name in _OTHERS if _is_there(name)]


def content(name: str) -> bytes:
    """Return a static file as it is served: under a hashed name its imports are other than in the source."""
    if isinstance(staticfiles_storage, ManifestFilesMixin):
        with staticfiles_storage.open(staticfiles_storage.stored_name(name)) as file:
            return bytes(file.read())
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return Path(found).read_bytes()


def _is_there(name: str) -> bool:
    return finders.find(name) is not None


def _extras() -> list[str]:
    return sorted(_below(_EXTRA_PLACES))


def _below(places: tuple[str, ...]) -> Iterator[str]:
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            prefix = getattr(storage, "prefix", None)
            whole = f"{prefix}/{name}" if prefix else name
            if whole.startswith(tuple(f"{place}/" for place in places)):
                yield whole


def _shell(language: str, release: str) -> dict[str, Any]:
    """What the worker must know; remembered, but where sources change under a running server."""
    return _made.__wrapped__(language, release) if settings.DEBUG else _made(language, release)


@lru_cache(maxsize=8)
def _made(language: str, release: str) -> dict[str, Any]:
    files, extras = ([_listed(name) for name in names] for names in (shell_files(), _extras()))
    template = Path(str(get_template(TEMPLATE).origin)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
    whole = json.dumps(
        [files, extras, template, words(), language, release, _WORKER.read_text(encoding="utf-8")], sort_keys=True
    )
    mark = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return {"version": mark, "language": language, "page": PAGE, "files": files, "extras": extras}


def _listed(name: str) -> tuple[str, str]:
    digest = base64.b64encode(hashlib.sha256(content(name)).digest()).decode()
    return staticfiles_storage.url(name), f"sha256-{digest}"
