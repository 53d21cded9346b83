// This phone: what waits and what arrived, whether the browser keeps it, a backup, handing the phone over.

import { element, filled } from "../map/elements.js";
import { actOf } from "./acts.js";
import { timeOf } from "./amounts.js";
import { baseMapPart } from "./base_map_part.js";
import { besidePart } from "./beside_backup.js";
import { linkTo } from "./draft_links.js";
import { giveOut } from "./file_out.js";
import { drawnFirst, sentenceOf } from "./following.js";
import { handingOverPart } from "./handing_over.js";
import { NotOpened, SHORTEST, opened, written } from "./backup.js";
import { namingPart } from "./naming.js";
import { put } from "./putting.js";
import { unsent } from "./standing.js";
import { storagePart } from "./storage_part.js";
import { linesOf, stuck } from "./stuck_photos.js";

class NotChosen extends Error {}

export async function show(app, _parts, frame) {
  const { words, person } = app;
  const state = element("div", { class: "survey-told", role: "status" });
  const send = actOf(words.sync, () => app.sync.run({ all: true }), "primary");
  const lists = element("div");
  const maps = baseMapPart(app);
  const storage = storagePart(app);
  frame.append(
    element("h1", {}, words.phone), element("p", {}, person.name), state, element("p", { class: "actions" }, send), lists,
    maps, backupPart(app), storage.element, namingPart(app),
    handingOverPart(app),
    element("p", { class: "hint" }, filled(words.version, { version: app.version })),
  );
  let drawing = Promise.resolve();
  const asking = new Set(); // photos of which somebody was asked whether they may go
  const again = () => {
    app.tell();
    return draw();
  };
  const draw = () => (drawing = drawing.catch(() => {}).then(() => Promise.all([drawState(app, { state, send, lists, storage, asking, again }), maps.draw()])));
  const unfollow = [app.sync.follow(draw), await maps.follow(draw)];
  await drawnFirst(draw, unfollow);
  return () => unfollow.forEach((end) => end());
}

async function drawState({ keeping, words, language, sync }, { state, send, lists, storage, asking, again }) {
  const [queue, drafts, photos, receipts, visits] = await Promise.all([
    keeping.queue.entries(), keeping.drafts.all(), keeping.photos.all(), keeping.receipts.all(), keeping.visits.all(),
  ]);
  const left = unsent({ queue, drafts, photos, visits });
  storage.tell(left);
  const clashing = visits.filter((one) => one.conflicts?.length);
  const conflicts = clashing.reduce((sum, one) => sum + one.conflicts.length, 0);
  const lines = [
    left.count + left.photos ? filled(words.waitingCount, left) : receipts.length ? words.allSent : "",
    left.drafts ? filled(words.draftCount, { count: left.drafts }) : "",
    receipts.length ? filled(words.receiptCount, { count: receipts.length }) : "",
    sync.state.isElsewhere ? words.sentElsewhere : "",
    sync.state.at ? filled(words.lastSent, { time: timeOf(sync.state.at, language) }) : "",
  ];
  put(state, lines.filter(Boolean).map((line) => element("p", {}, line)));
  send.disabled = sync.state.isRunning;
  send.textContent = sync.state.isRunning ? words.syncing : words.sync;
  const refused = queue.filter((entry) => entry.state === "refused").map((entry) => lineOf(entry, words));
  const pictures = await linesOf({ keeping, words, photos: stuck({ photos, drafts, visits }), asking, changed: again });
  const begun = drafts.map((draft) => element("li", {}, linkTo(draft, words)));
  const houses = await Promise.all(clashing.map(async (visit) => element("li", {}, linkTo(await namedOf(keeping, visit), words))));
  put(lists, [
    ...(refused.length ? [element("div", { class: "notice error" }, element("p", {}, words.refusedList), element("ul", {}, ...refused))] : []),
    ...(pictures.length ? [element("div", { class: "notice error" }, element("p", {}, words.stuckPhotos), element("ul", {}, ...pictures))] : []),
    ...(conflicts ? [element("p", {}, filled(words.conflictCount, { count: conflicts })), element("ul", {}, ...houses)] : []),
    ...(begun.length ? [element("p", {}, words.draftList), element("ul", { class: "survey-drafts" }, ...begun)] : []),
  ]);
}

