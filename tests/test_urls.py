"""Every address × every kind of person. An address without a row here fails the test.

A person is let in, sent to sign in, told that it is forbidden, or told that there is no such thing. A foreign unit's
things do not exist for a stranger; a known unit's things that need another right are forbidden.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from households.models import ImportRun
from mapping import changes, registry
from mapping.access import Capability
from mapping.models import Job, StoredFile, Unit
from tests import factories

IN, SIGN_IN, FORBIDDEN, ABSENT = "let in", "sent to sign in", "forbidden", "absent"
PEOPLE = ("anonymous", "nobody", "stranger", "viewer", "officer", "administrator")

# What each of PEOPLE meets, in their order.
ANYONE = (IN,) * 6
WHO_SEES_HOUSES = (SIGN_IN, ABSENT, ABSENT, IN, IN, IN)
WHO_EDITS = (SIGN_IN, ABSENT, ABSENT, FORBIDDEN, IN, IN)
WHO_EDITS_SOMEWHERE = (SIGN_IN, FORBIDDEN, IN, FORBIDDEN, IN, IN)
WHO_WORKS_SOMEWHERE = (SIGN_IN, FORBIDDEN, IN, IN, IN, IN)


@dataclasses.dataclass(frozen=True)
class World:
    """One commune with one of everything."""

    commune: Unit
    code: str
    token: str
    household: Any
    changeset: Any
    job: Any
    file: Any
    run: Any


@dataclasses.dataclass(frozen=True)
class Row:
    """An address, how it is called, and what each of PEOPLE meets."""

    path: Callable[[World], str]
    meets: tuple[str, ...]
    method: str = "GET"
    json: bool = False


def get(path: Callable[[World], str], meets: tuple[str, ...]) -> Row:
    return Row(path, meets)


def post(path: Callable[[World], str], meets: tuple[str, ...], *, json: bool = False) -> Row:
    return Row(path, meets, "POST", json)


TABLE: dict[str, Row] = {
    # Public
    "front": get(lambda w: "/", ANYONE),
    "scan": get(lambda w: f"/{w.token}", ANYONE),
    "house_by_code": get(lambda w: f"/h/{w.code}/", ANYONE),
    "healthz": get(lambda w: "/healthz", ANYONE),
    "sign_in": get(lambda w: "/sign-in/", ANYONE),
    "sign_out": post(lambda w: "/sign-out/", ANYONE),
    "set_language": post(lambda w: "/language/", ANYONE),
    # Houses
    "map": get(lambda w: "/map/", WHO_WORKS_SOMEWHERE),
    "houses": get(lambda w: "/houses/", WHO_WORKS_SOMEWHERE),
    "search_houses": get(lambda w: "/houses/search.json?q=an", (SIGN_IN, IN, IN, IN, IN, IN)),  # whoever: nothing
    "export_houses": get(lambda w: f"/houses/export.xlsx?commune={w.commune.code}", WHO_SEES_HOUSES),
    "house": get(lambda w: f"/houses/{w.code}/", WHO_SEES_HOUSES),
    "house_summary": get(lambda w: f"/houses/{w.code}/summary.json", WHO_SEES_HOUSES),
    "add_house": post(lambda w: "/houses/add/", WHO_EDITS_SOMEWHERE, json=True),
    "edit_house": post(lambda w: f"/houses/{w.code}/edit/", WHO_EDITS),
    "move_house": post(lambda w: f"/houses/{w.code}/move/", WHO_EDITS, json=True),
    "split_house": post(lambda w: f"/houses/{w.code}/split/", WHO_EDITS),
    "close_house": post(lambda w: f"/houses/{w.code}/close/", WHO_EDITS),
    "reopen_house": post(lambda w: f"/houses/{w.code}/reopen/", WHO_EDITS),
    "add_household": post(lambda w: f"/houses/{w.code}/households/add/", WHO_EDITS),
    "edit_household": post(lambda w: f"/households/{w.household.pk}/edit/", WHO_EDITS),
    "move_household": get(lambda w: f"/households/{w.household.pk}/move/", WHO_EDITS),
    "remove_household": post(lambda w: f"/households/{w.household.pk}/remove/", WHO_EDITS),
    "changes": get(lambda w: "/changes/", WHO_EDITS_SOMEWHERE),
    "undo_change": post(lambda w: f"/changes/{w.changeset.pk}/undo/", WHO_EDITS),
    # Imports
    "imports": get(lambda w: "/imports/", WHO_EDITS_SOMEWHERE),
    "import_run": get(lambda w: f"/imports/{w.run.pk}/", WHO_EDITS),
    "import_columns": get(lambda w: f"/imports/{w.run.pk}/columns/", WHO_EDITS),
    "import_place": get(lambda w: f"/imports/{w.run.pk}/place/", WHO_EDITS),
    "import_check": post(lambda w: f"/imports/{w.run.pk}/check/", WHO_EDITS),
    "import_apply": post(lambda w: f"/imports/{w.run.pk}/apply/", WHO_EDITS),
    "import_undo": post(lambda w: f"/imports/{w.run.pk}/undo/", WHO_EDITS),
    # Plates, jobs, files
    "plates": get(lambda w: "/plates/", WHO_EDITS_SOMEWHERE),
    "job": get(lambda w: f"/jobs/{w.job.pk}/", WHO_EDITS),
    "job_state": get(lambda w: f"/jobs/{w.job.pk}/state.json", WHO_EDITS),
    "job_cancel": post(lambda w: f"/jobs/{w.job.pk}/cancel/", WHO_EDITS),
    "stored_file": get(lambda w: f"/files/{w.file.pk}/", WHO_EDITS),
    # Tiles
    "tiles": get(lambda w: "/tiles/houses/14/13007/7275.mvt", (FORBIDDEN, FORBIDDEN, IN, IN, IN, IN)),
    "tile_json": get(lambda w: "/tiles/houses.json", (FORBIDDEN, FORBIDDEN, IN, IN, IN, IN)),
}


@pytest.fixture
def world(commune: Unit, officer: Any, tmp_path: Any) -> World:
    from households.importing import runs

    house = factories.house(commune, number="12", village=factories.village(commune))
    path = tmp_path / "list.csv"
    path.write_text("Số nhà;Vĩ độ;Kinh độ\n7;19,67;105,81\n")
    run: ImportRun = runs.start(path=path, name="list.csv", content_type="text/csv", commune=commune, user=officer)
    file: StoredFile = run.file
    return World(
        commune=commune,
        code=house.code,
        token=factories.plate(house).token,
        household=factories.household(house),
        changeset=changes.begin(kind="house.edit", subject="", commune=commune, user=officer),
        job=Job.objects.create(kind="plates.print", commune=commune, created_by=officer),
        file=file,
        run=run,
    )


@pytest.fixture
def clients(world: World, officer: Any, stranger: Any, viewer: Any) -> dict[str, Client]:
    administrator = factories.user("quantri")
    administrator.is_superuser = True
    administrator.save()
    people = {
        "nobody": factories.user("moi"),
        "stranger": stranger,
        "viewer": viewer,
        "officer": officer,
        "administrator": administrator,
    }
    made = {"anonymous": Client()}
    for name, person in people.items():
        made[name] = Client()
        made[name].force_login(person)
    return made


def named_routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of all routes but those of the administration, which lets in superusers only."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from named_routes(pattern.url_patterns)
        else:
            yield pattern.name or f"unnamed {pattern.pattern}"


def met(answer: HttpResponse) -> str:
    """What the person was told."""
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/"):
        return SIGN_IN
    assert answer.status_code < 500
    return {403: FORBIDDEN, 404: ABSENT}.get(answer.status_code, IN)


def test_every_route_has_a_row() -> None:
    assert set(named_routes(get_resolver().url_patterns)) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_person_meets_what_the_table_says(name: str, world: World, clients: dict[str, Client]) -> None:
    row = TABLE[name]
    for person, expected in zip(PEOPLE, row.meets, strict=True):
        extra = {"content_type": "application/json", "data": "{}"} if row.json else {}
        answer = getattr(clients[person], row.method.lower())(row.path(world), **extra)
        assert met(answer) == expected, f"{person} {row.method} {row.path(world)}: {answer.status_code}"


def test_the_administration_lets_in_superusers_only(world: World, clients: dict[str, Client]) -> None:
    told = {person: client.get("/admin/mapping/user/").status_code for person, client in clients.items()}
    assert told == dict.fromkeys(PEOPLE, 302) | {"administrator": 200}


def test_no_page_shows_a_stranger_or_a_viewer_the_people(world: World, clients: dict[str, Client]) -> None:
    """Whatever is requested: the head of household's name never reaches who may not see people there."""
    for name, row in TABLE.items():
        if row.method != "GET" or name in ("export_houses",):
            continue
        for person in ("anonymous", "nobody", "stranger", "viewer"):
            answer = clients[person].get(row.path(world))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "Nguyễn Văn An" not in body.decode(errors="replace"), f"{person} {row.path(world)}"


def test_layers_and_jobs_name_the_right_they_need() -> None:
    for layer in registry.layers.values():
        assert layer.capability is None or isinstance(layer.capability, Capability)
    assert all(isinstance(kind.capability, Capability) for kind in registry.job_kinds.values())
