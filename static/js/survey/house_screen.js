// One house on the screen: #/house/<round>/<house>, or one that is being added: #/new/<round>/<house>/<village>/<lng>/<lat>.

import { element } from "../map/elements.js";
import { actOf } from "./acts.js";
import { codeOf } from "./amounts.js";
import { drawnFirst } from "./following.js";
import { headingOf } from "./headings.js";
import { holdHouse, lockOfHouse } from "./house_lock.js";
import { openHouse } from "./house_page.js";
import { addressOf } from "./addresses.js";
import { endedPart } from "./ended.js";
import { withOwn } from "./own_houses.js";
import { seesSensitive } from "./rights.js";
import { drawBaseMap } from "./base_map_layers.js";
import { MARKS, standings } from "./standing.js";
import { unopenedPart } from "./unopened_house.js";

let wanted = ""; // the house that somebody wants in this tab although another has it open

export async function show(app, parts, frame) {
  const { words } = app;
  const lock = lockOfHouse(app.person, parts[0], parts[1]);
  const takesOver = wanted === lock;
  wanted = "";
  const body = element("div");
  let page = null;
  const end = () => {
    if (page === null) return; // another tab has asked for the house twice
    page.close();
    page.ended.end();
    page = null;
    release();
    app.tell();
  };
  const tellElsewhere = () => body.replaceChildren(elsewhere(words, () => {
    wanted = lock;
    return app.show();
  }));
  // Another tab asks for the house: what was typed here is written down first; where that cannot be, it stays here. From what was
  // handed over meanwhile this tab goes away.
  const giveWay = async () => {
    if (page === null || !(await page.mayLeave()) || page === null) return undefined;
    if (page.isHandingOver) return page.left();
    end();
    return tellElsewhere();
  };
  const release = await holdHouse(lock, { takesOver, asked: giveWay });
  try {
    page = await open(app, parts, frame, body, release !== null);
  } finally {
    if (page === null) release?.();
  }
  if (release === null) tellElsewhere();
  return async () => {
    if (page === null) return true;
    if (!(await page.mayLeave())) return false;
    end();
    return true;
  };
}

// Fills the frame, and its body with the form where the house is this tab's; null where there is nothing to fill in.
async function open(app, [round, house, villageOfNew, lng, lat], frame, body, isOurs) {
  const { keeping, words, language } = app;
  const [known, draft, entries] = await Promise.all([
    keeping.houses.get(round, house), keeping.drafts.get(round, house), keeping.queue.entries(),
  ]);
  const mine = entries.filter((entry) => entry.draft.round === round && entry.draft.house === house);
  const village = draft?.village ?? known?.village ?? mine.at(-1)?.draft.village ?? villageOfNew;
  const pack = village ? await keeping.packs.get(round, village) : null;
  if (!pack) {
    const home = { address: "#/", label: words.villages };
    frame.append(headingOf(words.house, home), element("p", { class: "notice warn" }, words.villageNotHere), unopenedPart(app, { draft, mine }));
    return null;
  }
  const refused = mine.find((entry) => entry.state === "refused");
  const head = await headOf(app, pack, known);
  if (!isOurs) {
    frame.append(head, body);
    return null;
  }
  const ended = await endedPart(app, round, village);
  frame.append(head, ended.element, body);
  let page = null;
  await drawnFirst(async () => {
    await app.load("leafletStyle");
    await app.load("leaflet");
    page = await openHouse({
      root: body, keeping, pack, house, words, language, seesSensitive: seesSensitive(app, pack),
      mending: refused ? mine : [],
      place: lng ? { lng: Number(lng), lat: Number(lat) } : null,
      states: await marksOf(keeping, round, village),
      done: (finished) => app.finish(finished, pack.rules.version),
      left: () => app.go(addressOf("village", round, village)),
      opened: (other) => app.go(addressOf("house", round, other)),
      counted: () => app.tell(),
    });
    drawBaseMap(app, page.position.map, pack);
    if (refused) page.tell(refused.faults.length ? refused.faults : [{ field: "", error: refused.error }]);
  }, [ended.end, () => page?.close()]);
  return Object.assign(page, { ended });
}

function elsewhere(words, openHere) {
  return element("div", { class: "notice warn", role: "alert" }, element("p", {}, words.otherTab), element("p", { class: "actions" }, actOf(words.openHere, openHere)));
}

// Which house it is, whose, and where it stands.
async function headOf({ keeping, words }, { round, village, name }, known) {
  const back = { address: addressOf("village", round, village), label: name };
  if (known === null) return headingOf(words.addedHouse, back);
  const { house } = known;
  const [visit, drafts, queue, households] = await Promise.all([
    keeping.visits.get(round, house), keeping.drafts.all(), keeping.queue.entries(), keeping.households.of(round, village),
  ]);
  const state = standings([known], { drafts, queue, visits: visit ? [visit] : [], round }).get(house);
  const heads = households.filter((one) => one.house === house).map((one) => one.head_name).join(", ");
  const title = [known.number, known.street].filter(Boolean).join(", ") || codeOf(known.code) || words.addedHouse;
  const tag = element("span", { class: `tag survey-state-${state}` }, words[state]);
  return headingOf(title, back, element("p", { class: "survey-whose" }, heads && `${heads} `, tag));
}

// Map(house → mark of map.js).
export async function marksOf(keeping, round, village) {
  const [ofPack, visits, drafts, queue] = await Promise.all([
    keeping.houses.of(round, village), keeping.visits.of(round, village), keeping.drafts.all(), keeping.queue.entries(),
  ]);
  const standing = standings(withOwn(ofPack, { drafts, queue, round, village }), { drafts, queue, visits, round });
  return new Map([...standing].map(([id, state]) => [id, MARKS[state]]));
}
