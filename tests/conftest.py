"""One cast of people and one real database for every test.

The database is made and migrated by its owner; the tests themselves connect as the web role, which is what
a page does. Static files come straight from their folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from mapping import rate_limits, wall
from tests import factories
from tests.emptying import empty_database, remember_shipped_rows
from tests.soil_map import soil_factories

settings.STORAGES = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
settings.ALLOWED_HOSTS = ["*"]
settings.REQUIRE_TOTP = False  # what officers see is tested without their phones; tests/security/ tests those
_WALLED = re.compile(
    r"^\s*(?:SELECT|UPDATE|DELETE|WITH)\b.*\b(?:households_(?:household|householdevent|importrun|consent|correction|residentsecret|residentsession|assessment)"
    r"|mapping_change|mapping_auditentry)\b",
    re.DOTALL,
)
# How long an example takes, or its making, says more about the machine than about the code.
hypothesis_settings.register_profile("sonha", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("sonha")
setattr(TransactionTestCase, "_fixture_teardown", empty_database)  # noqa: B010 - it is not in the types


# Files whose tests take longest, begun first: no process is left with one of them when the others have finished.
LONGEST_FIRST = (
    "tests/survey/test_line",
    "tests/security/test_kill",
    "tests/browser/survey/test_aeroplane",
    "tests/security/test_backup",
    "tests/security/test_start",
    "tests/test_urls",
    "tests/households/test_demo",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files by how long they take; within one, and among the others, the order stays random."""

    def rank(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(LONGEST_FIRST) if item.nodeid.startswith(name)), 99)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Create and migrate as the owner, over plain connections; each process of pytest-xdist a database of its own."""
    from config.settings import database_of

    owner = database_of("owner")
    database = connections["default"].settings_dict
    database["OPTIONS"] = owner["OPTIONS"]
    database.update({key: owner.get(key, "") for key in ("USER", "PASSWORD", "HOST", "PORT")})


TRUNCATABLE_BEFORE_TESTS: list[str] = []
"""Tables that the migrations let the roles of pages and jobs empty; there should be none."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Hand the migrated database to the web role, and back to the owner when it is dropped."""
    from config.settings import database_of

    web, owner = database_of("web"), database_of("owner")
    connection = connections["default"]
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class t, pg_roles "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                "AND rolname IN ('sonha_web', 'sonha_worker') AND has_table_privilege(rolname, t.oid, 'TRUNCATE')"
            )
            TRUNCATABLE_BEFORE_TESTS.extend(row[0] for row in cursor.fetchall())
            # Transactional tests empty the tables after themselves; no other program may.
            cursor.execute(f'GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO "{web["USER"]}"')
            cursor.execute(
                "SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger "
                "WHERE tgname LIKE '%is_never_emptied'"
            )
            for (statement,) in cursor.fetchall():
                cursor.execute(statement)
        connection.close()
        connection.settings_dict.update({key: web.get(key, "") for key in ("USER", "PASSWORD")})
        remember_shipped_rows()
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            # The worker's periodic task leaves a connection in a thread of its own; DROP DATABASE would wait for it.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
            )
        connection.close()
        connection.settings_dict.update({key: owner.get(key, "") for key in ("USER", "PASSWORD")})


@pytest.fixture(autouse=True)
def media_of_this_test(tmp_path: Any, settings: Any) -> None:
    """Files that a test stores vanish with it."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def tries_of_this_test(tmp_path: Any, settings: Any) -> None:
    """No test counts what another one has tried."""
    settings.THROTTLE_SALT = str(tmp_path)
    rate_limits.forget()


@pytest.fixture(autouse=True)
def codes_of_this_test(request: pytest.FixtureRequest) -> None:
    """What a test makes has the same codes in every run."""
    factories.begin(request.node.nodeid)
    soil_factories.begin()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request in English leaves its language to the thread; the next test begins in the product's own."""
    with translation.override("vi"):
        yield


@pytest.fixture(autouse=True)
def own_hands(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test does with its own hands passes the wall around people; what it asks a page to do does not.

    Outside a transaction the wall shows nothing, so that "no row is left" would be true of anything: who acts then and
    asks for a walled table has forgotten the transaction, in a test or in the product, and is told.
    """
    if request.node.get_closest_marker("outside_transactions") is None:
        connection_created.connect(_watch)
        _watch(connection=connections["default"])
    with wall.acting_as_system("test"):
        yield
    connection_created.disconnect(_watch)
    _unwatch(connections["default"])


def _watch(*, connection: Any, **_: Any) -> None:
    if _needs_transaction not in connection.execute_wrappers:
        connection.execute_wrappers.append(_needs_transaction)


def _unwatch(connection: Any) -> None:
    if _needs_transaction in connection.execute_wrappers:
        connection.execute_wrappers.remove(_needs_transaction)


def _needs_transaction(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    connection = context["connection"]
    if not connection.in_atomic_block and wall.current().sees and (found := _WALLED.search(str(sql))):
        raise AssertionError(f"Outside a transaction the wall shows nothing: {found.group()[:300]}")
    return execute(sql, params, many, context)


@pytest.fixture
def commune(db: None) -> Any:
    """Xã Bình Minh, invented: a square of some 4 km around 105.81 E 19.67 N, with two villages."""
    return factories.commune()


@pytest.fixture
def officer(commune: Any) -> Any:
    """Officer of `commune`."""
    return factories.user("lan", "Lê Thị Lan", officer_of=commune)


@pytest.fixture
def stranger(commune: Any) -> Any:
    """Officer of another commune."""
    return factories.user("hung", "Phạm Văn Hùng", officer_of=factories.neighbour_commune())


@pytest.fixture
def viewer(commune: Any) -> Any:
    """May see houses of `commune`, no people."""
    return factories.user("vy", "Trần Vy", viewer_of=commune)


@pytest.fixture
def officer_client(officer: Any) -> Client:
    """A browser in which the officer has signed in."""
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def run_jobs(transactional_db: None) -> Callable[[], None]:
    """Run every queued job to its end with a real worker, as `manage.py procrastinate worker --one-shot` does."""
    from procrastinate.contrib.django import app

    def work() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())
        with worker_app.replace_connector(worker_app.connector):
            worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, queues=["sonha"])

    def run() -> None:
        # In a thread of its own: where a browser test ran before, this one holds Playwright's event loop.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(work).result()

    return run
