"""The administration pages: who gets in, what they find and what they may store."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from mapping.models import Grant, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("quantri", password="mật khẩu thử", full_name="Nguyễn Quân"))
    return client


def unit_form(unit: Unit, **changed: Any) -> dict[str, Any]:
    """What a browser sends when the unit's page is saved."""
    return {
        "kind": unit.kind,
        "designation": unit.designation,
        "code": unit.code,
        "name": unit.name,
        "parent": unit.parent_id or "",
        "vn2000_srid": unit.vn2000_srid,
        "source": "",
        "is_invented": "on",
        "valid_from": "",
        "valid_until": "",
        "outline": unit.outline.wkt if unit.outline else "",
        **changed,
    }


def test_an_officer_is_not_let_in(officer_client: Client) -> None:
    assert officer_client.get("/admin/mapping/user/").status_code == 302


def test_units_are_found_with_and_without_marks(administrator: Client, commune: Unit) -> None:
    for words in ("binh minh", "Bình Minh", "99001"):
        assert "Xã Bình Minh" in administrator.get("/admin/mapping/unit/", {"q": words}).content.decode()
    assert "Xã Bình Minh" not in administrator.get("/admin/mapping/unit/", {"q": "ha noi"}).content.decode()


def test_people_are_found_without_marks_and_shown_with_where_they_work(
    administrator: Client, officer: User, commune: Unit
) -> None:
    page = administrator.get("/admin/mapping/user/", {"q": "le thi lan"}).content.decode()
    assert "Lê Thị Lan" in page
    assert "Cán bộ xã: Xã Bình Minh" in page


def test_a_new_account_is_made_with_its_password_and_granted_a_unit(administrator: Client, commune: Unit) -> None:
    inline = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    password = "con đường làng 38"
    answer = administrator.post(
        "/admin/mapping/user/add/",
        {"username": "hoa", "full_name": "Lê Thị Hoa", "password1": password, "password2": password, **inline},
    )
    hoa = User.objects.get(username="hoa")
    assert answer.status_code == 302
    assert Client().login(username="hoa", password=password)
    administrator.post("/admin/mapping/grant/add/", {"user": hoa.pk, "unit": commune.pk, "role": "commune_officer"})
    assert Grant.objects.get(user=hoa).unit == commune


def test_the_outline_is_text_and_no_page_asks_another_host(administrator: Client, commune: Unit) -> None:
    answer = administrator.get(f"/admin/mapping/unit/{commune.pk}/change/")
    page = answer.content.decode()
    assert "MULTIPOLYGON (((" in page
    assert "https://" not in page
    assert "'self'" in answer["Content-Security-Policy"].split("script-src")[1].split(";")[0]


def test_saving_a_unit_leaves_an_untouched_outline_to_the_last_digit(administrator: Client, commune: Unit) -> None:
    before = commune.outline.wkb
    administrator.post(f"/admin/mapping/unit/{commune.pk}/change/", unit_form(commune, name="Bình Minh Mới"))
    commune.refresh_from_db()
    assert (commune.name, commune.outline.wkb) == ("Bình Minh Mới", before)


def test_a_pasted_outline_is_measured_and_a_self_crossing_one_refused(administrator: Client, commune: Unit) -> None:
    address = f"/admin/mapping/unit/{commune.pk}/change/"
    square = "POLYGON ((105.8 19.66, 105.82 19.66, 105.82 19.68, 105.8 19.68, 105.8 19.66))"
    administrator.post(address, unit_form(commune, outline=square))
    commune.refresh_from_db()
    assert commune.area_m2 == pytest.approx(4_641_000, rel=0.001)
    bow_tie = "POLYGON ((105.8 19.6, 105.9 19.7, 105.9 19.6, 105.8 19.7, 105.8 19.6))"
    answer = administrator.post(address, unit_form(commune, outline=bow_tie))
    assert "tự cắt tại 105,85" in answer.content.decode() or "tự cắt tại 105.85" in answer.content.decode()
    commune.refresh_from_db()
    assert commune.outline.extent == pytest.approx((105.8, 19.66, 105.82, 19.68))


def test_a_code_of_the_wrong_form_is_refused(administrator: Client, commune: Unit) -> None:
    answer = administrator.post(f"/admin/mapping/unit/{commune.pk}/change/", unit_form(commune, code="9900"))
    assert "xã 5 chữ số" in answer.content.decode()
