"""Whoever works here can read what they may do where; the administrator reads the whole table, and no page edits it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from households.models import House
from mapping.access import ROLE_TABLE, Capability, Role
from mapping.models import Grant, Unit
from tests import factories
from tests.test_urls import IN, ROLES, TABLE

NAMES = {role: name for name, role in ROLES.items()}


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_village_head_reads_what_they_may_do_and_where(commune: Unit) -> None:
    village = factories.village(commune)
    head = factories.user("truong-thon", role=Role.VILLAGE_HEAD, at=village)
    Grant.objects.create(user=head, unit=commune, role=Role.VIEWER, valid_until="2999-12-31")
    page = browser(head).get("/account/rights/").content.decode()
    assert f"Chỉ ở {village}, {commune}." in page and f"Ở {commune} và mọi nơi thuộc về nó." in page
    assert "Đến hết ngày 31/12/2999." in page
    may = page.split(f"Trưởng thôn, {village}")[1].split("Được:")[1].split("</p>")[0]
    assert "xem đủ số điện thoại" in may and "nhập danh sách" not in may and "xem dữ liệu nhạy cảm" not in may
    assert "/account/rights/" in browser(head).get("/account/").content.decode()


def test_the_table_has_a_line_for_each_capability_and_a_mark_for_each_right(commune: Unit, officer: Any) -> None:
    page = browser(officer).get("/account/rights/").content.decode()
    table = page.split("<table>")[1]
    assert table.count('<th scope="row">') == len(Capability)
    assert table.count("✓") == sum(map(len, ROLE_TABLE.values()))


def test_the_administration_shows_the_table_and_nobody_else_gets_there(commune: Unit, officer: Any) -> None:
    administrator = factories.user("quan-tri")
    administrator.is_superuser = True
    administrator.save()
    client = browser(administrator)
    assert "/admin/access-table/" in client.get("/admin/").content.decode()
    page = client.get("/admin/access-table/").content.decode()
    assert page.count("✓") == sum(map(len, ROLE_TABLE.values())) and '<input type="submit"' not in page
    assert browser(officer).get("/admin/access-table/").status_code == 302


# What a page offers to a role: every link and form that would be answered 403 is missing.
OFFERED = {
    Role.VIEWER: set(),
    Role.AGRONOMIST: set(),
    Role.SURVEYOR: set(),
    Role.VILLAGE_HEAD: {"edit", "move", "split", "close", "add", "reveal", "remove", "plates", "changes"},
    Role.COMMUNE_OFFICER: {
        "edit", "move", "split", "close", "add", "reveal", "remove", "plates", "changes", "imports", "assessments",
        "people",
    },
}  # fmt: skip
OFFERED[Role.PROVINCE_OFFICER] = OFFERED[Role.COMMUNE_OFFICER]


@pytest.mark.parametrize("role", OFFERED, ids=lambda role: role.value)
def test_no_page_offers_what_would_be_refused(role: Role, commune: Unit) -> None:
    """Every address of this server that a page links or posts to is asked for, and none is forbidden or missing."""
    village = factories.village(commune)
    house: House = factories.house(commune, number="12", village=village)
    factories.household(house, "Nguyễn Văn An", phone="0987654321")
    plate = factories.plate(house)
    unit = village if role in (Role.VILLAGE_HEAD, Role.SURVEYOR) else commune
    unit = commune.parent if role is Role.PROVINCE_OFFICER else unit
    client = browser(factories.user("ai-do", role=role, at=unit))
    start = ["/", "/houses/", f"/houses/{house.code}/", f"/{plate.token}", "/map/", "/account/", "/account/rights/"]
    offered, todo = set(), list(start)
    for page in todo:
        answer = client.get(page)
        assert answer.status_code == 200, f"{role} {page}"
        text = answer.content.decode()
        for address in re.findall(r'href="(/[^"#]*)"', text):
            address = address.replace("&amp;", "&")
            if address.startswith("/static/") or "export." in address:
                continue
            if not address.startswith("/assessments/"):  # counts, which are no sensitive data
                offered |= {part for part in address.split("?")[0].split("/") if part.isalpha()}
            met = client.get(address)
            assert met.status_code not in (403, 404), f"{role}: {page} links to {address}: {met.status_code}"
        for address in re.findall(r'<form method="post" action="(/[^"?]*)', text):
            offered |= {part for part in address.split("/") if part.isalpha()}
            meets = TABLE[resolve(address).url_name].meets
            assert meets[NAMES[role]] == IN, f"{role}: {page} posts to {address}"
    every = set().union(*OFFERED.values())
    assert offered & every == OFFERED[role]
