// When the phone speaks with the server and what it does then: who is signed in, this phone's name, operations, photos,
// what changed. On open, when the network comes, when the page is looked at, by timer and by the button; never twice at
// once, not in two tabs either.

import { exchange } from "../core/http.js";
import { follow, isOfDatabase } from "./following.js";
import { Verdict, judge, mayGoAgain, waitAfter } from "./judging.js";
import { Closed, NoRoom, Superseded, keyOf } from "./keeping.js";
import { nextTry } from "./next_try.js";
import { fetchChanges } from "./packs.js";
import { sendPhotos } from "./photo_sending.js";
import { Queue } from "./queue.js";
import { unsentPhotos } from "./standing.js";

const IDLE_MS = 300_000;
const SOON_MS = 1_000;
const ELSEWHERE_MS = 10_000; // another tab is at it
const OF_DATABASE = [[NoRoom, "no_room"], [Closed, "closed"], [Superseded, "superseded"]];

export class Sync extends EventTarget {
  // device: {key, name}. `state` is {isRunning, isElsewhere, reason, sentence, at, me}: `reason` is "" where all went well,
  // "unreachable", "no_room" on the phone, "closed" or "superseded" as is its database, or a Verdict; `isElsewhere` while another tab of this person sends.
  constructor({ keeping, person, device }) {
    super();
    Object.assign(this, { keeping, person, device });
    this.state = { isRunning: false, isElsewhere: false, reason: "", sentence: "", at: null, me: null };
    this.tries = 0;
    this.csrf = "";
    this.timer = null;
    this.running = null; // until all passes that were asked for are over
    this.asked = null; // {all} of the pass that comes after the one under way
    this.over = new AbortController();
    this.queue = new Queue({
      store: keeping.queue, send: (entry) => this.#send(entry), now: Date.now, changed: () => this.#tell(),
      mayGoAgain: (entry) => this.#mayGoAgain(entry),
    });
  }

  start() {
    const { signal } = this.over;
    window.addEventListener("online", () => this.run(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.run(), { signal });
    return this.run();
  }

  stop() {
    this.over.abort();
    clearTimeout(this.timer);
  }

  // `draw()` after each change, until what is returned is called. What cannot be read then is drawn after the next one: notices.js
  // says why.
  follow(draw) {
    return follow(this, draw);
  }

  // `all`: also what would wait a while yet, as somebody who presses the button means it. Who asks while a pass is under way may be too
  // late for that one, as a name that was just given or a press while it ends: one more comes after it, however many ask.
  run({ all = false } = {}) {
    if (this.over.signal.aborted) return Promise.resolve();
    this.asked = { all: all || Boolean(this.asked?.all) };
    this.running ??= this.#passes().finally(() => (this.running = null));
    return this.running;
  }

  // One that fails holds up none that was asked for meanwhile; what was wrong is told after the last.
  async #passes() {
    const faults = [];
    while (this.asked && !this.over.signal.aborted) {
      const { all } = this.asked;
      this.asked = null;
      await this.#alone(all).catch((error) => faults.push(error));
    }
    if (faults.length) throw faults[0];
  }

