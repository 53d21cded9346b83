"""Who lets whom in: links instead of shared passwords, roles no higher than one's own, help from above."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from mapping.access import Role
from mapping.accounts import links, people, second_factor
from mapping.errors import NotAllowed, UserError
from mapping.models import AccountLink, Grant, Unit, User
from tests import factories
from tests.security.accounts import (
    NEW_PASSWORD,
    PASSWORD,
    give_phone,
    is_signed_in,
    link_in,
    shown_on,
    sign_in,
    type_password,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phones_are_asked_for(settings: Any) -> None:
    settings.REQUIRE_TOTP = True


@pytest.fixture
def desk(officer: User) -> Client:
    """The officer, signed in with both steps."""
    client = Client()
    sign_in(client, officer, give_phone(officer))
    return client


@pytest.fixture
def head(commune: Unit) -> User:
    """The head of the first village."""
    person = factories.user("truong", "Bùi Văn Trưởng")
    Grant.objects.create(user=person, unit=factories.village(commune, 1), role=Role.VILLAGE_HEAD)
    return person


def invitation(unit: Unit, **changed: Any) -> dict[str, Any]:
    """What the invitation form sends."""
    data = {"full_name": "Đỗ Thị Quý", "username": "quy.do", "unit": unit.pk, "role": Role.VIEWER, "until": ""}
    return {**data, **changed}


def invite(desk: Client, unit: Unit, **changed: Any) -> str:
    """Invite, and return the path of the link on the slip."""
    return link_in(desk.post(f"/people/invite/?unit={unit.code}", invitation(unit, **changed)))


def set_password(client: Client, link: str, password: str = NEW_PASSWORD) -> Any:
    return client.post(link, {"new_password1": password, "new_password2": password})


def test_an_invited_person_sets_a_password_that_nobody_else_knows(desk: Client, commune: Unit) -> None:
    slip = desk.post(f"/people/invite/?unit={commune.code}", invitation(commune))
    page = slip.content.decode()
    assert '<svg class="qr"' in page
    assert "no-store" in slip["Cache-Control"]
    link = link_in(slip)
    client = Client()
    opened = client.get(link).content.decode()
    assert "Chào Đỗ Thị Quý" in opened
    assert "quy.do" in opened
    assert set_password(client, link)["Location"] == "/"
    assert is_signed_in(client)
    grant = Grant.objects.get(user__username="quy.do")
    assert (grant.unit, grant.role, grant.valid_until) == (commune, Role.VIEWER, None)
    again = Client()
    type_password(again, "quy.do", NEW_PASSWORD)
    assert is_signed_in(again)


def test_an_invited_officer_goes_on_to_their_phone(desk: Client, commune: Unit) -> None:
    link = invite(desk, commune, role=Role.COMMUNE_OFFICER)
    client = Client()
    assert set_password(client, link)["Location"] == "/account/second-factor/"
    assert not is_signed_in(client)


def test_only_a_hash_of_the_secret_is_kept(desk: Client, commune: Unit) -> None:
    link = invite(desk, commune)
    secret = link.split("/")[2]
    row = AccountLink.objects.values().get()
    assert secret not in str(row)
    assert secret.encode() not in bytes(row["digest"])


def test_looking_at_a_link_does_not_spend_it_and_using_it_twice_is_refused(desk: Client, commune: Unit) -> None:
    link = invite(desk, commune)
    for _ in range(3):
        assert Client().get(link).status_code == 200
    assert set_password(Client(), link).status_code == 302
    thief = Client()
    assert set_password(thief, link, "mật khẩu kẻ trộm").status_code == 404
    type_password(thief, "quy.do", "mật khẩu kẻ trộm")
    assert not is_signed_in(thief)


def test_every_dead_link_reads_the_same(desk: Client, officer: User, commune: Unit) -> None:
    used, late, withdrawn, ended = (invite(desk, commune, username=f"moi.{number}") for number in range(4))
    set_password(Client(), used)
    AccountLink.objects.filter(username="moi.1").update(expires_at=timezone.now())
    desk.post(f"/people/invitations/{AccountLink.objects.get(username='moi.2').pk}/withdraw/")
    AccountLink.objects.filter(username="moi.3").update(grant_until=timezone.localdate() - datetime.timedelta(days=1))
    answers = [Client().get(link) for link in (used, late, withdrawn, ended, "/join/khong-co-lien-ket-nay/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content.decode().split("<main")[1].split("</main>")[0] for answer in answers}) == 1
    assert set_password(Client(), late).status_code == 404


def test_a_link_is_valid_for_seven_days(desk: Client, commune: Unit) -> None:
    link = invite(desk, commune)
    row = AccountLink.objects.get()
    assert row.expires_at - row.made_at == pytest.approx(datetime.timedelta(days=7), abs=datetime.timedelta(minutes=1))
    AccountLink.objects.update(expires_at=timezone.now() + datetime.timedelta(seconds=30))
    assert Client().get(link).status_code == 200


def test_an_invitation_ends_with_the_right_of_who_gave_it(desk: Client, officer: User, commune: Unit) -> None:
    link = invite(desk, commune)
    Grant.objects.filter(user=officer).update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    assert set_password(Client(), link).status_code == 404
    assert not User.objects.filter(username="quy.do").exists()


def test_a_reissued_link_makes_the_lost_paper_worthless(desk: Client, commune: Unit) -> None:
    lost = invite(desk, commune)
    new = link_in(desk.post(f"/people/invitations/{AccountLink.objects.get().pk}/reissue/"))
    assert Client().get(lost).status_code == 404
    assert set_password(Client(), new).status_code == 302


def test_weak_passwords_do_not_spend_the_link(desk: Client, commune: Unit) -> None:
    link = invite(desk, commune)
    answer = set_password(Client(), link, "quy.do")
    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert not User.objects.filter(username="quy.do").exists()
    assert set_password(Client(), link).status_code == 302


def test_nobody_invites_to_a_foreign_unit(desk: Client, officer: User, commune: Unit) -> None:
    foreign = factories.neighbour_commune()
    assert desk.get(f"/people/invite/?unit={foreign.code}").status_code == 404
    answer = desk.post(f"/people/invite/?unit={commune.code}", invitation(foreign))
    assert answer.status_code == 200
    assert not AccountLink.objects.exists()
    with pytest.raises(Http404):
        links.invite(manager=officer, full_name="Ai", username="ai.do", role=Role.VIEWER, unit=foreign, until=None)


def test_nobody_gives_a_role_above_their_own(desk: Client, officer: User, commune: Unit) -> None:
    assert commune.parent is not None
    for role, unit in ((Role.PROVINCE_OFFICER, commune), (Role.PROVINCE_OFFICER, commune.parent)):
        answer = desk.post(f"/people/invite/?unit={commune.code}", invitation(unit, role=role))
        assert answer.status_code == 200
    page = desk.get(f"/people/invite/?unit={commune.code}").content.decode()
    assert "Cán bộ tỉnh" not in page
    assert "Cán bộ xã" in page
    with pytest.raises(NotAllowed):
        links.invite(
            manager=officer, full_name="Ai", username="ai.do", role=Role.PROVINCE_OFFICER, unit=commune, until=None
        )
    assert not AccountLink.objects.exists()


@pytest.mark.parametrize("role", [Role.VILLAGE_HEAD, Role.SURVEYOR, Role.VIEWER])
def test_whoever_manages_no_accounts_invites_nobody(commune: Unit, role: str) -> None:
    person = factories.user("moi")
    Grant.objects.create(user=person, unit=commune, role=role)
    with pytest.raises(NotAllowed):
        links.invite(manager=person, full_name="Ai", username="ai.do", role=Role.VIEWER, unit=commune, until=None)


@pytest.mark.parametrize(
    ("role", "until", "code"),
    [
        (Role.SURVEYOR, None, "surveyor_without_end"),
        (Role.VIEWER, -1, "until_is_past"),
        (Role.VILLAGE_HEAD, None, "role_of_other_level"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused_with_a_sentence(
    officer: User, commune: Unit, role: str, until: int | None, code: str
) -> None:
    day = None if until is None else timezone.localdate() + datetime.timedelta(days=until)
    with pytest.raises(UserError) as refused:
        links.invite(manager=officer, full_name="Ai", username="ai.do", role=role, unit=commune, until=day)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Lan.Le", "lan.le"), ("0912 345 678", "0912345678"), ("+84 912 345 678", "0912345678"), ("a@xa.vn", "a@xa.vn")],
)
def test_names_and_telephones_are_kept_in_one_writing(typed: str, kept: str) -> None:
    assert links.normal_username(typed) == kept


@pytest.mark.parametrize("typed", ["lân.lê", "a", "", "hai từ", "x" * 151, "<b>"])
def test_names_that_not_every_keyboard_can_type_are_refused(typed: str) -> None:
    with pytest.raises(UserError):
        links.normal_username(typed)


def test_a_name_that_is_taken_or_invited_is_refused(desk: Client, commune: Unit, viewer: User) -> None:
    taken = desk.post(f"/people/invite/?unit={commune.code}", invitation(commune, username="VY"))
    assert "Đã có tài khoản “vy”" in taken.content.decode()
    invite(desk, commune)
    twice = desk.post(f"/people/invite/?unit={commune.code}", invitation(commune))
    assert "đang chờ" in twice.content.decode()


def test_the_list_shows_my_people_and_nobody_elses(desk: Client, commune: Unit, head: User, stranger: User) -> None:
    give_phone(head)
    page = desk.get("/people/").content.decode()
    assert "Bùi Văn Trưởng" in page
    assert "Phạm Văn Hùng" not in page
    row = page.split("Bùi Văn Trưởng")[1].split("</tr>")[0]
    assert "Trưởng thôn" in row
    assert "Thôn Đông Hoà" in row
    assert "chưa lần nào" in row
    assert ">có<" in row
    assert desk.get(f"/people/{stranger.pk}/").status_code == 404
    assert desk.get("/people/?unit=99002").status_code == 404


def test_who_leaves_is_out_at_once(desk: Client, head: User) -> None:
    client = Client()
    sign_in(client, head, give_phone(head))
    assert is_signed_in(client)
    desk.post(f"/people/grants/{head.grants.get().pk}/end/")
    assert not is_signed_in(client)
    type_password(client, "truong")
    assert client.get("/houses/").status_code != 200
    assert "Bùi Văn Trưởng" not in desk.get("/people/").content.decode().split("<table")[1]


def test_nobody_ends_their_own_grant_or_one_above(desk: Client, officer: User, commune: Unit) -> None:
    assert desk.post(f"/people/grants/{officer.grants.get().pk}/end/").status_code == 403
    assert commune.parent is not None
    above = factories.user("tinh")
    grant = Grant.objects.create(user=above, unit=commune.parent, role=Role.PROVINCE_OFFICER)
    assert desk.post(f"/people/grants/{grant.pk}/end/").status_code == 404


def test_a_colleague_is_given_another_role(desk: Client, head: User, commune: Unit) -> None:
    second = factories.village(commune, 2)
    data = {"unit": second.pk, "role": Role.VILLAGE_HEAD, "until": ""}
    assert desk.post(f"/people/{head.pk}/grant/?unit={commune.code}", data).status_code == 302
    assert {grant.unit for grant in head.grants.all()} == {factories.village(commune, 1), second}


def test_a_lost_phone_is_reset_from_above_and_set_up_anew(desk: Client, head: User) -> None:
    phone = give_phone(head)
    client = Client()
    sign_in(client, head, phone)
    assert desk.post(f"/people/{head.pk}/reset-second-factor/").status_code == 302
    assert not is_signed_in(client)
    assert not second_factor.has(head)
    assert type_password(client, "truong")["Location"] == "/account/second-factor/"
    client.get("/account/second-factor/")
    client.post("/account/second-factor/", {"code": shown_on(TOTPDevice.objects.get(user=head))})
    assert is_signed_in(client)


def test_nobody_resets_a_peer_an_administrator_or_themselves(desk: Client, officer: User, commune: Unit) -> None:
    peer = factories.user("ban", officer_of=commune)
    boss = User.objects.create_superuser("quantri", password=PASSWORD)
    Grant.objects.create(user=boss, unit=commune, role=Role.VIEWER)
    for person in (peer, boss, officer):
        give_phone(person)
        assert desk.post(f"/people/{person.pk}/reset-second-factor/").status_code == 403, person
        assert desk.post(f"/people/{person.pk}/way-back/").status_code == 403, person
        assert second_factor.has(person)


def test_an_equal_is_not_taken_over_by_ending_their_grant_first(desk: Client, officer: User, commune: Unit) -> None:
    peer = factories.user("ban", officer_of=commune)
    grant = peer.grants.get()
    give_phone(peer)
    desk.post(f"/people/{peer.pk}/grant/?unit={commune.code}", {"unit": commune.pk, "role": Role.VIEWER, "until": ""})
    assert desk.post(f"/people/grants/{grant.pk}/end/").status_code == 403
    shortened = {"unit": commune.pk, "role": Role.COMMUNE_OFFICER, "until": timezone.localdate().isoformat()}
    assert desk.post(f"/people/{peer.pk}/grant/?unit={commune.code}", shortened).status_code == 400
    grant.refresh_from_db()
    assert grant.valid_until is None
    for days in (1, 80):  # it may have ended by itself, or from above
        Grant.objects.filter(pk=grant.pk).update(valid_until=timezone.localdate() - datetime.timedelta(days=days))
        assert desk.post(f"/people/{peer.pk}/way-back/").status_code == 403
        assert desk.post(f"/people/{peer.pk}/reset-second-factor/").status_code == 403
    assert second_factor.has(peer)
    assert not AccountLink.objects.exists()


def test_nobody_gives_themselves_a_role_or_anyone_a_day_beyond_their_own(
    desk: Client, officer: User, head: User, commune: Unit
) -> None:
    last = timezone.localdate() + datetime.timedelta(days=30)
    officer.grants.update(valid_until=last)
    longer = {"unit": commune.pk, "role": Role.COMMUNE_OFFICER, "until": ""}
    for until in ("", last.isoformat()):
        assert (
            desk.post(f"/people/{officer.pk}/grant/?unit={commune.code}", longer | {"until": until}).status_code == 400
        )
    assert officer.grants.get().valid_until == last
    for until in ("", (last + datetime.timedelta(days=1)).isoformat()):
        page = desk.post(f"/people/{head.pk}/grant/?unit={commune.code}", longer | {"until": until})
        assert f"đến hết ngày {last:%d/%m/%Y}" in page.content.decode()
        page = desk.post(f"/people/invite/?unit={commune.code}", invitation(commune, until=until))
        assert f"đến hết ngày {last:%d/%m/%Y}" in page.content.decode()
    assert head.grants.count() == 1
    assert not AccountLink.objects.exists()
    data = longer | {"role": Role.VIEWER, "until": last.isoformat()}
    assert desk.post(f"/people/{head.pk}/grant/?unit={commune.code}", data).status_code == 302
    assert 'name="role"' not in desk.get(f"/people/{officer.pk}/").content.decode()


def test_a_unit_that_cannot_be_is_refused(desk: Client) -> None:
    assert desk.get("/people/?unit=%00").status_code == 400


def test_whoever_works_elsewhere_too_is_not_decided_over_from_here(desk: Client, head: User) -> None:
    Grant.objects.create(user=head, unit=factories.neighbour_commune(), role=Role.VIEWER)
    give_phone(head)
    assert desk.post(f"/people/{head.pk}/reset-second-factor/").status_code == 403


def test_above_an_officer_stands_the_province_or_an_administrator(officer: User, commune: Unit) -> None:
    assert commune.parent is not None
    above = factories.user("tinh")
    Grant.objects.create(user=above, unit=commune.parent, role=Role.PROVINCE_OFFICER)
    assert people.stands_above(above, officer)
    assert people.stands_above(User.objects.create_superuser("quantri"), officer)
    assert not people.stands_above(officer, above)


def test_a_forgotten_password_is_set_anew_by_its_owner_and_the_phone_is_still_asked_for(
    desk: Client, head: User
) -> None:
    phone = give_phone(head)
    signed_in_before = Client()
    sign_in(signed_in_before, head, phone)
    for guess in range(5):
        type_password(Client(), "truong", f"quên rồi {guess}")
    slip = desk.post(f"/people/{head.pk}/way-back/")
    client = Client()
    assert set_password(client, link_in(slip))["Location"] == "/sign-in/code/"
    assert not is_signed_in(client)
    assert not is_signed_in(signed_in_before)
    client.post("/sign-in/code/", {"code": shown_on(phone, steps=1)})
    assert is_signed_in(client)
    assert Client().get(link_in(slip)).status_code == 404


def test_a_second_link_for_a_forgotten_password_ends_the_first(desk: Client, head: User) -> None:
    first = link_in(desk.post(f"/people/{head.pk}/way-back/"))
    second = link_in(desk.post(f"/people/{head.pk}/way-back/"))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_an_administrator_walks_from_the_system_down_to_a_village(commune: Unit, head: User) -> None:
    boss = User.objects.create_superuser("quantri", password=PASSWORD)
    client = Client()
    sign_in(client, boss, give_phone(boss))
    second = User.objects.create_superuser("quantri2", password=PASSWORD, full_name="Vũ Thị Hai")
    give_phone(second)
    front = client.get("/people/").content.decode()
    assert "Tỉnh Thử Nghiệm" in front
    assert f'href="/people/{second.pk}/">Vũ Thị Hai' in front
    client.post(f"/people/{second.pk}/reset-second-factor/")
    assert not second_factor.has(second)
    page = client.get("/people/?unit=38").content.decode()
    assert "Xã Bình Minh" in page
    assert "Bùi Văn Trưởng" in page
    village = factories.village(commune, 1)
    assert "Mời người mới" in client.get(f"/people/?unit={village.code}").content.decode()
    assert invite(client, commune, role=Role.COMMUNE_OFFICER)


def test_the_server_itself_helps_the_last_administrator_who_lost_everything(db: None, capsys: Any) -> None:
    boss = User.objects.create_superuser("quantri", password=PASSWORD)
    give_phone(boss)
    call_command("reset_second_factor", "quantri")
    assert not second_factor.has(boss)
    with pytest.raises(CommandError, match=r"khong\.ai"):
        call_command("reset_second_factor", "khong.ai")


def test_a_link_is_typed_from_paper_in_any_writing(desk: Client, commune: Unit) -> None:
    link = invite(desk, commune)
    secret = link.split("/")[2]
    assert Client().get(f"/join/{secret.upper()}/").status_code == 200
    assert Client().get(f"/join/{secret.replace('-', '')}/").status_code == 200


def end_and_see(desk: Client, person: User) -> str:
    """End the person's only grant; the page that follows."""
    return desk.post(f"/people/grants/{person.grants.get().pk}/end/", follow=True).content.decode()


