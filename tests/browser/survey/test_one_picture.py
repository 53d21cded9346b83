"""The same picture taken for two houses: both arrive, also from a phone that still kept each picture once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.survey import line
from tests.browser.survey.conftest import World, house_address
from tests.browser.survey.installed import kept_on
from tests.browser.survey.test_sending import open_phone, send_now
from tests.browser.survey.test_sending_photos import PHOTOS, finish_with_photos, large_photo, pictures

AS_OLDER_VERSION = """async ([name, version]) => {
  const told = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const today = await told(indexedDB.open(name));
  const kept = {};
  const shape = [];
  for (const store of today.objectStoreNames) {
    const there = today.transaction(store).objectStore(store);
    shape.push([store, there.keyPath, [...there.indexNames].map((one) => [one, there.index(one).keyPath])]);
    kept[store] = await told(there.getAll());
  }
  today.close();
  await told(indexedDB.deleteDatabase(name));
  const keyOf = ({ round, house, sha256 }) => [round, house, sha256].join();
  const bytes = new Map(kept.pictures.map((one) => [keyOf(one), one.bytes]));
  kept.photos = kept.photos.map((photo) => ({ ...photo, bytes: bytes.get(keyOf(photo)) }));
  const asked = indexedDB.open(name, version);
  asked.onupgradeneeded = () => {
    for (const [store, keyPath, indexes] of shape) {
      if (store === "pictures") continue;
      const isOnce = store === "photos" && version === 1;
      const made = asked.result.createObjectStore(store, { keyPath: isOnce ? "sha256" : keyPath });
      for (const [index, path] of indexes) made.createIndex(index, path);
      for (const row of kept[store]) made.put(row);
    }
  };
  const before = await told(asked);
  const count = await told(before.transaction("photos").objectStore("photos").count());
  before.close();
  return count;
}"""


@pytest.mark.parametrize(("version", "count"), [(1, 1), (2, 2)])
def test_what_an_older_version_kept_comes_along_and_both_houses_get_their_picture(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path, version: int,
    count: int,
) -> None:  # fmt: skip
    take_along()
    photo = large_photo(tmp_path)
    with line.bad("broken", PHOTOS):
        for place in (0, 1):
            finish_with_photos(phone, live_server, world, place, [photo])
        open_phone(phone, live_server)
        expect(phone.get_by_text("Chờ gửi: 0 phiếu, 2 ảnh.")).to_be_visible()
        phone.goto(f"{live_server.url}/static/js/survey/store.js")
        assert phone.evaluate(AS_OLDER_VERSION, [f"sonha-survey-{world.surveyor.pk}", version]) == count
        open_phone(phone, live_server)
        expect(phone.get_by_text("Chờ gửi: 0 phiếu, 2 ảnh.")).to_be_visible()
        kept = kept_on(phone, world.surveyor)
        assert [one["hash"] == one["sha256"] for one in kept["photos"]] == [True, True]
    send_now(phone)
    expect(phone.get_by_text("Mọi phiếu đã gửi đều có biên nhận của máy chủ.")).to_be_visible()
    houses = {world.houses[place].pk for place in (0, 1)}
    assert {one.house_id for one in pictures() if one.received_at} == houses
    assert {one["house"] for one in kept_on(phone, world.surveyor)["photos"] if one["receipt"]} == set(map(str, houses))


def test_a_picture_that_is_taken_off_one_house_stays_with_the_other(
    phone: Page, live_server: LiveServer, take_along: Callable[[], None], world: World, tmp_path: Path
) -> None:
    take_along()
    photo = large_photo(tmp_path)
    phone.context.set_offline(True)
    finish_with_photos(phone, live_server, world, 0, [photo])
    phone.goto(live_server.url + house_address(world, 1))
    phone.get_by_label("Chọn ảnh có sẵn").set_input_files(photo)
    phone.get_by_role("button", name="Bỏ ảnh 1").click()
    expect(phone.get_by_text("1 ảnh,")).to_have_count(0)
    [left] = kept_on(phone, world.surveyor)["photos"]
    assert (left["house"], left["length"]) == (str(world.houses[0].pk), left["size"])