  // Where another tab is at it, this one looks again a little later: it may be closed in the middle.
  async #alone(all) {
    if (!navigator.locks) return this.#pass(all);
    return navigator.locks.request(`sonha-survey-${this.person.id}`, { ifAvailable: true }, (lock) => {
      if (lock) return this.#pass(all);
      this.#tell({ isElsewhere: true });
      return this.#later(ELSEWHERE_MS, all);
    });
  }

  async #pass(all) {
    clearTimeout(this.timer);
    this.#tell({ isRunning: true, isElsewhere: false });
    let outcome = { reason: "unreachable", sentence: "" };
    try {
      outcome = await this.#talk(all);
    } catch (error) {
      if (!isOfDatabase(error)) throw error;
      outcome = { reason: OF_DATABASE.find(([kind]) => error instanceof kind)[1], sentence: "" };
    } finally {
      this.tries = outcome.reason === "unreachable" ? this.tries + 1 : 0;
      this.#tell({ isRunning: false, ...outcome, at: outcome.reason ? this.state.at : new Date().toISOString() });
      await this.#wait();
    }
  }

  async #talk(all) {
    if (!navigator.onLine && !all) return { reason: "unreachable", sentence: "" };
    const known = await this.#who();
    if (known.reason) return known;
    let reason = await this.queue.run({ all });
    if (reason === "") reason = await this.#photos(all);
    if (reason === "") await fetchChanges(this.keeping, () => this.#tell());
    // What the desk reads of this phone is how much lies on it now.
    if (reason === "" && (await this.#unsent()) !== this.told) await this.#register();
    return { reason, sentence: "" };
  }

  // Who is signed in, told anew each time: people change, and so does the token that writing needs.
  async #who() {
    const answer = await exchange("/api/survey/me");
    if (answer?.status !== 200) {
      const told = judge({}, answer);
      return told.verdict === Verdict.LATER
        ? { reason: "unreachable", sentence: "" }
        : { reason: told.verdict, sentence: told.error ?? "" };
    }
    const me = answer.body;
    if (!isMe(me)) return { reason: "unreachable", sentence: "" };
    if (me.user.id !== this.person.id) {
      this.#tell({ me });
      return { reason: Verdict.OTHER_PERSON, sentence: "" };
    }
    this.csrf = me.csrf;
    const { csrf: _token, ...told } = me;
    const kept = { ...told, heard_at: Date.now() };
    // What there is no room for is asked again; sending makes room.
    await this.keeping.about.put("me", kept).catch((error) => {
      if (!(error instanceof NoRoom)) throw error;
    });
    this.#tell({ me: kept });
    return this.#register();
  }

  async #register() {
    const unsent = await this.#unsent();
    const body = JSON.stringify({ ...this.device, unsent });
    const answer = await exchange("/api/survey/devices", { method: "POST", headers: this.#headers(), body });
    if (answer?.status === 200 && answer.body?.key === this.device.key) {
      this.told = unsent;
      return { reason: "" };
    }
    // Its person's phones have told their names too often: this one does so later. What it sends is counted apart.
    if (answer?.status === 429) return { reason: "" };
    const told = judge({}, answer);
    const isUnreachable = told.verdict === Verdict.LATER;
    return { reason: isUnreachable ? "unreachable" : told.verdict, sentence: told.error ?? "" };
  }

  // Houses, those too whose forms were put off, and photos.
  async #unsent() {
    const [entries, drafts, photos] = await Promise.all([
      this.keeping.queue.entries(), this.keeping.drafts.all(), this.#unsentPhotos(),
    ]);
    return new Set([...entries.map(({ house }) => house), ...drafts.map(({ round, house }) => keyOf(round, house))]).size + photos.length;
  }

  async #unsentPhotos() {
    return unsentPhotos(await this.keeping.photos.all(), await this.keeping.visits.all());
  }

  // Which phone sends: what it sends may have been made on another one, and have come with its backup.
  #headers() {
    return { "Content-Type": "application/json", "X-CSRFToken": this.csrf, "Survey-Phone": this.device.key };
  }

  #send(entry) {
    return exchange("/api/survey/operations", { method: "POST", headers: this.#headers(), body: entry.body });
  }

  async #photos(all) {
    const rows = await this.#photosToSend();
    return sendPhotos({
      rows, photos: this.keeping.photos, csrf: this.csrf, ask: exchange, all,
      mayGoAgain: (photo) => this.#mayGoAgain(photo), changed: () => this.#tell(),
    });
  }

  // A photo goes once its house's operation has: then the visit that it belongs to is there, and nobody takes it back.
  // Those that may go, with the `village` of their house.
  async #photosToSend() {
    const { photos, queue, visits } = this.keeping;
    const [rows, entries, all] = await Promise.all([photos.all(), queue.entries(), visits.all()]);
    const waiting = new Set(entries.map((entry) => entry.house));
    const known = new Map(all.map((visit) => [keyOf(visit.round, visit.house), visit]));
    return unsentPhotos(rows, all).flatMap((photo) => {
      const key = keyOf(photo.round, photo.house);
      const visit = known.get(key);
      const mayGo = !waiting.has(key) && visit?.photos?.some((one) => one.sha256 === photo.sha256);
      return mayGo ? [{ ...photo, village: visit.village }] : [];
    });
  }

  #mayGoAgain({ code, round, village }) {
    return mayGoAgain(code, this.state.me, round, village);
  }

  // When to try by itself: soon where something may be tried, the longer the more often it was in vain.
  async #wait() {
    if (this.over.signal.aborted || [Verdict.REVOKED, Verdict.OTHER_PERSON].includes(this.state.reason)) return;
    const next = await this.#next().catch(() => null); // what cannot be read now is looked at later
    let wait = next === null ? IDLE_MS : Math.max(SOON_MS, next - Date.now());
    if (this.state.reason === "unreachable") wait = Math.max(wait, waitAfter(this.tries));
    else if (this.state.reason) wait = IDLE_MS;
    this.#later(Math.min(wait, IDLE_MS), false);
  }

  // When something may be tried, by this clock, or null.
  async #next() {
    const [entries, photos] = [await this.keeping.queue.entries(), await this.#photosToSend()];
    return nextTry({ entries, photos: photos.filter((one) => !one.isMissing), now: Date.now(), mayGoAgain: (one) => this.#mayGoAgain(one) });
  }

  #later(wait, all) {
    clearTimeout(this.timer);
    if (!this.over.signal.aborted) this.timer = setTimeout(() => this.run({ all }), wait);
  }

  #tell(part = {}) {
    this.state = { ...this.state, ...part };
    this.dispatchEvent(new Event("changed"));
  }
}

function isMe(body) {
  return typeof body?.user?.id !== "undefined" && typeof body.csrf === "string" && Array.isArray(body.rounds);
}
