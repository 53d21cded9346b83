"""The wall in the database: whatever a program forgets, people are seen and changed only where somebody may.

Everything here goes past `.for_user` on purpose, as the web role, and meets row-level security alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from households import search
from households.models import House, Household, HouseholdPresence, ImportRun
from mapping import wall
from mapping.access import Role
from mapping.models import Change, Grant, Unit
from tests import factories


@pytest.fixture
def two_communes(db: None) -> tuple[Unit, Unit]:
    """Bình Minh with An in village 1 and Bình in village 2; Tân Lập with Cúc."""
    here, there = factories.commune(), factories.neighbour_commune()
    for village, name in ((factories.village(here, 1), "Nguyễn Văn An"), (factories.village(here, 2), "Lê Bình")):
        factories.household(factories.house(here, village=village), name, phone="0912345678")
    factories.household(factories.house(there, lng=105.86, village=factories.village(there, 1)), "Trần Cúc")
    return here, there


def person(role: Role, unit: Unit, name: str = "mai") -> Any:
    user = factories.user(name)
    Grant.objects.create(user=user, unit=unit, role=role)
    return user


def names() -> set[str]:
    """All that a query without any filter finds."""
    return set(Household.objects.values_list("head_name", flat=True))


@contextmanager
def web_session() -> Iterator[psycopg.Connection]:
    """A connection as the web role, as somebody with its password would open it in psql."""
    params = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: params[name] for name in wanted if params.get(name)}) as own:
        yield own


def test_a_session_of_the_web_role_without_the_setting_sees_no_row(transactional_db: None) -> None:
    factories.household(factories.house(factories.commune()))
    with web_session() as own:
        assert own.execute("SELECT count(*) FROM households_household").fetchone() == (0,)
        assert own.execute("SELECT count(*) FROM households_house").fetchone() == (1,)
        own.execute("SET LOCAL sonha.sees = '*'")
        assert own.execute("SELECT count(*) FROM households_household").fetchone() == (1,)
        own.commit()
        assert own.execute("SELECT count(*) FROM households_household").fetchone() == (0,)


def test_every_table_around_people_is_walled_even_for_its_owner(db: None) -> None:
    """A table that names a household or keeps a person's field is walled; a new one is found here by itself."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT DISTINCT t.relname, t.relrowsecurity AND t.relforcerowsecurity
              FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
              JOIN pg_attribute a ON a.attrelid = t.oid AND NOT a.attisdropped
             WHERE t.relkind = 'r' AND a.attname ~ '^(household_id|head_name|phone|personal_number|before)$'
        """)
        walled = dict(cursor.fetchall())
    assert {"households_household", "mapping_change"} <= walled.keys()
    assert [table for table, is_walled in walled.items() if not is_walled] == []


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        (Role.COMMUNE_OFFICER, "commune", {"Nguyễn Văn An", "Lê Bình"}),
        (Role.VILLAGE_HEAD, "village", {"Nguyễn Văn An"}),
        (Role.SURVEYOR, "village", {"Nguyễn Văn An"}),
        (Role.PROVINCE_OFFICER, "province", {"Nguyễn Văn An", "Lê Bình", "Trần Cúc"}),
        (Role.AGRONOMIST, "province", set()),
        (Role.VIEWER, "commune", set()),
    ],
)
def test_a_query_without_a_filter_finds_what_the_role_may_see(
    two_communes: tuple[Unit, Unit], role: Role, place: str, seen: set[str]
) -> None:
    here, _there = two_communes
    unit = {"commune": here, "village": factories.village(here, 1), "province": here.parent}[place]
    with wall.acting(person(role, unit)):
        assert names() == seen
    with wall.acting(None):
        assert names() == set()


def test_a_right_that_has_ended_ends_in_the_database_too(two_communes: tuple[Unit, Unit]) -> None:
    user = factories.user("cu")
    Grant.objects.create(user=user, unit=two_communes[0], role=Role.COMMUNE_OFFICER, valid_until="2020-01-01")
    with wall.acting(user):
        assert names() == set()


def test_nothing_is_written_where_the_person_does_not_edit(two_communes: tuple[Unit, Unit]) -> None:
    here, there = two_communes
    with wall.acting(person(Role.COMMUNE_OFFICER, here)):
        assert Household.objects.filter(commune=there).update(head_name="X") == 0
        assert Household.objects.filter(commune=there).delete()[0] == 0
        house = House.objects.get(commune=there)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Household.objects.create(house=house, commune=here, head_name="Kẻ lạ")
        mine = Household.objects.get(head_name="Lê Bình")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Household.objects.filter(pk=mine.pk).update(house=house)
    with wall.acting(person(Role.SURVEYOR, here, "tuan")):
        assert Household.objects.filter(commune=here).update(head_name="X") == 0
    assert names() == {"Nguyễn Văn An", "Lê Bình", "Trần Cúc"}


def test_a_household_goes_with_its_house_to_another_village(two_communes: tuple[Unit, Unit]) -> None:
    here, _there = two_communes
    house = House.objects.get(households__head_name="Nguyễn Văn An")
    house.village = factories.village(here, 2)
    house.save()
    with wall.acting(person(Role.VILLAGE_HEAD, factories.village(here, 2))):
        assert names() == {"Nguyễn Văn An", "Lê Bình"}
    moved = Household.objects.get(head_name="Lê Bình")
    moved.house = factories.house(here, village=factories.village(here, 1))
    moved.save()
    with wall.acting(person(Role.VILLAGE_HEAD, factories.village(here, 1), "tu")):
        assert names() == {"Lê Bình"}


def test_search_scopes_itself_whatever_it_is_asked(two_communes: tuple[Unit, Unit]) -> None:
    here, there = two_communes
    ask = "SELECT head_name FROM households_find_people(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 100)"

    def found() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(ask)
            return {name for (name,) in cursor.fetchall()}

    with wall.acting(person(Role.VILLAGE_HEAD, factories.village(here, 1))):
        assert found() == {"Nguyễn Văn An"}
    with wall.acting(person(Role.VIEWER, here, "vy")):
        assert found() == set()
    with wall.acting(None):
        assert found() == set()
    with wall.acting(person(Role.PROVINCE_OFFICER, here.parent, "tinh")):
        assert found() == {"Nguyễn Văn An", "Lê Bình", "Trần Cúc"}
    # One who forgets to pass the right user still finds nothing foreign.
    administrator = factories.user("quan")
    administrator.is_superuser = True
    with wall.acting(person(Role.COMMUNE_OFFICER, there, "ngoai")):
        assert search.find(user=administrator, text="nguyen van an").house_ids == []


def test_counting_needs_no_people_and_the_way_to_count_is_for_reading_alone(two_communes: tuple[Unit, Unit]) -> None:
    with wall.acting(person(Role.VIEWER, two_communes[0])):
        assert HouseholdPresence.objects.count() == 3
        columns = [column.name for column in connection.introspection.get_table_description(
            connection.cursor(), "households_presence")]  # fmt: skip
        assert columns == ["id", "house_id", "commune_id", "village_id"]
        for statement in ("DELETE FROM households_presence", "UPDATE households_presence SET village_id = NULL"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(statement)


def test_what_an_action_changed_is_walled_too(two_communes: tuple[Unit, Unit], officer_actions: Any) -> None:
    here, there = two_communes
    with wall.acting(person(Role.COMMUNE_OFFICER, here)):
        assert Change.objects.count() == 1
    with wall.acting(person(Role.COMMUNE_OFFICER, there, "ngoai")):
        assert Change.objects.count() == 0
    with wall.acting(person(Role.VIEWER, here, "vy")):
        assert Change.objects.count() == 0


@pytest.fixture
def officer_actions(two_communes: tuple[Unit, Unit]) -> None:
    """One household edited by an officer."""
    from households.house_editing import People
    from households.household_editing import edit_household

    officer = person(Role.COMMUNE_OFFICER, two_communes[0], "lan")
    with wall.acting(officer):
        household = Household.objects.select_related("house__commune").get(head_name="Lê Bình")
        edit_household(user=officer, household=household, version=1, people=People("Lê Bình", "", 3, ""))


def test_a_page_that_forgets_the_filter_shows_nobody_foreign(two_communes: tuple[Unit, Unit]) -> None:
    def forgetful(request: HttpRequest) -> HttpResponse:
        return HttpResponse(", ".join(sorted(names())))

    def ask(user: Any) -> str:
        request = RequestFactory().get("/")
        request.user = user
        request.COOKIES["sessionid"] = "x"
        return wall.WallMiddleware(forgetful)(request).content.decode()

    assert ask(person(Role.COMMUNE_OFFICER, two_communes[1])) == "Trần Cúc"
    assert ask(person(Role.VIEWER, two_communes[0], "vy")) == ""


@pytest.mark.outside_transactions
def test_an_answer_that_streams_opens_its_own_transaction(transactional_db: None) -> None:
    here = factories.commune()
    factories.household(factories.house(here), "Nguyễn Văn An")
    user = person(Role.COMMUNE_OFFICER, here)

    def body(*, tells: bool) -> Iterator[str]:
        if not tells:
            yield ",".join(names())
            return
        with wall.acting(user), transaction.atomic():
            yield ",".join(names())

    def ask(tells: bool) -> bytes:
        request = RequestFactory().get("/")
        request.user, request.COOKIES["sessionid"] = user, "x"
        streamed = wall.WallMiddleware(lambda _request: StreamingHttpResponse(body(tells=tells)))(request)
        with wall.acting(None):
            return b"".join(streamed)

    assert ask(tells=True).decode() == "Nguyễn Văn An"
    assert ask(tells=False) == b""


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[None]:
    """The database through a pool of one connection that all threads share."""
    settings = connections.settings["default"]
    plain = settings["OPTIONS"]
    connection.close()
    settings["OPTIONS"] = {**plain, "pool": {"min_size": 1, "max_size": 1}}
    yield
    connection.close()
    connection.close_pool()
    settings["OPTIONS"] = plain


@pytest.mark.outside_transactions
def test_requests_that_share_a_connection_share_no_sight(pooled: None) -> None:
    communes = [factories.commune(f"9900{number}", f"Xã {number}", lng=105.5 + number / 10) for number in range(1, 5)]
    people: list[Any] = [None]
    for number, commune in enumerate(communes):
        factories.household(factories.house(commune, lng=105.6 + number / 10), f"Người {number}")
        people.append(person(Role.COMMUNE_OFFICER, commune, f"user{number}"))
    standings = [wall.wall_of(user) for user in people]
    connection.close()

    def look(number: int) -> tuple[int, set[str], set[str], int]:
        with wall.standing_as(standings[number]):
            with transaction.atomic():
                inside = names()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    pid = cursor.fetchone()[0]
            outside = names()
        connection.close()  # it goes back to the pool, as at the end of a request
        return number, inside, outside, pid

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(look, [number % 5 for number in range(200)]))
    assert len({pid for *_, pid in answers}) == 1
    for number, inside, outside, _pid in answers:
        assert inside == ({f"Người {number - 1}"} if number else set())
        assert outside == set()


@pytest.mark.outside_transactions
def test_a_transaction_that_fails_leaves_nothing_behind(transactional_db: None) -> None:
    here = factories.commune()
    factories.household(factories.house(here))
    with wall.acting(person(Role.COMMUNE_OFFICER, here)):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute("SELECT 1 / 0")
        assert names() == set()  # outside a transaction
        with transaction.atomic():
            assert len(names()) == 1
    with wall.acting(None), transaction.atomic():
        assert names() == set()


def test_the_context_of_an_action_is_there_for_the_audit(two_communes: tuple[Unit, Unit]) -> None:
    user = person(Role.COMMUNE_OFFICER, two_communes[0])
    request = RequestFactory().get("/houses/", REMOTE_ADDR="192.0.2.7")
    with wall.acting(user, request=request, why="thử") as standing, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('sonha.context')::json ->> 'address', current_setting('sonha.user')")
        assert cursor.fetchone() == ("192.0.2.7", str(user.pk))
        assert standing.context == {
            "user": user.pk, "name": "mai", "address": "192.0.2.7", "path": "/houses/", "why": "thử",
        }  # fmt: skip
    with pytest.raises(dataclasses.FrozenInstanceError):
        standing.sees = "*"  # type: ignore[misc]


def test_signing_out_takes_the_sight_along(two_communes: tuple[Unit, Unit]) -> None:
    house = House.objects.get(households__head_name="Nguyễn Văn An")
    client = Client()
    client.force_login(person(Role.COMMUNE_OFFICER, two_communes[0]))
    assert "Nguyễn Văn An" in client.get(f"/houses/{house.code}/").content.decode()
    client.post("/sign-out/")
    assert "Nguyễn Văn An" not in client.get(f"/h/{house.code}/").content.decode()


def test_nobody_but_the_owner_may_hang_an_owners_function_on_a_table_of_their_own(db: None) -> None:
    """Whoever has the web role's password makes a temporary table, and lets no trigger of ours work on it."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT oid::regprocedure::text FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
               AND proowner = (SELECT relowner FROM pg_class WHERE oid = 'mapping_unit'::regclass)
               AND has_function_privilege(current_user, oid, 'EXECUTE')
        """)
        assert cursor.fetchall() == []
        cursor.execute("CREATE TEMPORARY TABLE mine (id bigint)")
        with pytest.raises(DatabaseError, match="permission denied for function"), transaction.atomic():
            cursor.execute(
                "CREATE TRIGGER x AFTER INSERT ON mine REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT "
                "EXECUTE FUNCTION sonha_keep_history('mapping_grantevent', '1', 'NULL', 'r.id', 'bigint')"
            )


def test_functions_of_the_owner_that_others_may_call_are_known_by_name(db: None) -> None:
    """Each of them is a door in the wall and scopes itself; a new one is to be looked at before it stands here."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT proname FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace AND prosecdef
               AND has_function_privilege(current_user, oid, 'EXECUTE') AND proname !~ '^st_'
        """)
        names_of_doors = {name for (name,) in cursor.fetchall()}
    assert names_of_doors == {"households_find_people", "households_open_secret", "households_resident_at"}


def test_an_undo_record_of_another_village_is_walled(two_communes: tuple[Unit, Unit], officer_actions: Any) -> None:
    here, _there = two_communes  # the officer edited Lê Bình of village 2
    with wall.acting(person(Role.VILLAGE_HEAD, factories.village(here, 2))):
        assert Change.objects.count() == 1
    with wall.acting(person(Role.VILLAGE_HEAD, factories.village(here, 1), "tu")):
        assert Change.objects.count() == 0
        assert Change.objects.all().delete()[0] == 0


def test_an_entry_of_the_audit_bears_the_true_time_and_no_trigger_is_spoken_for(db: None) -> None:
    with wall.acting(factories.user("gian")), connection.cursor() as cursor:
        add = (
            "INSERT INTO mapping_auditentry "
            '(at, user_name, address, path, why, action, subject, "table", count, detail) '
            "VALUES ('2020-01-01', 'ai đó', '', '', '', %s, '', '', 1, '{}')"
        )
        cursor.execute(add, ["export"])
        cursor.execute("SELECT set_config('sonha.sees', '*', true)")
        cursor.execute("SELECT min(at) > now() - interval '1 day' FROM mapping_auditentry")
        assert cursor.fetchone() == (True,)
        with pytest.raises(DatabaseError, match="only a trigger"), transaction.atomic():
            cursor.execute(add, ["row.delete"])


def test_a_shops_name_is_shown_to_no_function_of_a_caller_before_its_household_agrees(db: None) -> None:
    factories.household(factories.house(factories.commune()), shop_name="Tạp hóa Kín")
    with wall.acting(None), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE heard (what text)")
        cursor.execute(
            "CREATE FUNCTION pg_temp.listen(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
            "$$ BEGIN INSERT INTO heard VALUES (what); RETURN true; END $$"
        )
        cursor.execute("SELECT count(*) FROM households_shop_signs WHERE pg_temp.listen(shop_name)")
        cursor.execute("SELECT what FROM heard")
        assert cursor.fetchall() == []


def test_the_report_of_an_import_is_walled(two_communes: tuple[Unit, Unit], tmp_path: Any) -> None:
    from households.importing import runs

    path = tmp_path / "list.csv"
    path.write_text("Số nhà;Chủ hộ;Vĩ độ;Kinh độ\n7;An;19,67;105,81\n")
    runs.start(path=path, name="list.csv", content_type="text/csv", commune=two_communes[0], user=None)
    village = factories.village(two_communes[0], 1)
    for role, place, seen in (
        (Role.COMMUNE_OFFICER, two_communes[0], 1),
        (Role.COMMUNE_OFFICER, two_communes[1], 0),
        (Role.VIEWER, two_communes[0], 0),
        (Role.VILLAGE_HEAD, village, 0),
    ):
        with wall.acting(person(role, place, f"{role}-{place.pk}")):
            assert ImportRun.objects.count() == seen
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("DELETE FROM households_importplace")
