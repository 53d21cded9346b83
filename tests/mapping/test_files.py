"""Files that people bring: their names, and who gets them back."""

import unicodedata
from io import BytesIO

import pytest
from django.test import Client

from mapping import files
from mapping.access import Role
from mapping.file_names import safe_name
from mapping.models import Unit, User
from tests import factories


@pytest.mark.parametrize(
    ("brought", "kept"),
    [
        ("danh-sach\u202excod.exe", "danh-sachxcod.exe"),
        ("a\u061c\u180e\u3164\u2067\u200b.csv", "a.csv"),
        ("..\\..\\C:\\nhà.xlsx", "nhà.xlsx"),
        ("../../etc/passwd", "passwd"),
        (unicodedata.normalize("NFD", "Thôn Hạ  (2).xlsx"), "Thôn Hạ (2).xlsx"),
        ("a\x00b\n?.csv", "a_b_.csv"),
        ("\u202e", "tep"),
        ("con.csv", "_con.csv"),
        ("NUL", "_NUL"),
        ("x." + "y" * 300, "x." + "y" * 148),
        ("d" * 200 + ".xlsx", "d" * 145 + ".xlsx"),
    ],
)
def test_a_stored_name_is_what_it_seems(brought: str, kept: str) -> None:
    assert safe_name(brought) == kept


def test_a_list_with_names_and_numbers_goes_to_nobody_who_sees_people_masked(commune: Unit, officer: User) -> None:
    stored = files.store(source=BytesIO(b"x"), name="hộ.csv", content_type="x", commune=commune, user=officer)
    for role, status in ((Role.SURVEYOR, 403), (Role.VIEWER, 403), (Role.COMMUNE_OFFICER, 200)):
        client = Client()
        client.force_login(factories.user(role.value, role=role, at=commune))
        assert client.get(f"/files/{stored.pk}/").status_code == status
