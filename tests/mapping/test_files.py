"""Files that people bring: their names, and who gets them back."""

import datetime
import unicodedata
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from mapping import files
from mapping.access import Role
from mapping.file_names import safe_name
from mapping.models import StoredFile, Unit, User
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


def test_a_file_past_its_days_is_gone_from_the_disk_and_says_so(
    commune: Unit, officer: User, officer_client: Client
) -> None:
    def kept(content: bytes, keep_days: int | None) -> StoredFile:
        return files.store(
            source=BytesIO(content), name="hộ.csv", content_type="x", commune=commune, user=officer, keep_days=keep_days
        )

    old, same, plain, fresh = kept(b"a", 7), kept(b"b", 7), kept(b"b", None), kept(b"c", 7)
    place = files.path_of(old)
    late = timezone.now() - datetime.timedelta(seconds=1)
    StoredFile.objects.filter(pk__in=[old.pk, same.pk]).update(kept_until=late)
    assert {stored.pk for stored in files.remove_expired()} == {old.pk, same.pk}
    assert not place.exists() and files.path_of(fresh).exists()
    assert files.path_of(plain).read_bytes() == b"b"  # the same bytes, which another row needs
    answer = officer_client.get(f"/files/{old.pk}/")
    assert answer.status_code == 410 and "hết thời hạn lưu" in answer.content.decode()
    assert officer_client.get(f"/files/{plain.pk}/").status_code == 200
    assert files.remove_expired() == []
    assert files.path_of(kept(b"a", 7)).read_bytes() == b"a"  # brought again it is there again
