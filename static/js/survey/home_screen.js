// The villages that somebody walks: what taking one along costs, its progress, and those that lie on the phone.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { baseMapPart, offersOf } from "./base_map_part.js";
import { baseMaps } from "./base_maps.js";
import { dayOf, sizeOf, timeOf } from "./amounts.js";
import { drawnFirst } from "./following.js";
import { keyOf, NoRoom } from "./keeping.js";
import { Refused, takeAlong } from "./packs.js";
import { addressOf } from "./addresses.js";
import { put } from "./putting.js";
import { isHeld } from "./standing.js";
import { fetchExtras } from "./updating.js";

export async function show(app, _parts, frame) {
  const cards = element("div", { class: "survey-cards" });
  const maps = baseMapPart(app, { onlyMissing: true });
  frame.classList.add("wide");
  frame.append(element("h1", {}, app.words.villages), cards, maps);
  const busy = new Map(); // key → the card that is being filled
  let shown = "";
  const draw = async () => {
    const packs = await app.keeping.packs.all();
    const rows = rowsOf(app.me, packs);
    const offers = await missingMaps(app.me);
    // Before the first village is here its card offers the map along with it.
    if (packs.length && !busy.size) await maps.draw();
    const now = JSON.stringify([rows, [...offers]]);
    if (now === shown || busy.size) return;
    shown = now;
    const made = rows.map((row) => cardOf(app, row, offers.get(row.commune) ?? null, maps, busy, draw));
    const isKnown = app.me !== null;
    put(cards, made.length ? made : [element("p", {}, isKnown ? app.words.noVillages : app.words.villagesNeedNetwork)]);
  };
  const unfollow = [app.sync.follow(draw), await maps.follow(draw)];
  await drawnFirst(draw, unfollow);
  return () => unfollow.forEach((end) => end());
}

// Base maps that the server offers and of which nothing lies here, by the commune's code.
async function missingMaps(me) {
  const kept = await baseMaps();
  const offers = offersOf(me);
  for (const code of [...offers.keys()]) {
    const { kept: whole, begun } = await kept.of(code);
    if (whole || begun) offers.delete(code);
  }
  return offers;
}

// Villages that the server names and those that lie here, each once: {round, village, pack}.
function rowsOf(me, packs) {
  const here = new Map(packs.map((pack) => [keyOf(pack.round, pack.village), aboutPack(pack)]));
  const rows = [];
  for (const round of me?.rounds ?? []) {
    for (const village of round.villages) {
      const key = keyOf(round.id, village.code);
      const told = { id: round.id, name: round.name, ends_on: round.ends_on };
      rows.push({ key, round: told, village, commune: round.commune.code, pack: here.get(key) ?? null });
      here.delete(key);
    }
  }
  for (const [key, pack] of here) {
    const round = { id: pack.round, name: pack.round_name, ends_on: pack.ends_on };
    rows.push({ key, round, village: { code: pack.village, name: pack.name }, pack });
  }
  return rows;
}

function aboutPack({ round, village, name, round_name, ends_on, asked_at, ended, isPart }) {
  return { round, village, name, round_name, ends_on, asked_at, ended, isPart };
}

function cardOf(app, row, offer, maps, busy, draw) {
  const { words, language } = app;
  const { round, village, pack } = row;
  const told = element("p", { class: "survey-told", role: "status" });
  const bar = element("progress", { max: 1, value: 0, hidden: true, "aria-label": filled(words.taking, { size: "" }) });
  const acts = element("p", { class: "actions" });
  const lines = [
    element("h2", {}, village.name),
    element("p", { class: "hint" }, `${round.name}, ${filled(words.until, { date: dayOf(round.ends_on, language) })}`),
  ];
  if (village.houses !== undefined) lines.push(element("p", {}, countOf(village, words)));
  if (pack?.ended) lines.push(element("p", { class: "notice warn" }, pack.ended));
  const isPart = Boolean(pack?.isPart && !pack.ended);
  if (isPart) lines.push(element("p", { class: "notice warn" }, words.villageInPart));
  if (pack) {
    lines.push(element("p", { class: "hint" }, filled(words.takenAt, { time: timeOf(pack.asked_at, language) })));
    acts.append(element("a", { class: "button", href: addressOf("village", round.id, village.code) }, words.openVillage));
    acts.append(actOf(words.dropVillage, () => drop(app, row, told, draw)));
  }
  if (!pack || (isPart && village.pack_bytes !== undefined)) {
    const size = sizeOf(village.pack_bytes, language);
    const choice = offer && element("input", { type: "checkbox", checked: true });
    if (choice) lines.push(element("label", { class: "choice" }, choice, filled(words.withBaseMap, { size: sizeOf(offer.bytes, language) })));
    const wanted = () => (choice?.checked ? offer : null);
    acts.append(actOf(filled(words.take, { size }), () => take(app, row, wanted(), maps, { told, bar, acts }, busy, draw), "primary"));
  }
  // Cards that say the same are of two villages all the same.
  return element("section", { class: "card survey-card", "data-key": row.key }, ...lines, bar, told, acts);
}

// Of a village of which somebody was given a part, how many houses that part has.
function countOf({ houses, assigned = houses }, words) {
  return filled(assigned < houses ? words.houseCountOfPart : words.houseCount, { count: houses, assigned });
}

async function take(app, { key, round, village }, offer, maps, { told, bar, acts }, busy, draw) {
  const { words, language } = app;
  busy.set(key, true);
  acts.hidden = true;
  bar.hidden = false;
  told.className = "survey-told";
  // Bytes come unpacked; what was told is what the line carries. The bar never says that it is done before it is.
  const whole = village.pack_bytes * 4;
  try {
    await takeAlong(app.keeping, round, village, (bytes) => {
      bar.value = Math.min(bytes / whole, 0.98);
      told.textContent = filled(words.taking, { size: sizeOf(bytes, language) });
    });
    told.textContent = "";
    fetchExtras();
  } catch (error) {
    acts.hidden = false;
    bar.hidden = true;
    told.className = "survey-told notice error";
    told.textContent = sentenceOf(error, words);
  } finally {
    busy.delete(key);
  }
  if (told.textContent) return;
  await draw();
  if (offer) maps.take(offer.code); // the village can be opened meanwhile
}

function sentenceOf(error, words) {
  if (error instanceof NoRoom) return words.noRoomForPack;
  return error instanceof Refused && error.message ? error.message : words.takeFailed;
}

// Nothing that was typed goes with a village.
async function drop(app, { round, village }, told, draw) {
  const { keeping } = app;
  const [queue, drafts, photos, visits] = await Promise.all([
    keeping.queue.entries(), keeping.drafts.all(), keeping.photos.all(), keeping.visits.all(),
  ]);
  if (isHeld({ round: round.id, village: village.code }, { queue, drafts, photos, visits })) {
    told.className = "survey-told notice warn";
    told.textContent = app.words.dropHeld;
    return;
  }
  await keeping.packs.remove(round.id, village.code);
  await draw();
}
