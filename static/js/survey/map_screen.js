// A village on the map: houses by state, where one stands, a new house in the middle of what is shown.

import { element } from "../map/elements.js";
import { actOf } from "./acts.js";
import { marksOf } from "./house_screen.js";
import { HouseMap, legendOf } from "./map.js";
import { addressOf } from "./addresses.js";
import { endedPart } from "./ended.js";
import { drawBaseMap } from "./base_map_layers.js";
import { drawnFirst } from "./following.js";
import { headingOf } from "./headings.js";
import { withOwn } from "./own_houses.js";
import { sortableId } from "./sortable_ids.js";

const LOOK = { enableHighAccuracy: true, maximumAge: 15_000, timeout: 30_000 };

export async function show(app, [round, village], frame) {
  const { keeping, words } = app;
  const pack = await keeping.packs.get(round, village);
  if (!pack) {
    const home = { address: "#/", label: words.villages };
    frame.append(headingOf(words.openMap, home), element("p", { class: "notice warn" }, words.villageNotHere));
    return undefined;
  }
  await app.load("leafletStyle");
  await app.load("leaflet");
  frame.classList.add("wide");
  const box = element("div", { class: "survey-map-box" });
  const told = element("p", { class: "hint", role: "status" });
  const list = { address: addressOf("village", round, village), label: words.list };
  const ended = await endedPart(app, round, village);
  frame.append(headingOf(pack.name, list), ended.element, box, legendOf(words), told);
  const map = new HouseMap({ frame: box, words, chosen: (house) => app.go(addressOf("house", round, house)) });
  map.showVillage(pack);
  const draw = async () => {
    const [ofPack, drafts, queue, marks] = await Promise.all([
      keeping.houses.of(round, village), keeping.drafts.all(), keeping.queue.entries(), marksOf(keeping, round, village),
    ]);
    const houses = withOwn(ofPack, { drafts, queue, round, village }).filter((one) => one.lng !== null);
    map.showHouses(houses.map((house) => ({ ...house, state: marks.get(house.house) })));
  };
  await drawnFirst(draw, [ended.end, () => map.remove()]);
  map.refit();
  map.fitHouses();
  drawBaseMap(app, map, pack);

  let watch = null;
  let isFollowed = false;
  const here = actOf(words.showHere, () => {
    isFollowed = true;
    watch ??= navigator.geolocation?.watchPosition(
      ({ coords }) => {
        const fix = { lng: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
        map.showHere(fix);
        if (isFollowed) map.lookAt(fix, 18);
        isFollowed = false;
      },
      () => (told.textContent = words.noPlace),
      LOOK,
    ) ?? null;
  });
  const add = actOf(words.addHere, () => {
    const { lng, lat } = map.middle;
    return app.go(addressOf("new", round, sortableId(), village, lng.toFixed(7), lat.toFixed(7)));
  });
  frame.append(element("p", { class: "actions" }, here, add));
  const unfollow = app.sync.follow(draw);
  return () => {
    unfollow();
    ended.end();
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    map.remove();
  };
}
