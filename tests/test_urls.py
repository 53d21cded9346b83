"""Every address × every kind of person. An address without a row here fails the test.

A person is let in, sent to sign in, told that it is forbidden, or told that there is no such thing. A foreign unit's
things do not exist for a stranger; a known unit's things that need another right are forbidden.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from mapping import registry
from mapping.access import Capability, Role
from mapping.models import Unit
from tests import factories, url_rounds, url_world
from tests.soil_map import url_rows
from tests.survey import desk_url_rows as survey_desk_url_rows
from tests.survey import shell_url_rows as survey_shell_url_rows
from tests.survey import url_rows as survey_url_rows
from tests.url_words import (
    ABSENT,
    ANYONE,
    EDITORS,
    ELSEWHERE,
    FORBIDDEN,
    IN,
    IN_VILLAGES,
    NAMES_NO_COMMUNE,
    NEIGHBOUR,
    OFFICERS,
    PEOPLE,
    ROLES,
    SIGN_IN,
    SIGNED_IN,
    SIGNED_IN_BUT_ABSENT,
    WHO_EDITS,
    WHO_EDITS_SOMEWHERE,
    WHO_IMPORTS,
    WHO_IMPORTS_SOMEWHERE,
    WHO_MANAGES,
    WHO_MANAGES_PEOPLE,
    WHO_PRINTS,
    WHO_PRINTS_SOMEWHERE,
    WHO_PRINTS_THE_BATCH,
    WHO_SEES_HOUSES,
    WHO_SEES_TILES,
    WHO_TAKES_WALK_LISTS,
    WHO_WORKS_SOMEWHERE,
    Row,
    at_house,
    get,
    in_commune,
    of_commune,
    post,
    somewhere,
)
from tests.url_world import World

TABLE: dict[str, Row] = (
    {
        # Public
        "front": get(lambda w: "/", ANYONE),
        "scan": get(lambda w: f"/{w.token}", ANYONE),
        "alley": get(lambda w: f"/alley/{w.street.pk}/", ANYONE),
        "report_plate": get(lambda w: f"/report/{w.token}/", ANYONE),
        "verify_certificate": get(lambda w: f"/certificate/{_certificate_of(w)}/", ANYONE),
        "house_by_code": get(lambda w: f"/h/{w.code}/", ANYONE),
        "healthz": get(lambda w: "/healthz", ANYONE),
        "favicon": get(lambda w: "/favicon.ico", ANYONE),
        "sign_in": get(lambda w: "/sign-in/", ANYONE),
        "sign_out": post(lambda w: "/sign-out/", ANYONE),
        "set_language": post(lambda w: "/language/", ANYONE),
        "open_link": get(lambda w: f"/join/{w.link}/", ANYONE),
        # The audit
        "audit": get(lambda w: "/audit/", somewhere(*OFFICERS)),
        "export_audit": get(lambda w: "/audit/export.xlsx", somewhere(*OFFICERS)),
        "household_audit": get(lambda w: f"/households/{w.household.pk}/audit/", at_house(*OFFICERS)),
        "export_household_audit": get(lambda w: f"/households/{w.household.pk}/audit/export.xlsx", at_house(*OFFICERS)),
        # One's own account, and the people of one's units
        "second_step": get(lambda w: "/sign-in/code/", dict.fromkeys(PEOPLE, SIGN_IN)),  # opens between the steps only
        "account": get(lambda w: "/account/", SIGNED_IN),
        "my_rights": get(lambda w: "/account/rights/", SIGNED_IN),
        "change_password": get(lambda w: "/account/password/", SIGNED_IN),
        "second_factor": get(lambda w: "/account/second-factor/", SIGNED_IN),
        "recovery_codes": get(lambda w: "/account/recovery-codes/", SIGNED_IN),
        "recovery_codes_file": post(lambda w: "/account/recovery-codes/file/", SIGNED_IN_BUT_ABSENT),  # none shown
        "end_other_devices": post(lambda w: "/account/devices/end-others/", SIGNED_IN),
        "end_device": post(lambda w: f"/account/devices/{w.device.pk}/end/", SIGNED_IN_BUT_ABSENT | {"officer": IN}),
        "people": get(lambda w: "/people/", somewhere(*OFFICERS)),
        "invite": get(lambda w: f"/people/invite/?unit={w.commune.code}", WHO_MANAGES_PEOPLE),
        "person": get(lambda w: f"/people/{w.colleague.pk}/", WHO_MANAGES_PEOPLE),
        "give_grant": post(lambda w: f"/people/{w.colleague.pk}/grant/?unit={w.commune.code}", WHO_MANAGES_PEOPLE),
        "way_back": post(lambda w: f"/people/{w.colleague.pk}/way-back/", WHO_MANAGES_PEOPLE),
        "reset_second_factor": post(lambda w: f"/people/{w.colleague.pk}/reset-second-factor/", WHO_MANAGES_PEOPLE),
        "end_grant": post(lambda w: f"/people/grants/{w.grant.pk}/end/", WHO_MANAGES),
        "resume_grant": post(lambda w: f"/people/grants/{w.grant.pk}/resume/", WHO_MANAGES),
        "reissue_invitation": post(lambda w: f"/people/invitations/{w.invitation.pk}/reissue/", WHO_MANAGES),
        "withdraw_invitation": post(lambda w: f"/people/invitations/{w.invitation.pk}/withdraw/", WHO_MANAGES),
        # Houses
        "map": get(lambda w: "/map/", WHO_WORKS_SOMEWHERE),
        "houses": get(lambda w: "/houses/", WHO_WORKS_SOMEWHERE),
        "search_houses": get(lambda w: "/houses/search.json?q=an", SIGNED_IN),  # whoever has no houses finds nothing
        "export_houses": get(lambda w: f"/houses/export.xlsx?commune={w.commune.code}", in_commune(*ROLES)),
        "export_numbers": get(lambda w: f"/houses/export/numbers/?commune={w.commune.code}", in_commune(*OFFICERS)),
        "house": get(lambda w: f"/houses/{w.code}/", WHO_SEES_HOUSES),
        "house_summary": get(lambda w: f"/houses/{w.code}/summary.json", WHO_SEES_HOUSES),
        "add_house": post(lambda w: "/houses/add/", WHO_EDITS_SOMEWHERE, json=True),
        "edit_house": post(lambda w: f"/houses/{w.code}/edit/", WHO_EDITS),
        "move_house": post(lambda w: f"/houses/{w.code}/move/", WHO_EDITS, json=True),
        "split_house": post(lambda w: f"/houses/{w.code}/split/", WHO_EDITS),
        "revoke_certificate": post(lambda w: f"/houses/{w.code}/certificates/{_certificate_of(w)}/revoke/", WHO_EDITS),
        "certificate": post(lambda w: f"/houses/{w.code}/certificate.pdf", WHO_EDITS),
        "close_house": post(lambda w: f"/houses/{w.code}/close/", WHO_EDITS),
        "reopen_house": post(lambda w: f"/houses/{w.code}/reopen/", WHO_EDITS),
        "add_household": post(lambda w: f"/houses/{w.code}/households/add/", WHO_EDITS),
        "edit_household": post(lambda w: f"/households/{w.household.pk}/edit/", WHO_EDITS),
        "move_household": get(lambda w: f"/households/{w.household.pk}/move/", WHO_EDITS),
        "assessments": get(lambda w: f"/households/{w.household.pk}/assessments/", at_house(*OFFICERS)),
        "assessment_counts": get(
            lambda w: f"/assessments/?commune={w.commune.code}", in_commune(*ROLES) | {"nobody": FORBIDDEN}
        ),
        "reveal_household": post(lambda w: f"/households/{w.household.pk}/reveal/", at_house(*EDITORS)),
        "remove_household": post(lambda w: f"/households/{w.household.pk}/remove/", WHO_EDITS),
        "changes": get(lambda w: "/changes/", WHO_EDITS_SOMEWHERE),
        "undo_change": post(lambda w: f"/changes/{w.changeset.pk}/undo/", WHO_PRINTS),
        # Imports
        "imports": get(lambda w: "/imports/", WHO_IMPORTS_SOMEWHERE),
        "import_run": get(lambda w: f"/imports/{w.run.pk}/", WHO_IMPORTS),
        "import_columns": get(lambda w: f"/imports/{w.run.pk}/columns/", WHO_IMPORTS),
        "import_place": get(lambda w: f"/imports/{w.run.pk}/place/", WHO_IMPORTS),
        "import_check": post(lambda w: f"/imports/{w.run.pk}/check/", WHO_IMPORTS),
        "import_apply": post(lambda w: f"/imports/{w.run.pk}/apply/", WHO_IMPORTS),
        "import_undo": post(lambda w: f"/imports/{w.run.pk}/undo/", WHO_IMPORTS),
        "import_discard": get(lambda w: f"/imports/{w.run.pk}/discard/", WHO_IMPORTS),
        "export_imports": get(lambda w: "/imports/export.xlsx", WHO_IMPORTS_SOMEWHERE),
        "export_changes": get(lambda w: "/changes/export.csv", WHO_EDITS_SOMEWHERE),
        # House numbers
        "numbering": get(lambda w: "/numbering/", somewhere(*OFFICERS)),
        "proposal": get(lambda w: f"/numbering/{w.proposal.pk}/", of_commune(*OFFICERS)),
        "proposal_features": get(
            lambda w: f"/numbering/{w.proposal.pk}/features.json?bbox=105.8,19.6,105.9,19.7", of_commune(*OFFICERS)
        ),
        "export_proposal": get(lambda w: f"/numbering/{w.proposal.pk}/export.xlsx", of_commune(*OFFICERS)),
        "edit_proposed": get(lambda w: f"/numbering/{w.proposal.pk}/houses/{w.code}/", of_commune(*OFFICERS)),
        "approve_proposal": post(lambda w: f"/numbering/{w.proposal.pk}/approve/", of_commune(*OFFICERS)),
        "compute_again": post(lambda w: f"/numbering/{w.proposal.pk}/again/", of_commune(*OFFICERS)),
        "discard_proposal": get(lambda w: f"/numbering/{w.proposal.pk}/discard/", of_commune(*OFFICERS)),
        "propose_for_house": post(lambda w: f"/numbering/house/{w.code}/", at_house(*OFFICERS)),
        # Streets
        "alley_board": get(lambda w: f"/streets/{w.street.pk}/board.pdf", in_commune(*ROLES)),
        "alley_sign": get(lambda w: f"/streets/{w.street.pk}/sign.pdf", in_commune(*ROLES)),
        # Streets from files
        "street_imports": get(lambda w: "/streets/import/", WHO_IMPORTS_SOMEWHERE),
        "street_import": get(lambda w: f"/streets/import/{w.street_import.pk}/", WHO_IMPORTS),
        "apply_street_import": post(lambda w: f"/streets/import/{w.street_import.pk}/apply/", WHO_IMPORTS),
        "discard_street_import": get(lambda w: f"/streets/import/{w.street_import.pk}/discard/", WHO_IMPORTS),
        # Streets, and the groups of houses along them
        "streets": get(lambda w: "/streets/", WHO_WORKS_SOMEWHERE),
        "export_streets": get(lambda w: f"/streets/export.csv?commune={w.commune.code}", in_commune(*ROLES)),
        "street_features": get(lambda w: f"/streets/features.json?commune={w.commune.code}", in_commune(*ROLES)),
        "street": get(lambda w: f"/streets/{w.street.pk}/", in_commune(*ROLES)),
        "add_street": post(lambda w: "/streets/add/", NAMES_NO_COMMUNE, json=True),
        "join_streets": post(lambda w: "/streets/join/", somewhere(*OFFICERS), json=True),
        "edit_street": post(lambda w: f"/streets/{w.street.pk}/edit/", in_commune(*OFFICERS)),
        "redraw_street": post(lambda w: f"/streets/{w.street.pk}/line/", in_commune(*OFFICERS), json=True),
        "split_street": post(lambda w: f"/streets/{w.street.pk}/split/", in_commune(*OFFICERS), json=True),
        "reverse_street": post(lambda w: f"/streets/{w.street.pk}/reverse/", in_commune(*OFFICERS)),
        "remove_street": get(lambda w: f"/streets/{w.street.pk}/remove/", in_commune(*OFFICERS)),
        "add_house_group": post(lambda w: "/house-groups/add/", NAMES_NO_COMMUNE, json=True),
        "edit_house_group": post(lambda w: f"/house-groups/{w.house_group.pk}/edit/", in_commune(*OFFICERS), json=True),
        "remove_house_group": post(
            lambda w: f"/house-groups/{w.house_group.pk}/remove/", in_commune(*OFFICERS), json=True
        ),
        # Plates, jobs, files
        "street_editor": get(lambda w: "/streets/map/", somewhere(*OFFICERS)),
        "plate_design_schema": get(lambda w: "/plates/design-schema.json", SIGNED_IN),
        "plates": get(lambda w: "/plates/", WHO_PRINTS_SOMEWHERE),
        # Designs and sheet profiles: village heads look and choose, the commune's own people change
        "plate_designs": get(lambda w: "/plates/designs/", WHO_PRINTS_SOMEWHERE),
        "new_plate_design": post(lambda w: f"/plates/designs/new/?commune={w.commune.code}", in_commune(*OFFICERS)),
        "preview_plate_design": post(lambda w: "/plates/designs/preview/", WHO_PRINTS_SOMEWHERE, json=True),
        "try_plate_design": post(lambda w: "/plates/designs/try/", WHO_PRINTS_SOMEWHERE, json=True),
        "plate_design": get(lambda w: f"/plates/designs/{w.plate_design.pk}/", in_commune(*EDITORS)),
        "plate_design_picture": get(lambda w: f"/plates/designs/{w.plate_design.pk}/picture.png", in_commune(*EDITORS)),
        "copy_plate_design": post(lambda w: f"/plates/designs/{w.plate_design.pk}/copy/", in_commune(*OFFICERS)),
        "remove_plate_design": post(lambda w: f"/plates/designs/{w.plate_design.pk}/remove/", in_commune(*OFFICERS)),
        "add_emblem": post(lambda w: f"/plates/designs/emblems/?commune={w.commune.code}", in_commune(*OFFICERS)),
        "emblem": get(lambda w: f"/plates/designs/emblems/{w.emblem.pk}/", in_commune(*EDITORS)),
        "remove_emblem": post(lambda w: f"/plates/designs/emblems/{w.emblem.pk}/remove/", in_commune(*OFFICERS)),
        "sheet_profiles": get(lambda w: "/plates/profiles/", WHO_PRINTS_SOMEWHERE),
        "sheet_profile": get(lambda w: f"/plates/profiles/{w.sheet_profile.pk}/", in_commune(*EDITORS)),
        "copy_sheet_profile": post(lambda w: f"/plates/profiles/{w.sheet_profile.pk}/copy/", in_commune(*OFFICERS)),
        "remove_sheet_profile": post(lambda w: f"/plates/profiles/{w.sheet_profile.pk}/remove/", in_commune(*OFFICERS)),
        "calibration_page": get(
            lambda w: f"/plates/profiles/{w.sheet_profile.pk}/calibration.pdf", in_commune(*EDITORS)
        ),
        "calibrate_sheet_profile": post(
            lambda w: f"/plates/profiles/{w.sheet_profile.pk}/calibrate/", in_commune(*OFFICERS)
        ),
        "plate_houses": get(lambda w: "/plates/houses/?what=without_plate", WHO_PRINTS_SOMEWHERE),
        "order_plates": get(lambda w: f"/plates/order/?commune={w.commune.code}", in_commune(*EDITORS)),
        "count_plates": post(
            lambda w: f"/plates/order/count.json?commune={w.commune.code}", in_commune(*EDITORS), json=True
        ),
        "order_picture": get(
            lambda w: f"/plates/order/picture.png?commune={w.commune.code}&design=white-qr&profile=a4-2x4",
            in_commune(*EDITORS),
        ),
        "plate_batch": get(lambda w: f"/plates/batches/{w.batch.pk}/", WHO_PRINTS_THE_BATCH),
        "batch_state": get(lambda w: f"/plates/batches/{w.batch.pk}/state.json", WHO_PRINTS_THE_BATCH),
        "batch_file": get(lambda w: f"/plates/batches/{w.batch.pk}/files/sheets/", WHO_PRINTS_THE_BATCH),
        "cancel_batch": post(lambda w: f"/plates/batches/{w.batch.pk}/cancel/", WHO_PRINTS_THE_BATCH),
        "go_on_batch": post(lambda w: f"/plates/batches/{w.batch.pk}/go-on/", WHO_PRINTS_THE_BATCH),
        "stock_batch": post(lambda w: f"/plates/batches/{w.batch.pk}/stock/", WHO_PRINTS_THE_BATCH),
        "issue_batch": post(lambda w: f"/plates/batches/{w.batch.pk}/issue/", WHO_PRINTS_THE_BATCH),
        "walk_list": get(lambda w: f"/plates/walk-list.pdf?commune={w.commune.code}", WHO_TAKES_WALK_LISTS),
        "plate": get(lambda w: f"/plates/p/{w.token}/", WHO_EDITS),
        "move_plate": post(lambda w: f"/plates/p/{w.token}/move/", WHO_EDITS),
        "install_plate": get(lambda w: f"/plates/p/{w.token}/install/", WHO_EDITS),
        "swap_plates": post(lambda w: f"/plates/p/{w.token}/swap/", WHO_EDITS),
        "plate_photo": get(lambda w: f"/plates/p/{w.token}/photo/", WHO_EDITS),
        "plate_reports": get(lambda w: "/plates/reports/", WHO_PRINTS_SOMEWHERE),
        "handle_plate_report": post(lambda w: f"/plates/reports/{w.plate_report.pk}/", WHO_EDITS),
        "export_batches": get(lambda w: "/plates/export.csv", WHO_PRINTS_SOMEWHERE),
        "job": get(lambda w: f"/jobs/{w.job.pk}/", WHO_PRINTS),
        "job_state": get(lambda w: f"/jobs/{w.job.pk}/state.json", WHO_PRINTS),
        "job_cancel": post(lambda w: f"/jobs/{w.job.pk}/cancel/", WHO_PRINTS),
        "stored_file": get(lambda w: f"/files/{w.file.pk}/", WHO_PRINTS),
        # The API, and keys to it
        "api_keys": get(lambda w: "/account/keys/", SIGNED_IN),
        "revoke_api_key": post(lambda w: f"/account/keys/{w.device.pk}/revoke/", SIGNED_IN_BUT_ABSENT),  # nobody's key
        "openapi-json": get(lambda w: "/api/schema/", ANYONE),
        "api-root": get(lambda w: "/api/", dict.fromkeys(PEOPLE, ABSENT)),
        "api_me": get(lambda w: "/api/me", SIGNED_IN),
        "api_units": get(lambda w: f"/api/units?parent={w.commune.code}", in_commune(*ROLES)),
        "api_houses": get(lambda w: f"/api/houses?commune={w.commune.code}", in_commune(*ROLES)),
        "api_house": get(lambda w: f"/api/houses/{w.code}", WHO_SEES_HOUSES),
        "api_households": get(
            lambda w: f"/api/houses/{w.code}/households", at_house("surveyor", "village_head", *OFFICERS)
        ),
        "api_search": get(lambda w: "/api/search?q=an", SIGNED_IN),
        "geocode": get(lambda w: "/geocode/?text=12", WHO_WORKS_SOMEWHERE),
        "api_address_search": get(
            lambda w: f"/api/addresses/search?text=12&commune={w.commune.code}", in_commune(*ROLES)
        ),
        "api_geocode": post(lambda w: "/api/addresses/geocode", SIGNED_IN, json=True),
        "api_reverse": get(lambda w: "/api/addresses/reverse?lat=19.67&lng=105.81", SIGNED_IN),
        # A household's own page, and the officers' work for residents
        "resident_door": get(lambda w: "/ho/", ANYONE),
        "resident_home": get(lambda w: "/ho/home/", ANYONE),  # led to the door
        "resident_correction": get(lambda w: "/ho/correction/?field=phone", ANYONE),
        "resident_consent": post(lambda w: "/ho/consent/", ANYONE),
        "resident_data": get(lambda w: "/ho/data.json", ANYONE),
        "resident_sign_out": post(lambda w: "/ho/sign-out/", ANYONE),
        "corrections": get(lambda w: "/residents/", somewhere(*OFFICERS)),
        "answer_correction": post(
            lambda w: f"/residents/{w.correction.pk}/answer/",
            at_house(*OFFICERS) | {"viewer": ABSENT, "agronomist": ABSENT},  # who see no people hear of no wish
        ),
        "letters": get(lambda w: "/residents/letters/", somewhere(*OFFICERS)),
        "fetch_letters": post(lambda w: f"/residents/letters/{w.letters.pk}/file/", of_commune(*OFFICERS)),
        "household_resident": get(lambda w: f"/households/{w.household.pk}/resident/", at_house(*OFFICERS)),
        "household_letter": post(lambda w: f"/households/{w.household.pk}/resident/letter/", at_house(*OFFICERS)),
        "household_letter_file": post(
            lambda w: f"/households/{w.household.pk}/resident/letter/file/", at_house(*OFFICERS)
        ),
        "revoke_secret": post(lambda w: f"/households/{w.household.pk}/resident/revoke/", at_house(*OFFICERS)),
        # Tiles
        "tiles": get(lambda w: "/tiles/houses/14/13007/7275.mvt", WHO_SEES_TILES),
        "tile_json": get(lambda w: "/tiles/houses.json", WHO_SEES_TILES),
    }
    | url_rows.ROWS
    | survey_desk_url_rows.ROWS
    | survey_shell_url_rows.ROWS
    | survey_url_rows.ROWS
)


def _certificate_of(w: World) -> str:
    """The identifier of the house's certificate."""
    from households import certificates
    from households.models import House

    return certificates.identifier_of(House.objects.get(code=w.code), datetime.date(2026, 11, 27))