// A visit by number and street: what was answered here, else what the village's list has.
async function namedOf(keeping, { round, house, answers }) {
  const { number = "", street = "" } = { ...(await keeping.houses.get(round, house)), ...answers };
  return { round, house, answers: { number, street } };
}

function lineOf({ draft, error, faults }, words) {
  const said = faults?.length ? faults.map((fault) => fault.error).join(" ") : error; // the error is all faults in one sentence
  return element("li", {}, linkTo(draft, words), `: ${said}`);
}

function backupPart(app) {
  const { words } = app;
  const passphrase = element("input", { type: "password", id: "backup-passphrase", autocomplete: "off", minlength: SHORTEST });
  const file = element("input", { type: "file", id: "backup-file", class: "visually-hidden" });
  const choose = element("label", { class: "button quiet", for: "backup-file" }, file, words.chooseBackup);
  const chosen = element("p", { class: "hint", role: "status" });
  file.addEventListener("change", () => (chosen.textContent = file.files[0]?.name ?? ""));
  const told = element("p", { role: "status", class: "survey-told" });
  const beside = element("div");
  const say = (sentence, kind = "") => {
    told.className = `survey-told ${kind}`;
    told.textContent = sentence;
  };
  const givingOut = element("p", { class: "actions" }); // of a file that is made and waits for a press
  const trying = (work) => async () => {
    givingOut.replaceChildren();
    if (passphrase.value.length < SHORTEST) return say(words.tooShort, "notice warn");
    try {
      return say(await work(), "notice done");
    } catch (error) {
      if (error instanceof NotChosen) return say(words.chooseFile, "notice warn");
      if (error instanceof NotOpened) return say(filled(words[error.code], { name: error.name_of_person }), "notice error");
      return say(sentenceOf(error, words), "notice error");
    }
  };
  const make = actOf(words.makeBackup, trying(async () => {
    const kept = await app.keeping.everything();
    const name = `sonha-${new Date().toISOString().slice(0, 10)}.sonhasv`;
    const made = new File([await written(kept, app.person, passphrase.value)], name, { type: "application/octet-stream" });
    const holds = { queue: kept.queue.length, drafts: kept.drafts.length, photos: kept.photos.filter((one) => one.bytes && !one.receipt).length };
    const sheet = giveOut(made);
    if (sheet === null) return filled(words.backupMade, holds);
    const open = () => sheet().then(
      () => say(filled(words.backupMade, holds), "notice done"),
      () => say(words.backupNotSaved, "notice warn"),
    );
    givingOut.replaceChildren(actOf(words.saveFile, open, "primary"));
    return words.backupReady;
  }));
  const load = actOf(words.loadBackup, trying(async () => {
    if (!file.files[0]) throw new NotChosen();
    const kept = await opened(await file.files[0].arrayBuffer(), app.person, passphrase.value);
    const count = await app.keeping.bringBack(kept, app.device.key);
    beside.replaceChildren(await besidePart(app, kept, count.beside));
    app.tell();
    app.sync.run();
    const skipped = count.skipped ? filled(words.backupSkipped, count) : "";
    return [filled(words.backupLoaded, count), skipped].filter(Boolean).join(" ");
  }));
  return element(
    "section", {}, element("h2", {}, words.backup), element("p", { class: "hint" }, words.backupHint),
    element("label", { for: "backup-passphrase" }, words.passphrase), passphrase,
    element("p", { class: "actions" }, make), element("h3", {}, words.loadHere), element("p", { class: "hint" }, words.loadHint),
    element("p", { class: "actions" }, choose, load), chosen, told, beside, givingOut,
  );
}
