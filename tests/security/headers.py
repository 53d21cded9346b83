"""What every answer must say to the browser, as tests ask it."""

from __future__ import annotations

import re
from typing import Any

from django.http.response import HttpResponseBase

_SAFE_SOURCE = re.compile(r"'none'|'self'|'nonce-[A-Za-z0-9+/=]{22,}'|data:|https://[a-z0-9.-]+")
_MORE: dict[str, set[tuple[str, str]]] = {
    # Photos that lie on the phone, and the reader of plates where the browser has none.
    "/survey/": {("img-src", "blob:"), ("script-src", "'wasm-unsafe-eval'")},
}
"""What single pages need besides, by their path."""
_MARKUP = re.compile(r"<(script|style|link|base|iframe|object|embed|form|a|body|[a-z]+)\b[^>]*>", re.IGNORECASE)


def policy(answer: HttpResponseBase) -> dict[str, list[str]]:
    """The content policy: directive → sources."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


def assert_walled(answer: HttpResponseBase, where: str) -> None:
    """The headers that nothing may leave without, and a policy that lets no foreign and no inline code run."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["X-Frame-Options"] == "DENY", where
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), where
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert headers["Cross-Origin-Embedder-Policy"] == "credentialless", where
    assert "microphone=()" in headers["Permissions-Policy"], where
    assert "Cache-Control" in headers, where
    said = policy(answer)
    assert said["default-src"] == said["base-uri"] == said["frame-ancestors"] == ["'none'"], where
    assert said["form-action"] in (["'self'"], ["'none'"]), where
    more = _MORE.get(getattr(answer, "request", {}).get("PATH_INFO", ""), set())
    for directive, sources in said.items():
        for source in sources:
            assert (directive, source) in more or _SAFE_SOURCE.fullmatch(source), f"{where}: {directive} {source}"
    assert not any("data:" in sources for directive, sources in said.items() if directive != "img-src"), where
    if headers.get("Content-Disposition", "").startswith("attachment"):
        assert "sandbox" in said and "script-src" not in said, where


def assert_no_inline_code(answer: Any, where: str) -> None:
    """A page that the policy would break is as wrong as one without a policy."""
    if not headers_say_html(answer):
        return
    page = answer.content.decode()
    nonces = {source[7:-1] for source in policy(answer).get("script-src", []) if source.startswith("'nonce-")}
    for found in _MARKUP.finditer(page):
        tag = found.group()
        assert not re.search(r"\son[a-z]+\s*=", tag, re.IGNORECASE), f"{where}: {tag}"
        assert not re.search(r"\sstyle\s*=", tag, re.IGNORECASE), f"{where}: {tag}"
        assert "javascript:" not in tag.lower(), f"{where}: {tag}"
        if found.group(1).lower() == "script" and " src=" not in tag and "application/json" not in tag:
            nonce = re.search(r'nonce="([^"]+)"', tag)
            assert nonce and nonce.group(1) in nonces, f"{where}: {tag}"
    assert "<style" not in page.lower(), where


def headers_say_html(answer: HttpResponseBase) -> bool:
    """Whether the answer is a page."""
    return not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html")
