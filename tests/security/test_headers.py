"""Every answer, whoever asks and whatever becomes of it, says the same to the browser."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.contrib import admin
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory

from mapping import files, registry
from mapping.jobs import run_job
from mapping.models import Unit
from tests import factories, url_rounds
from tests.security.headers import assert_no_inline_code, assert_walled, headers_say_html, policy
from tests.test_urls import TABLE, World, clients, world

__all__ = ["clients", "world"]  # fixtures

PERSONAL = re.compile(r"\bprivate\b.*\bno-store\b|\bno-store\b.*\bprivate\b")
# Asked anew each time, and never by a proxy; pictures of what anyone may see are the same for everyone.
KEPT_BY_THE_BROWSER = (
    {"tiles": "private, no-cache"}
    | dict.fromkeys(
        ("soil_surface_value_png", "soil_surface_deviation_png", "soil_difference_png"), "public, max-age=300"
    )
    # For anyone, holding nothing of anybody.
    | dict.fromkeys(("survey", "survey_worker", "survey_manifest"), "no-cache")
    | {"survey_icon": "public, max-age=604800"}  # a picture of the mark, the same for anyone
)


@url_rounds.rounds(TABLE)
def test_every_address_is_walled_for_everyone(
    names: list[str], world: World, clients: dict[str, Client], settings: Any
) -> None:
    for name in names:
        for person in ("anonymous", "nobody", "viewer", "officer", "administrator"):
            with url_rounds.untouched({person: clients[person]}, settings):
                _assert_address_is_walled(name, world, person, clients[person])


def _assert_address_is_walled(name: str, world: World, person: str, client: Client) -> None:
    row = TABLE[name]
    extra = {"content_type": "application/json", "data": "{}"} if row.json else {}
    for method in sorted({row.method.lower(), "get", "post"}):
        answer = getattr(client, method)(row.path(world), **(extra if method == "post" else {}))
        where = f"{person} {method} {row.path(world)} {answer.status_code}"
        assert_walled(answer, where)
        assert_no_inline_code(answer, where)
        if person != "anonymous" and answer.status_code == 200:
            kept = KEPT_BY_THE_BROWSER.get(name)
            assert answer["Cache-Control"] == kept or PERSONAL.search(answer["Cache-Control"]), where
        for cookie in filter(lambda cookie: cookie.value, answer.cookies.values()):  # an empty one is being deleted
            assert cookie["httponly"] or cookie.key == "django_language", where
            assert cookie["samesite"] in ("Lax", "Strict"), where


def test_every_page_of_the_administration_is_walled(world: World, clients: dict[str, Client]) -> None:
    run_job.defer(job_id=str(world.job.pk))  # the queue has a page too, and it shows what waits
    paths = ["/admin/", "/admin/login/", "/admin/password_change/", "/admin/jsi18n/", "/admin/no/such/"]
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model._default_manager.order_by("pk").first()
        paths += [base, f"{base}add/", *([f"{base}{row.pk}/change/", f"{base}{row.pk}/delete/"] if row else [])]
    assert len(paths) > 10
    for path in paths:
        for person in ("anonymous", "officer", "administrator"):
            answer = clients[person].get(path)
            assert_walled(answer, path)
            assert_no_inline_code(answer, path)
            assert set(policy(answer).get("script-src", [])) <= {"'self'"} or "nonce" in str(policy(answer)), path
            if person == "administrator" and answer.status_code == 200:
                assert PERSONAL.search(answer["Cache-Control"]), path


def test_errors_are_walled(commune: Unit, officer: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(officer)
    for path in ("/no/such/page", "/static/no/such.css", "/houses/999999999/", "/files/no/", "/admin/x"):
        assert_walled(client.get(path), path)
    stale = client.post("/houses/add/", {"number": "1"})
    assert stale.status_code == 403
    assert_walled(stale, "a form without its token")
    monkeypatch.setattr("households.search.find", lambda **_: 1 / 0)
    broken = client.get("/houses/search.json?q=a")
    assert broken.status_code == 500
    assert_walled(broken, "a server error")
    settings.ALLOWED_HOSTS = ["sonha.example"]
    for secure in (False, True):
        settings.SECURE_SSL_REDIRECT = secure  # then Django's outermost middleware refuses the host
        wrong = Client().get("/", headers={"host": "evil.example"})
        assert wrong.status_code == 400
        assert_walled(wrong, "a wrong host")


def test_over_https_the_browser_is_told_to_stay_there(db: None, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.LANGUAGE_COOKIE_SECURE = True
    moved = Client().get("/sign-in/")
    assert moved.status_code == 301 and moved["Location"].startswith("https://")
    assert_walled(moved, "the way to https")
    page = Client().get("/sign-in/", secure=True)
    assert page["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert page.cookies["csrftoken"]["secure"]
    chosen = Client().post("/language/", {"language": "en"}, secure=True)
    assert all(cookie["secure"] and cookie["samesite"] == "Lax" for cookie in chosen.cookies.values())
    assert chosen.cookies


def test_static_files_are_walled_too(settings: Any, tmp_path: Any) -> None:
    """A drawing opened by itself is a page; WhiteNoise answers before Django's own policy is put on."""
    (tmp_path / "mark.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = str(tmp_path), True
    settings.WHITENOISE_USE_FINDERS = False
    middleware = list(settings.MIDDLEWARE)
    middleware.insert(2, "whitenoise.middleware.WhiteNoiseMiddleware")
    settings.MIDDLEWARE = middleware
    handler = WSGIHandler()
    answer = handler.get_response(RequestFactory().get("/static/mark.svg"))
    assert answer.status_code == 200 and b"<svg" in b"".join(answer.streaming_content)
    assert_walled(answer, "/static/mark.svg")
    assert policy(answer)["script-src"] == ["'self'"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_file_leaves_under_a_name_and_type_of_ours_and_would_run_nothing(
    commune: Unit, officer: Any, officer_client: Client
) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    for name, content_type in (
        ("Danh s\u00e1ch h\u1ed9.html", "text/html"),
        ('a";\r\nSet-Cookie: x=1;".svg', "image/svg+xml"),
        ("..\\..\\nh\u00e0.xhtml", "application/xhtml+xml"),
        ("\u202egpj.exe", "text/html; charset=utf-7"),
    ):
        stored = files.store(
            source=io.BytesIO(page), name=name, content_type=content_type, commune=commune, user=officer
        )
        answer = officer_client.get(f"/files/{stored.pk}/")
        assert answer.status_code == 200
        assert_walled(answer, name)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        assert "\r" not in answer["Content-Disposition"] and "\u202e" not in answer["Content-Disposition"]
        assert policy(answer)["default-src"] == ["'none'"] and "sandbox" in policy(answer)
        assert not headers_say_html(answer) and not answer.cookies.get("x")
        assert PERSONAL.search(answer["Cache-Control"])
        assert b"".join(answer.streaming_content) == page


def test_the_base_maps_server_is_the_only_foreign_one(db: None) -> None:
    """Without one the policy names no other host at all."""
    for sources in policy(Client().get("/")).values():
        assert not [source for source in sources if "://" in source]


def test_layers_for_everyone_are_the_only_answers_that_a_proxy_may_keep(commune: Unit, officer_client: Client) -> None:
    factories.house(commune)
    for name, layer in registry.layers.items():
        told = officer_client.get(f"/tiles/{name}.json")["Cache-Control"]
        assert told.startswith("public") == (layer.capability is None)