def test_who_left_stands_in_a_list_of_their_own_and_is_let_in_again(desk: Client, commune: Unit, head: User) -> None:
    page = end_and_see(desk, head)
    assert "Đã chấm dứt phân công của Bùi Văn Trưởng" in page
    assert "Bùi Văn Trưởng" in page.split('id="former"')[1]
    assert "Hoàn tác" not in desk.get("/people/").content.decode()
    grant = head.grants.get()
    form = desk.get(f"/people/{head.pk}/?unit={grant.unit.code}&again={grant.pk}").content.decode()
    assert f'<option value="{grant.unit_id}" selected>' in form
    assert '<option value="village_head" selected>' in form
    data = {"unit": grant.unit_id, "role": Role.VILLAGE_HEAD, "until": ""}
    assert desk.post(f"/people/{head.pk}/grant/?unit={grant.unit.code}", data).status_code == 302
    assert people.current_grants().filter(user=head).exists()
    assert 'id="former"' not in desk.get("/people/").content.decode()


def test_ending_a_grant_can_be_taken_back_at_once(desk: Client, head: User) -> None:
    day = timezone.localdate() + datetime.timedelta(days=30)
    head.grants.update(valid_until=day)
    page = end_and_see(desk, head)
    assert f'name="until" value="{day.isoformat()}"' in page
    grant = head.grants.get()
    assert desk.post(f"/people/grants/{grant.pk}/resume/", {"until": "hôm qua"}).status_code == 400
    assert not people.current_grants().filter(user=head).exists()
    answer = desk.post(f"/people/grants/{grant.pk}/resume/", {"until": day.isoformat()}, follow=True)
    assert "lại được phân công" in answer.content.decode()
    assert head.grants.get().valid_until == day


