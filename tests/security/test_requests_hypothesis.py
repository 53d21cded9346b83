"""Whatever comes over the wire, the public pages and the desk answer it: no request makes an error of the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import strategies as st

from mapping import rate_limits
from tests.security import fuzzing
from tests.security.fuzzing import NIGHTLY, ORDINARY, bounded
from tests.security.headers import assert_walled
from tests.test_urls import TABLE, World, clients, world

__all__ = ["clients", "world"]  # fixtures

raw = st.binary(max_size=60).map(lambda content: content.decode("latin-1")) | fuzzing.texts.map(
    lambda text: text[:2_000].encode("utf-8", "surrogatepass").decode("latin-1")
)
"""Bytes of a header or an address, as WSGI hands them over."""
queries = (
    st.lists(
        st.tuples(
            st.sampled_from(
                ["q", "code", "lang", "next", "page", "commune", "village", "state", "sort", "done", "bbox", "x"]
            ),
            raw.map(lambda text: text.replace("&", "")),
        ),
        max_size=4,
    ).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
    | raw
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_COOKIE": raw | st.builds("sessionid={0}; django_language={0}; csrftoken={0}; messages={0}".format, raw),
        "HTTP_ACCEPT_LANGUAGE": raw,
        "HTTP_ACCEPT": raw | st.just("application/json"),
        "HTTP_ACCEPT_ENCODING": raw,
        "HTTP_IF_NONE_MATCH": raw,
        "HTTP_IF_MODIFIED_SINCE": raw,
        "HTTP_HOST": raw | st.just("localhost"),
        "HTTP_X_FORWARDED_FOR": raw,
        "HTTP_REFERER": raw,
        "HTTP_RANGE": raw,
        "HTTP_AUTHORIZATION": raw,
        "CONTENT_TYPE": raw,
        "CONTENT_LENGTH": raw,
    },
)

Asked = tuple[str, str, dict[str, str]]


def ask(client: Client, path: str, query: str, said: dict[str, str]) -> None:
    answer = client.generic("GET", "/", QUERY_STRING=query, PATH_INFO=path, **said)
    assert answer.status_code < 500, (path, query, said)
    assert_walled(answer, path)
    if answer.streaming:
        b"".join(answer.streaming_content)


def any_address(world: World, people: dict[str, Client]) -> tuple[Callable[[Asked], None], st.SearchStrategy[Asked]]:
    """Any path at all, and those under which something is looked up by what people type."""
    stems = [
        "/",
        "/h/",
        "/houses/",
        "/tiles/",
        "/files/",
        "/jobs/",
        "/static/",
        "/admin/",
        "/join/",
        f"/{world.token}/",
    ]
    paths = st.builds(lambda stem, rest: stem + rest.lstrip("/"), st.sampled_from(stems), raw)

    def take(asked: Asked) -> None:
        ask(people["anonymous"], *asked)

    return take, st.tuples(paths, queries, headers)


def known_addresses(world: World, people: dict[str, Client]) -> tuple[Callable[[Any], None], st.SearchStrategy[Any]]:
    """Every page of the table, with any query and any headers, for strangers and for an officer."""
    paths = sorted({row.path(world).partition("?")[0] for row in TABLE.values() if row.method == "GET"})

    def take(asked: tuple[str, Asked]) -> None:
        person, (path, query, said) = asked
        if person == "officer":  # whose cookie is the one header that stays
            said = {name: value for name, value in said.items() if name != "HTTP_COOKIE"}
        ask(people[person], path, query, said)

    return take, st.tuples(
        st.sampled_from(["anonymous", "officer", "officer"]), st.tuples(st.sampled_from(paths), queries, headers)
    )


def json_bodies(world: World, people: dict[str, Client]) -> tuple[Callable[[Any], None], st.SearchStrategy[Any]]:
    """Any JSON, with the names that our own pages send, to what takes JSON."""
    paths = sorted({row.path(world) for row in TABLE.values() if row.json})
    known = st.dictionaries(
        st.sampled_from(["lng", "lat", "number", "street", "note", "village", "version", "id", "anyway", "accuracy_m"]),
        fuzzing.json_values() | st.just(105.81) | st.just(19.67) | fuzzing.texts,
        max_size=8,
    )

    def take(sent: tuple[str, Any]) -> None:
        path, body = sent
        answer = people["officer"].post(path, json.dumps(body), content_type="application/json")
        assert answer.status_code < 500, (path, body)

    return take, st.tuples(st.sampled_from(paths), known | fuzzing.json_values())


def forms(world: World, people: dict[str, Client]) -> tuple[Callable[[Any], None], st.SearchStrategy[Any]]:
    """Any values in the fields of the forms of a desk, and of the public ones."""
    paths = sorted({row.path(world) for row in TABLE.values() if not row.json} - {"/sign-out/"})
    fields = st.dictionaries(
        st.sampled_from(
            ["username", "password", "language", "next", "number", "street", "village", "note", "version", "head_name",
             "phone", "size", "house", "commune", "column-0", "column-1", "scheme", "sheet", "meaning", "doubles",
             "code", "sheet_format", "design", "count", "reason", "closed_on", "file"]
        ),
        fuzzing.texts.map(lambda text: text[:3_000].encode("utf-8", "replace").decode()),
        max_size=6,
    )  # fmt: skip

    def take(sent: tuple[str, str, dict[str, str]]) -> None:
        person, path, values = sent
        answer = people[person].post(path, values)
        assert answer.status_code < 500, (path, values)

    return take, st.tuples(st.sampled_from(["anonymous", "officer"]), st.sampled_from(paths), fields)


def uploads(world: World, people: dict[str, Client]) -> tuple[Callable[[Any], None], st.SearchStrategy[Any]]:
    """Any file under any name."""

    def take(sent: tuple[bytes, bytes]) -> None:
        content, name = sent
        parts = [b'name="commune"\r\n\r\n' + world.commune.code.encode()]
        parts += [b'name="file"; filename="' + name + b'"\r\nContent-Type: text/html\r\n\r\n' + content]
        body = b"".join(b"--limit\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
        kind = "multipart/form-data; boundary=limit"
        answer = people["officer"].generic("POST", "/imports/", body + b"--limit--\r\n", kind)
        assert answer.status_code in (200, 302, 400, 413), name

    names = fuzzing.names | fuzzing.texts.map(lambda text: text[:300])
    return take, st.tuples(fuzzing.files(), names.map(lambda name: name.encode("utf-8", "surrogatepass")))


KINDS = {make.__name__: make for make in (any_address, known_addresses, json_bodies, forms, uploads)}


@pytest.fixture
def no_limits(settings: Any) -> None:
    """All examples come from one address."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (1_000_000, 1_000_000_000))
    rate_limits.forget()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_any_request_is_answered(kind: str, world: World, clients: dict[str, Client], no_limits: None) -> None:
    bounded(*KINDS[kind](world, clients), ORDINARY)


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_any_request_is_answered_ten_thousand_times(
    kind: str, world: World, clients: dict[str, Client], no_limits: None
) -> None:
    bounded(*KINDS[kind](world, clients), NIGHTLY)
