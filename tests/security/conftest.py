"""What the tests of backups and kills share: a PostgreSQL cluster that may come to harm."""

from __future__ import annotations

import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mapping.backup import Backup
from tests.security.kill_stand import Stand
from tests.security.second_cluster import ROOT, SecondCluster, second_cluster
from tests.security.worlds import World


@pytest.fixture(scope="session")
def cluster() -> Iterator[SecondCluster]:
    """A private cluster with a migrated, empty database `sonha`."""
    found = subprocess.run([sys.executable, "script/cluster.py", "server"], cwd=ROOT, capture_output=True)
    if found.returncode != 0:
        pytest.skip("no PostgreSQL server with PostGIS is installed on this machine; the tests use one elsewhere")
    with second_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def world(cluster: SecondCluster) -> World:
    """The small world; tests look at it and leave it as it is."""
    cluster.make_database("world", template="sonha")
    media = cluster.var / "world-media"
    filled = {"DATABASE_URL": cluster.url(database="world"), "SONHA_MEDIA_DIR": str(media)}
    cluster.must("-m", "tests.security.small_world", **filled)
    return World(cluster, "world", media)


@pytest.fixture(scope="session")
def one_backup(world: World, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup of the small world that tests read and leave alone."""
    return world.back_up(tmp_path_factory.mktemp("backups"))


@pytest.fixture
def new_world(cluster: SecondCluster, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Make a database to restore into: empty, or a copy of another."""
    made: list[str] = []

    def make(template: str = "template1", media: Path | None = None) -> World:
        made.append(f"w{uuid.uuid4().hex[:8]}")
        cluster.make_database(made[-1], template)
        place = tmp_path / made[-1]
        if media is not None:
            shutil.copytree(media, place)
        place.mkdir(exist_ok=True)
        return World(cluster, made[-1], place)

    yield make
    for name in made:
        cluster.drop_database(name)


@pytest.fixture(scope="session")
def kills() -> Iterator[Counter[str]]:
    """What was killed how often in the middle of what; told at the end of the run."""
    counted: Counter[str] = Counter()
    yield counted
    print(f"\nkill -9, all as it should be: {sum(counted.values())}")
    for what, times in sorted(counted.items()):
        print(f"  {what}: {times}")


@pytest.fixture(scope="session")
def stand_of_session(cluster: SecondCluster) -> Iterator[Stand]:
    folder = cluster.var / "kill"
    folder.mkdir()
    stand = Stand(cluster, folder)
    stand.prepare()
    yield stand
    stand.end()


@pytest.fixture
def stand(stand_of_session: Stand) -> Stand:
    """Web server and database as they were before anything happened; no worker yet."""
    stand_of_session.fresh()
    return stand_of_session
