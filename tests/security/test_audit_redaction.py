"""A person who was removed and redacted is nowhere in the database any more; what was done and by whom still is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from households import exporting, redacting
from households.importing import runs
from households.models import Assessment, Correction, House, Household, HouseholdEvent
from mapping import audit, files, history, wall
from mapping.jobs import run_job
from mapping.models import AuditEntry, Change, ChangeSet, StoredFile, Unit, User
from tests import factories
from tests.households import lists

pytestmark = pytest.mark.django_db(transaction=True)
NAME, FOLDED, PHONE = "Hoàng Văn Độc Nhất", "hoang van doc nhat", "0987654321"
NUMBER, DECISION = "0912000111", "4711/QĐ-UBND"


@contextmanager
def as_owner() -> Iterator[None]:
    """Commands of the owner run as `manage.py` runs them."""
    from config.settings import database_of

    owner, before = database_of("owner"), {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({key: owner[key] for key in before})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def places_of(*texts: str) -> list[str]:
    """Every column of every table that holds one of the texts, read as the owner."""
    found = []
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND (data_type IN ('text', 'character varying', 'json', 'jsonb', 'character') OR data_type = 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            for text in texts:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE strpos("{column}"::text, %s) > 0', [text])
                if cursor.fetchone()[0]:
                    found.append(f"{table}.{column}: {text}")
    return sorted(found)


def removed_household(client: Client, commune: Unit) -> Household:
    """A household that came, was changed, moved, and removed by an officer at the desk."""
    house, other = factories.house(commune), factories.house(commune, lng=factories.CENTRE[0] + 0.001)
    client.post(f"/houses/{house.code}/households/add/", {"head_name": NAME, "phone": PHONE, "note": f"con {NAME}"})
    with transaction.atomic():
        household = Household.objects.get()
    page = f"/households/{household.pk}/"
    client.post(f"{page}edit/", {"head_name": NAME, "phone": PHONE, "size": "4", "version": "1"})
    client.post(f"{page}move/", {"house": other.code, "version": "2"})
    with transaction.atomic():
        version = Household.objects.get().version
        # What it wrote to the commune and was assessed to be stays when it is removed.
        with wall.acting_as_household(household.pk, request=RequestFactory().get("/ho/correction/")):
            Correction.objects.create(household_id=household.pk, field="phone", before=PHONE, wanted=NUMBER)
        Assessment.objects.create(
            household_id=household.pk, standard="2022-2025", outcome="poor", assessed_on=datetime.date(2025, 11, 1),
            decision_number=DECISION, decision_date=datetime.date(2025, 12, 1),
        )  # fmt: skip
    client.post(f"{page}remove/", {"version": str(version)})
    with transaction.atomic():
        assert not Household.objects.exists()
    return household


def test_a_redacted_person_is_nowhere_and_the_audit_is_still_read(
    commune: Unit, officer: User, officer_client: Client
) -> None:
    household = removed_household(officer_client, commune)
    with transaction.atomic(), wall.acting(officer):
        audit.record("export", commune=commune, detail={"lỡ ghi": NAME})  # what should not be there goes too
    kept = places_of(NAME, FOLDED, PHONE, NUMBER, DECISION)
    assert "households_householdevent.head_name: Hoàng Văn Độc Nhất" in kept
    assert "mapping_change.before: 0987654321" in kept
    assert {f"households_correction.wanted: {NUMBER}", f"households_assessment.decision_number: {DECISION}"} <= set(
        kept
    )
    out = StringIO()
    with as_owner():
        call_command("redact_household", str(household.pk), "--why", "Đơn ngày 3/12/2026", stdout=out)
    assert "Đã xóa dữ liệu cá nhân" in out.getvalue()
    assert places_of(NAME, FOLDED, PHONE, NUMBER, DECISION) == []
    with transaction.atomic():
        events = list(history.of_row(HouseholdEvent, household.pk).order_by("pgh_id"))
        assert events[0].pgh_label == "insert" and events[-1].pgh_label == "delete" and len(events) >= 4
        assert {event.pgh_context["user"] for event in events} == {officer.pk}
        assert {event.head_name for event in events} == {None}
        entry = AuditEntry.objects.get(action="redact")
        assert (entry.row_id, entry.commune_id, entry.why) == (household.pk, commune.pk, "Đơn ngày 3/12/2026")


def test_what_was_redacted_cannot_come_back_by_an_undo(commune: Unit, officer_client: Client) -> None:
    household = removed_household(officer_client, commune)
    with as_owner():
        call_command("redact_household", str(household.pk), "--why", "Đơn", stdout=StringIO())
    with transaction.atomic():
        last = ChangeSet.objects.filter(kind="household.remove").get()
    answer = officer_client.post(f"/changes/{last.pk}/undo/")
    assert answer.status_code == 409
    assert "đã được xóa theo quy định lưu giữ" in answer.content.decode()
    with transaction.atomic():
        assert not Household.objects.exists()


def test_somebody_who_is_still_there_is_not_redacted(commune: Unit) -> None:
    household = factories.household(factories.house(commune), head_name=NAME)
    with as_owner(), pytest.raises(CommandError, match="vẫn còn trong danh sách"):
        call_command("redact_household", str(household.pk), "--why", "Đơn", stdout=StringIO())
    with as_owner(), pytest.raises(CommandError, match="Chưa từng có hộ nào"):
        call_command("redact_household", "01900000-0000-7000-8000-000000000000", "--why", "Đơn", stdout=StringIO())
    with transaction.atomic():
        assert Household.objects.get().head_name == NAME


def test_the_web_role_may_not_redact(commune: Unit, officer_client: Client) -> None:
    household = removed_household(officer_client, commune)
    with pytest.raises(DatabaseError, match="permission denied for function"):
        redacting.redact(household.pk, why="thử")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL sonha.redacting = 'on'")
        cursor.execute("UPDATE households_householdevent SET head_name = NULL")


def test_each_field_goes_when_its_days_have_passed(commune: Unit, officer_client: Client) -> None:
    household = removed_household(officer_client, commune)
    now = timezone.now()

    def fields(days: int) -> set[str]:
        with transaction.atomic():
            found = redacting.due(now + datetime.timedelta(days=days))
        return set().union(*(item.fields for item in found))

    assert fields(89) == set()
    assert "phone" in fields(91) and "head_name" not in fields(91)
    assert {"phone", "note"} <= fields(400)
    assert {"head_name", "search_key"} <= fields(5 * 365 + 2)
    with as_owner(), wall.acting_as_system("test"):
        redacting.redact(household.pk, why="hết hạn", fields=frozenset({"phone"}))
    with transaction.atomic():
        assert set(HouseholdEvent.objects.values_list("phone", flat=True)) == {None}
        assert NAME in HouseholdEvent.objects.values_list("head_name", flat=True)
        images = [change.before for change in Change.objects.filter(before__isnull=False)]
        assert all("phone" not in image for image in images if image and "head_name" in image)
    assert "phone" not in fields(91)


def test_apply_retention_says_what_it_would_do_and_does_it(
    commune: Unit, officer_client: Client, monkeypatch: Any
) -> None:
    household = removed_household(officer_client, commune)
    later = timezone.now() + datetime.timedelta(days=5 * 365 + 2)
    monkeypatch.setattr(redacting.timezone, "now", lambda: later)
    for options, left in ((["--dry-run"], True), ([], False)):
        out = StringIO()
        with as_owner():
            call_command("apply_retention", *options, stdout=out)
        assert str(household.pk) in out.getvalue()
        assert bool(places_of(NAME)) is left
    out = StringIO()
    with as_owner():
        call_command("apply_retention", stdout=out)
    assert out.getvalue().startswith("0 hộ")
    with transaction.atomic():
        assert House.objects.count() == 2


def test_what_lies_on_the_disk_is_named_at_a_redaction_and_goes_after_its_days(
    commune: Unit, officer: User, officer_client: Client, tmp_path: Any, monkeypatch: Any
) -> None:
    """The list that brought a household in and the list that took it out outlive the household, and then go too."""
    path = lists.write_csv(tmp_path, [lists.row(1, **{"Chủ_hộ": NAME})])
    with wall.acting(officer), transaction.atomic():
        run = runs.start(path=path, name="danh-sach.csv", content_type="text/csv", commune=commune, user=officer)
        run.reading = replace(runs.look(path, path.name).reading, srid=4326).to_json()
        run.save()
    for step in ("check", "apply"):
        assert officer_client.post(f"/imports/{run.pk}/{step}/").status_code == 302
    with transaction.atomic():
        household = Household.objects.get()
    monkeypatch.setattr(exporting, "AT_ONCE", 0)
    run_job(job_id=officer_client.get("/houses/export.csv").headers["Location"].split("/")[2])
    officer_client.post(f"/households/{household.pk}/remove/", {"version": household.version})
    exported = StoredFile.objects.get(name__startswith="nha-")
    out = StringIO()
    with as_owner():
        call_command("redact_household", str(household.pk), why="Đơn ngày 3/12", stdout=out)
    assert "danh-sach.csv" in out.getvalue() and str(exported.pk) in out.getvalue()
    with transaction.atomic():
        run.refresh_from_db()
    for stored, days in ((exported, 7), (run.file, 90), (run.report_file, 90)):
        assert (stored.kept_until - stored.created_at).days in (days, days - 1)
    places = [files.path_of(stored) for stored in (exported, run.file)]
    assert all(place.exists() for place in places)
    StoredFile.objects.update(kept_until=timezone.now() - datetime.timedelta(seconds=1))
    for options, left in ((["--dry-run"], True), ([], False)):
        out = StringIO()
        with as_owner():
            call_command("apply_retention", *options, stdout=out)
        assert "danh-sach.csv" in out.getvalue() and [place.exists() for place in places] == [left, left]
    assert officer_client.get(f"/files/{run.file_id}/").status_code == 410