def test_inviting_who_left_offers_the_account_they_have(desk: Client, commune: Unit, head: User) -> None:
    end_and_see(desk, head)
    data = invitation(commune, username="truong", role=Role.VIEWER)
    page = desk.post(f"/people/invite/?unit={commune.code}", data).content.decode()
    assert "Giao vai trò này cho Bùi Văn Trưởng" in page
    assert f'action="/people/{head.pk}/grant/?unit={commune.code}"' in page
    assert desk.post(f"/people/{head.pk}/grant/?unit={commune.code}", data).status_code == 302
    assert people.current_grants().get(user=head).role == Role.VIEWER


def test_who_works_elsewhere_today_is_not_shown_as_having_left(desk: Client, commune: Unit, head: User) -> None:
    end_and_see(desk, head)
    Grant.objects.create(user=head, unit=factories.neighbour_commune(), role=Role.VIEWER)
    assert "Bùi Văn Trưởng" not in desk.get("/people/").content.decode()
    assert desk.get(f"/people/{head.pk}/").status_code == 404
    page = desk.post(f"/people/invite/?unit={commune.code}", invitation(commune, username="truong")).content.decode()
    assert "của người làm ở nơi khác" in page
    assert "Bùi Văn Trưởng" not in page


def test_an_administrator_finds_whoever_works_nowhere(commune: Unit, head: User) -> None:
    boss = User.objects.create_superuser("quantri", password=PASSWORD)
    client = Client()
    sign_in(client, boss, give_phone(boss))
    never = factories.user("moi", "Lò Thị Mới")
    head.grants.update(valid_until=timezone.localdate() - datetime.timedelta(days=400))
    left = client.get("/people/").content.decode().split('id="former"')[1]
    assert "Bùi Văn Trưởng" in left and "Lò Thị Mới" in left
    assert "Thêm phân công" in client.get(f"/people/{never.pk}/").content.decode()
