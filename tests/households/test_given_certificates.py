"""Certificates that were given: written down, taken back with a reason, and saved as pages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from households import certificates, codes, public_export
from households.models import BatchState, GivenCertificate, House
from households.plates import papers, releasing
from mapping.access import Role
from mapping.errors import Conflict, UserError
from mapping.models import AuditEntry, Unit, User
from tests import factories
from tests.households import numbered, test_plate_papers
from tests.households.test_plate_papers import DAY, HOST, batch_of

pytestmark = pytest.mark.django_db
ground = test_plate_papers.ground


@pytest.fixture(autouse=True)
def host_on_papers(settings: Any) -> None:
    settings.PLATE_HOST = HOST


@pytest.fixture
def house(ground: numbered.Ground) -> House:
    return ground.south[0]


def test_one_is_taken_back_and_its_page_shows_no_address(house: House, officer_client: Client, client: Client) -> None:
    for _twice in range(2):  # the same day, the same words: one certificate
        assert officer_client.post(f"/houses/{house.code}/certificate.pdf").status_code == 200
    given = GivenCertificate.objects.get(house_code=house.code)
    shown = officer_client.get(f"/houses/{house.code}/").content.decode()
    assert codes.format_token(given.identifier) in shown and "Thu hồi giấy này" in shown
    address = f"/houses/{house.code}/certificates/{given.identifier}/revoke/"
    assert "ghi lý do" in officer_client.post(address, {"reason": " "}, follow=True).content.decode()
    assert client.get(f"/certificate/{given.identifier}/").status_code == 200
    done = officer_client.post(address, {"reason": "cấp nhầm nhà ông Kín"}, follow=True).content.decode()
    assert "Đã thu hồi giấy chứng nhận" in done and "cấp nhầm nhà ông Kín" in done
    for path in (f"/CERTIFICATE/{given.identifier}/", f"/certificate/{codes.format_token(given.identifier).lower()}/"):
        page = client.get(path)
        told = page.content.decode()
        assert page.status_code == 410 and "Giấy chứng nhận đã bị thu hồi" in told
        for hidden in ("Liên Xã", codes.format_house_code(house.code), house.code, "Kín", "/h/"):
            assert hidden not in told
    again = officer_client.post(address, {"reason": "x"}, follow=True).content.decode()
    assert "đã bị thu hồi trước đó" in again
    entry = AuditEntry.objects.get(action="certificate.revoke")
    assert entry.subject == codes.format_house_code(house.code) and entry.detail["identifier"] == given.identifier


def test_one_that_was_taken_back_is_not_given_again_the_same_day(house: House, officer: Any) -> None:
    """It would be the same one, and its page says that it is revoked."""
    certificates.for_house(house)
    identifier = certificates.identifier_of(house, timezone.localdate())
    certificates.revoke(user=officer, house=house, identifier=identifier, reason="nhầm nhà")
    with pytest.raises(UserError, match="Từ ngày mai"):
        certificates.for_house(house)


def test_only_certificates_of_the_house_are_taken_back_by_whoever_prints_there(
    house: House,
    ground: numbered.Ground,
    commune: Unit,
    officer: User,
) -> None:
    identifier = certificates.identifier_of(house, DAY)  # given before any were written down
    for of, typed in ((ground.south[1], identifier), (house, "7" * 28), (house, "")):
        with pytest.raises(UserError, match="Không có giấy chứng nhận nào của nhà này"):
            certificates.revoke(user=officer, house=of, identifier=typed, reason="nhầm")
    viewer = Client()
    viewer.force_login(factories.user("nguoixem", role=Role.VIEWER, at=commune))
    assert viewer.post(f"/houses/{house.code}/certificates/{identifier}/revoke/", {"reason": "x"}).status_code == 403
    assert not GivenCertificate.objects.exists()
    certificates.revoke(user=officer, house=house, identifier=codes.format_token(identifier), reason="nhầm")
    checked = certificates.check(identifier)
    assert checked and checked.revoked_at and not checked.is_valid
    with pytest.raises(Conflict):
        certificates.revoke(user=officer, house=house, identifier=identifier, reason="nhầm")


def test_those_of_a_batch_are_given_once_it_is_printed_and_of_a_stopped_one_never(
    ground: numbered.Ground,
    officer_client: Client,
) -> None:
    batch = batch_of(ground.commune, [ground.south[2], ground.north[1]])
    batch.outputs = ["certificates"]
    batch.state = BatchState.READING
    batch.save()
    assert papers.write_certificates(io.BytesIO(), batch) == 2
    assert GivenCertificate.objects.count() == 2 and not GivenCertificate.objects.handed_out().exists()
    # One of them is given from the house's page too, before the batch is stopped: that one stays.
    assert officer_client.post(f"/houses/{ground.south[2].code}/certificate.pdf").status_code == 200
    releasing.stop(batch, BatchState.CANCELLED)
    assert [one.house_code for one in GivenCertificate.objects.handed_out()] == [ground.south[2].code]
    assert GivenCertificate.objects.count() == 1


def test_they_are_saved_as_pages_under_the_same_addresses(
    house: House,
    ground: numbered.Ground,
    officer: User,
    client: Client,
    tmp_path: Path,
) -> None:
    for one in (house, ground.south[1]):
        certificates.for_house(one)
    first, second = (GivenCertificate.objects.get(house_code=one.code).pk for one in (house, ground.south[1]))
    certificates.revoke(user=officer, house=house, identifier=first, reason="nhầm")
    exported = public_export.export(tmp_path / "pages")
    assert exported.certificates == 2
    for folder in ("CERTIFICATE", "certificate"):
        taken_back = (tmp_path / "pages" / folder / first / "index.html").read_text()
        assert "đã bị thu hồi" in taken_back and "Liên Xã" not in taken_back and "bản lưu ngày" in taken_back
        valid = (tmp_path / "pages" / folder / second / "index.html").read_text()
        assert "còn giá trị" in valid and "Liên Xã" in valid and "?lang=" not in valid
        assert first not in (tmp_path / "pages" / folder / "index.html").read_text()
    elsewhere = public_export.export(tmp_path / "other", commune=factories.neighbour_commune())
    assert elsewhere.certificates == 0
