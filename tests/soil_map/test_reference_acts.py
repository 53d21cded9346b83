"""Class schemes and dose rules on their pages: anyone reads them, an administrator makes versions and approves them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from mapping.models import User
from soil_map.models import ClassScheme, DoseRule, Method, SoilClass
from soil_map.reference import loading
from soil_map.schemes import scheme_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("quan", password="x", full_name="Nguyễn Minh Quân"))
    return client


@pytest.fixture
def scheme() -> ClassScheme:
    return ClassScheme.objects.get(key="om_hung_2004", version=1)


def typed(*rows: tuple[str, str], **more: str) -> dict[str, Any]:
    """The form of a scheme with these rows: lower limit and name."""
    said: dict[str, Any] = {"name_vi": "Chất hữu cơ (tỉnh)", "name_en": "", "citation": "Sở Nông nghiệp, 2026, bảng 3"}
    for place, (lower, name) in enumerate(rows):
        said |= {
            f"lower-{place}": lower,
            f"label_vi-{place}": name,
            f"label_en-{place}": "",
            f"level-{place}": "0",
            f"colour-{place}": "#a6d96a",
        }
    return said | more


def test_anyone_reads_limits_and_source(scheme: ClassScheme) -> None:
    page = Client().get(f"/soil/schemes/{scheme.pk}/").content.decode()
    assert "Ngô Ngọc Hưng, 2004" in page and "từ 2,2 đến dưới 4,3" in page and "Walkley–Black" in page
    assert "/approve/" not in page
    listed = Client().get("/soil/schemes/").content.decode()
    assert listed.count("dự thảo</span>") == ClassScheme.objects.filter(state="draft").count()


def test_another_version_is_a_draft_that_is_used_once_it_is_approved(client: Client, scheme: ClassScheme) -> None:
    rows = typed(("", "nghèo"), ("2,0", "vừa"), ("4.5", "giàu"), ("", ""))
    client.post(f"/soil/schemes/{scheme.pk}/new/", rows)
    made = ClassScheme.objects.get(key="om_hung_2004", state="draft")
    assert [row.lower for row in made.classes.all()] == [None, 2.0, 4.5]
    assert list(made.methods.all()) == list(scheme.methods.all())
    method = Method.objects.get(pk="om_walkley_black")
    used = scheme_of(method)
    assert used is not None and used.scheme == scheme
    client.post(f"/soil/schemes/{made.pk}/approve/")
    used = scheme_of(method)
    assert used is not None and used.scheme == made and used.class_of(3).label == "vừa"
    assert "Nguyễn Minh Quân" in client.get(f"/soil/schemes/{made.pk}/").content.decode()
    assert "Nguyễn Minh Quân" not in Client().get(f"/soil/schemes/{made.pk}/").content.decode()
    client.post(f"/soil/schemes/{made.pk}/approve/", {"do": "withdraw"})
    used = scheme_of(method)
    assert used is not None and used.scheme == scheme


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((("", "nghèo"), ("2,2", "vừa"), ("2,2", "giàu")), "Cấp “giàu” bắt đầu từ 2,2, không cao hơn cấp “vừa”"),
        ((("", "nghèo"), ("4", "vừa"), ("2", "giàu")), "hai cấp chồng nhau"),
        ((("1", "nghèo"), ("2", "vừa")), "Cấp thấp nhất “nghèo” không có giới hạn dưới"),
        ((("", "nghèo"), ("", "vừa")), "Cấp “vừa” chưa có giới hạn dưới."),
        ((("", "nghèo"), ("hai", "vừa")), "Giới hạn của cấp “vừa” là “hai”, không phải số."),
        ((("", "nghèo"), ("2", "")), "Cấp thứ 2 chưa có tên."),
        ((("", "nghèo"), ("2", "nghèo")), "Hai cấp cùng tên “nghèo”."),
        ((("", "nghèo"),), "Một thang cần ít nhất hai cấp."),
    ],
    ids=["equal", "falling", "first has a limit", "no limit", "no number", "no name", "same name", "one class"],
)
def test_classes_that_overlap_or_gape_are_refused_by_name(
    client: Client, scheme: ClassScheme, rows: tuple[tuple[str, str], ...], sentence: str
) -> None:
    answer = client.post(f"/soil/schemes/{scheme.pk}/new/", typed(*rows))
    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert not ClassScheme.objects.filter(version__gt=1000).exists()


def test_looking_whether_they_overlap_keeps_nothing(client: Client, scheme: ClassScheme) -> None:
    answer = client.post(f"/soil/schemes/{scheme.pk}/new/", typed(("", "a"), ("2", "b"), do="check", citation=""))
    assert answer.status_code == 200 and "Chưa lưu gì" in answer.content.decode()
    assert not ClassScheme.objects.filter(version__gt=1000).exists()


def test_a_draft_whose_limits_overlap_in_the_database_is_not_approved(client: Client) -> None:
    scheme = ClassScheme.objects.get(key="p_oniani_common")
    SoilClass.objects.filter(scheme=scheme, rank=2).update(lower=4)
    answer = client.post(f"/soil/schemes/{scheme.pk}/approve/", follow=True)
    assert "hai cấp chồng nhau" in answer.content.decode()
    scheme.refresh_from_db()
    assert scheme.state == "draft"


def test_versions_of_this_server_do_not_meet_those_that_are_shipped(client: Client, scheme: ClassScheme) -> None:
    for _time in range(2):
        client.post(f"/soil/schemes/{scheme.pk}/new/", typed(("", "a"), ("2", "b")))
    rule = DoseRule.objects.get(key="ssnm_rice_spring", version=1)
    client.post(f"/soil/rules/{rule.pk}/new/", rule_typed(rule, n_kg_per_t=16))
    assert sorted(ClassScheme.objects.filter(key=scheme.key).values_list("version", flat=True)) == [1, 1001, 1002]
    loading.load()
    assert "bản riêng 2" in client.get("/soil/schemes/").content.decode()


def rule_typed(rule: DoseRule, **terms: Any) -> dict[str, str]:
    return {
        "name_vi": "Lúa theo SSNM, tỉnh",
        "name_en": "",
        "citation": "Sở Nông nghiệp, 2026",
        "terms": json.dumps(rule.terms | terms),
    }


def test_a_rule_gets_another_version_and_its_approval(client: Client) -> None:
    rule = DoseRule.objects.get(key="ssnm_rice_spring", version=1)
    client.post(f"/soil/rules/{rule.pk}/new/", rule_typed(rule, n_kg_per_t=16))
    made = DoseRule.objects.get(key=rule.key, version=1001)
    assert (made.state, made.terms["n_kg_per_t"], made.crop) == ("draft", 16, rule.crop)
    assert "không có lượng bón nào được in ra" in Client().get(f"/soil/rules/{made.pk}/").content.decode()
    client.post(f"/soil/rules/{made.pk}/approve/")
    made.refresh_from_db()
    assert made.state == "approved" and made.approved_by is not None
    client.post(f"/soil/rules/{made.pk}/approve/", {"do": "withdraw"})
    made.refresh_from_db()
    assert made.state == "draft" and made.approved_by is None


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ("{", "Không đọc được JSON ở dòng 1"),
        ("[]", "Số hạng phải là một đối tượng"),
        ('{"n_kg_per_t": -1, "k2o_kg_per_t": 30, "most_gain_t": 3}', "“n_kg_per_t” phải là một số"),
        ('{"n_kg_per_t": 15}', "“k2o_kg_per_t” còn thiếu"),
    ],
    ids=["no JSON", "no object", "negative", "missing"],
)
def test_wrong_terms_are_refused_with_their_place(client: Client, terms: str, sentence: str) -> None:
    rule = DoseRule.objects.get(key="ssnm_rice_spring", version=1)
    answer = client.post(f"/soil/rules/{rule.pk}/new/", rule_typed(rule) | {"terms": terms})
    assert sentence in answer.content.decode()
    assert not DoseRule.objects.filter(key=rule.key, version__gt=1000).exists()
