// Base maps on a screen: what lies here, what the server offers and how large it is, fetching with progress, removal.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { sizeOf, timeOf } from "./amounts.js";
import { baseMaps } from "./base_maps.js";
import { follow } from "./following.js";
import { NoRoom } from "./store.js";
import { Refused } from "../core/http.js";

// What the server offers, by the commune's code: {code, name, mark, bytes}.
export function offersOf(me) {
  const offers = new Map();
  for (const { commune, villages } of me?.rounds ?? []) {
    for (const { basemap, basemap_bytes: bytes } of villages) {
      if (basemap && bytes) offers.set(commune.code, { ...commune, mark: basemap, bytes });
    }
  }
  return offers;
}

function sentenceOf(error, words) {
  if (error instanceof NoRoom) return words.baseMapNoRoom;
  return error instanceof Refused && error.message ? error.message : words.baseMapFailed;
}

// A section with `draw()`, which draws it anew, and `take(code)`, which fetches what is offered, and `follow(draw)`; hidden where there is
// nothing to tell. `onlyMissing`: no word of those that are whole and no older than the server's.
export function baseMapPart(app, { onlyMissing = false } = {}) {
  const list = element("div");
  const told = element("p", { class: "survey-told", role: "status" });
  const section = element("section", { class: "base-maps", hidden: true }, element("h2", {}, app.words.baseMap), list, told);
  const working = new Set();
  const takes = new Map(); // code → what its button does
  let shown = "";
  section.draw = async () => {
    const kept = await baseMaps();
    const lines = (await linesOf(kept, offersOf(app.me))).filter((line) => line.isMissing || ((line.whole || line.begun) && !onlyMissing));
    const now = JSON.stringify(lines);
    if (now === shown || working.size) return;
    shown = now;
    section.hidden = lines.length === 0;
    takes.clear();
    list.replaceChildren(...lines.map((line) => lineOf(app, line, { section, told, working, takes })));
    for (const { code } of lines) if (kept.isFetching(code)) takes.get(code)?.(); // by another screen: its progress here, too
  };
  // `draw()` whenever fetching begins or ends, be it by a screen that was left, until what is returned is called.
  section.follow = async (draw) => follow(await baseMaps(), draw);
  section.take = async (code) => {
    await section.draw();
    return takes.get(code)?.();
  };
  return section;
}

async function linesOf(kept, offers) {
  const communes = new Map([...(await kept.communes()), ...offers.values()].map((one) => [one.code, one.name]));
  const lines = [];
  for (const [code, name] of communes) {
    const { kept: whole, begun } = await kept.of(code);
    const offer = offers.get(code) ?? null;
    lines.push({ code, name, whole, begun, offer, isMissing: offer !== null && whole?.mark !== offer.mark });
  }
  return lines;
}

function lineOf(app, { code, name, whole, begun, offer, isMissing }, { section, told, working, takes }) {
  const { words, language } = app;
  const size = (bytes) => sizeOf(bytes, language);
  // What is begun and offered no more can only be taken off.
  const part = begun !== null && (offer === null || (begun.mark === offer.mark && begun.had > 0)) ? begun : null;
  const sentences = [
    whole && filled(words.baseMapHere, { name, size: size(whole.bytes), time: timeOf(whole.taken_at, language) }),
    whole && isMissing && filled(words.baseMapNewer, { size: size(offer.bytes) }),
    part && filled(words.baseMapBegun, { name, had: size(part.had), size: size(part.bytes) }),
    !whole && !part && filled(words.baseMapOffered, { name, size: size(offer.bytes) }),
  ].filter(Boolean);
  const bar = element("progress", { max: 1, value: 0, hidden: true, "aria-label": words.baseMap });
  const acts = element("p", { class: "actions" });
  const take = async () => {
    acts.hidden = true;
    bar.hidden = false;
    working.add(code);
    told.className = "survey-told";
    try {
      const kept = await baseMaps();
      const { mark } = await kept.take({ commune: code, name, mark: offer.mark, bytes: offer.bytes }, (had, all) => {
        bar.value = had / all;
        told.textContent = filled(words.baseMapComing, { had: size(had), size: size(all) });
      });
      told.textContent = "";
      if (mark !== offer.mark) app.sync.run(); // the server has another one since it made the offer
    } catch (error) {
      told.className = "survey-told notice warn";
      told.textContent = sentenceOf(error, words);
    }
    working.delete(code);
    [acts.hidden, bar.hidden] = [false, true];
    await section.draw();
  };
  if (offer) {
    takes.set(code, take);
    const label = part ? words.baseMapGoOn : whole ? words.baseMapAgain : words.baseMapTake;
    acts.append(actOf(label, take, isMissing ? "primary" : "quiet"));
  }
  if (whole || begun) acts.append(actOf(words.baseMapDrop, () => drop(code, { section, told })));
  return element("div", {}, ...sentences.map((sentence) => element("p", {}, sentence)), bar, acts);
}

async function drop(code, { section, told }) {
  const kept = await baseMaps();
  await kept.remove(code);
  told.textContent = "";
  await section.draw();
}
