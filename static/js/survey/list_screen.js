// The houses of a village by state, nearest first; the way to the map, to a house and to a new one.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { codeOf } from "./amounts.js";
import { scanAct } from "./scanning.js";
import { addressOf } from "./addresses.js";
import { endedPart } from "./ended.js";
import { drawnFirst } from "./following.js";
import { headingOf } from "./headings.js";
import { matching } from "./finding.js";
import { headsOf, withOwn } from "./own_houses.js";
import { put } from "./putting.js";
import { nearestFirst, standings } from "./standing.js";

const MOST = 60; // rows at once: more are found by typing
const LOCATE = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 };
const LEFT = ["todo", "draft", "returned", "refused"]; // what still asks for the surveyor
const views = new Map(); // "<round>/<village>" → what was chosen there, for as long as the page is open
const GROUPS = {
  todo: ["todo"], draft: ["draft"], waiting: ["waiting"], sent: ["sent", "approved", "rejected"], returned: ["returned", "refused"],
};

export async function show(app, [round, village], frame) {
  const { words, keeping } = app;
  const pack = await keeping.packs.get(round, village);
  const home = { address: "#/", label: words.villages };
  if (!pack) {
    frame.append(headingOf(words.list, home), element("p", { class: "notice warn" }, words.villageNotHere));
    return undefined;
  }
  const name = `${round}/${village}`;
  const view = views.get(name) ?? { group: "", text: "", here: null, top: 0 };
  views.set(name, view);
  const search = element("input", { type: "search", "aria-label": words.search, placeholder: words.search, autocomplete: "off" });
  search.value = view.text;
  const groups = element("div", { class: "survey-groups", role: "group", "aria-label": words.list });
  const told = element("p", { class: "hint", role: "status" });
  const rows = element("ul", { class: "survey-list" });
  const near = actOf(view.here ? words.nearest : words.whereAmI, () => locate());
  const scan = scanAct(app, round);
  const acts = element("p", { class: "actions" }, scan.act, near);
  acts.prepend(element("a", { class: "button", href: addressOf("map", round, village) }, words.openMap));
  const progress = element("p", { class: "hint" });
  const ended = await endedPart(app, round, village);
  frame.append(headingOf(pack.name, home, progress), ended.element, acts, search, groups, told, rows);

  let known = null;
  const load = async () => {
    const [ofPack, households, visits, drafts, queue] = await Promise.all([
      keeping.houses.of(round, village), keeping.households.of(round, village), keeping.visits.of(round, village),
      keeping.drafts.all(), keeping.queue.entries(),
    ]);
    const houses = withOwn(ofPack, { drafts, queue, round, village });
    const heads = headsOf(households, { drafts, queue, round, village });
    known = { houses, heads, visits: new Map(visits.map((one) => [one.house, one])), standing: standings(houses, { drafts, queue, visits, round }) };
    draw();
  };

  const draw = () => {
    const { houses, heads, standing, visits } = known;
    drawGroups(groups, standing, words, view, draw);
    const done = [...standing.values()].filter((state) => !LEFT.includes(state)).length;
    progress.textContent = filled(words.doneOf, { done, count: standing.size });
    const inGroup = houses.filter((house) => !view.group || GROUPS[view.group].includes(standing.get(house.house)));
    const found = matching(nearestFirst(inGroup, standing, view.here), heads, view.text);
    const sorted = found.slice(0, MOST);
    put(rows, sorted.map((house) => rowOf(house, { standing, heads, visits, words, round })));
    told.textContent = found.length === 0 ? words.noHouses : found.length > MOST ? filled(words.moreHouses, { count: found.length - MOST }) : "";
  };

  const locate = () => {
    near.textContent = words.locating;
    near.disabled = true;
    const done = (here) => {
      near.disabled = false;
      near.textContent = here ? words.nearest : words.whereAmI;
      view.here = here;
      draw();
      if (!here) told.textContent = words.noPlace;
    };
    if (!navigator.geolocation) return done(null);
    return navigator.geolocation.getCurrentPosition(
      ({ coords }) => done([coords.longitude, coords.latitude]), () => done(null), LOCATE,
    );
  };

  search.addEventListener("input", () => {
    view.text = search.value;
    draw();
  });
  await drawnFirst(load, [ended.end]);
  const unfollow = app.sync.follow(load);
  const leave = () => {
    view.top = window.scrollY;
    scan.end();
    ended.end();
    unfollow();
  };
  return Object.assign(leave, { top: view.top });
}

function drawGroups(box, standing, words, view, draw) {
  const counts = Object.fromEntries(Object.entries(GROUPS).map(([name, states]) => [name, [...standing.values()].filter((one) => states.includes(one)).length]));
  const all = ["", words.all, standing.size];
  const rows = [all, ...Object.keys(GROUPS).map((name) => [name, words[name], counts[name]])];
  if (box.children.length !== rows.length) {
    box.replaceChildren(...rows.map(([name]) => actOf("", () => {
      view.group = name;
      draw();
    })));
  }
  rows.forEach(([name, label, count], place) => {
    const button = box.children[place];
    button.textContent = `${label} ${count}`;
    button.setAttribute("aria-pressed", String(view.group === name));
    button.hidden = name !== "" && count === 0 && view.group !== name;
  });
}

function rowOf(house, { standing, heads, visits, words, round }) {
  const state = standing.get(house.house);
  const name = [house.number, house.street].filter(Boolean).join(", ") || codeOf(house.code) || words.newHouse;
  const comment = state === "returned" ? visits.get(house.house)?.comment : "";
  const lines = [
    element("span", { class: "survey-name" }, name),
    element("span", { class: "hint" }, (heads.get(house.house) ?? []).join(", ")),
    comment && element("span", { class: "survey-comment" }, comment),
  ];
  const side = [
    element("span", { class: `tag survey-state-${state}` }, words[state]),
    Number.isFinite(house.metres) && element("span", { class: "hint" }, filled(words.metres, { metres: house.metres })),
  ];
  const inner = [element("span", { class: "survey-lines" }, ...lines.filter(Boolean)), element("span", { class: "survey-side" }, ...side.filter(Boolean))];
  const href = addressOf("house", round, house.house);
  return element("li", {}, element("a", { href }, ...inner));
}