@pytest.fixture
def world(commune: Unit, officer: Any, tmp_path: Any) -> World:
    return url_world.made(commune, officer, tmp_path)


@pytest.fixture
def clients(world: World, officer: Any) -> dict[str, Client]:
    here, elsewhere = world.commune, factories.neighbour_commune()
    abroad = factories.commune("99003", "Phú Lộc", lng=105.95, of=factories.province("40", "Thử Nghiệm Hai")).parent
    people = {"nobody": factories.user("moi"), "administrator": factories.user("quantri")}
    people["administrator"].is_superuser = True
    people["administrator"].save()
    for name, role in ROLES.items():
        own, other = here, elsewhere
        if name in IN_VILLAGES:
            own, other = factories.village(here), factories.village(elsewhere)
        elif role is Role.PROVINCE_OFFICER:
            own, other = here.parent, abroad
        people[name] = officer if name == "officer" else factories.user(f"{name}-1", role=role, at=own)
        people[f"{name} elsewhere"] = factories.user(f"{name}-2", role=role, at=other)
    people[NEIGHBOUR] = factories.user("thon-2", role=Role.VILLAGE_HEAD, at=factories.village(here, 2))
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
    if answer.status_code == 401 or (answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")):
        return SIGN_IN
    assert answer.status_code < 500
    return {403: FORBIDDEN, 404: ABSENT}.get(answer.status_code, IN)


def test_every_route_has_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(named_routes(get_resolver().url_patterns)) == set(TABLE)
    with capsys.disabled():
        print(f" [{len(TABLE)} addresses × {len(PEOPLE)} people: {len(TABLE) * len(PEOPLE)} answers]", end="")


def test_every_row_speaks_of_everybody() -> None:
    assert {name: set(row.meets) for name, row in TABLE.items()} == {name: set(PEOPLE) for name in TABLE}


@url_rounds.rounds(TABLE)
def test_each_person_meets_what_the_table_says(
    names: list[str], world: World, clients: dict[str, Client], settings: Any
) -> None:
    wrong = []
    for name in names:
        row = TABLE[name]
        for person in PEOPLE:
            with url_rounds.untouched({person: clients[person]}, settings):
                extra = {"content_type": "application/json", "data": "{}"} if row.json else {}
                answer = getattr(clients[person], row.method.lower())(row.path(world), **extra)
                if met(answer) != row.meets[person]:
                    wrong.append(f"{row.method} {row.path(world)} as {person}: {met(answer)}, not {row.meets[person]}")
    assert not wrong, "; ".join(wrong)


def test_the_administration_lets_in_superusers_only(world: World, clients: dict[str, Client]) -> None:
    told = {person: client.get("/admin/mapping/user/").status_code for person, client in clients.items()}
    assert told == dict.fromkeys(PEOPLE, 302) | {"administrator": 200}


def test_no_page_shows_the_people_to_whoever_may_not_see_them(world: World, clients: dict[str, Client]) -> None:
    """Whatever is requested: the head of household's name never reaches who may not see people there."""
    blind = ("anonymous", "nobody", "viewer", "agronomist", *ELSEWHERE, NEIGHBOUR)
    for row in TABLE.values():
        if row.method != "GET":
            continue
        for person in blind:
            answer = clients[person].get(row.path(world))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "Nguyễn Văn An" not in body.decode(errors="replace"), f"{person} {row.path(world)}"


def test_layers_and_jobs_name_the_right_they_need() -> None:
    for layer in registry.layers.values():
        assert layer.capability is None or isinstance(layer.capability, Capability)
    assert all(isinstance(kind.capability, Capability) for kind in registry.job_kinds.values())
