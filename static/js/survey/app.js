// The survey on a phone. Opens without a network: whose phone it is, what they keep, and the screen that the address names.

import { byId, element } from "../map/elements.js";
import { actOf } from "./acts.js";
import { NoRoom, Superseded, openKeeping } from "./keeping.js";
import { headingOf } from "./headings.js";
import { showNotices, showUnread } from "./notices.js";
import { entryOf } from "./operation.js";
import { checkPerson, mustCheck } from "./checking.js";
import { lastPerson, letGo, onceGone, remember, stillIs, thisDevice } from "./person.js";
import { read } from "./addresses.js";
import { SCREENS } from "./screens.js";
import { askDoor } from "./door.js";
import { Verdict } from "./judging.js";
import { Sync } from "./sync.js";
import { askToPersist, keepShell } from "./updating.js";

const scripts = new Map(); // address → promise

// A script or style of a screen did not come.
class NotLoaded extends Error {}

class App {
  constructor(words, config) {
    Object.assign(this, { words, language: config.language, version: config.version, files: config.files });
    this.main = byId("main");
    this.update = null; // lets a new version in, where one waits
    this.leave = null;
    this.isOver = false;
    this.isLeaving = false;
    this.turn = Promise.resolve(); // never rejected: whatever follows still has its turn
    this.failures = 0; // screens in a row that could not be shown
  }

  async begin(config) {
    const found = (take) => {
      this.update = take;
      this.tell();
    };
    keepShell(config.worker, { found, renew: () => this.renew() });
    let person = lastPerson();
    if (person && mustCheck()) person = await checkPerson(this, person);
    if (!person) person = await askDoor(this);
    await this.open(person);
  }

  async open(person) {
    remember(person);
    this.person = person;
    this.device = thisDevice();
    this.keeping = await openKeeping(person.id, () => this.#tellAlone("warn", this.words.closeOther));
    this.me = await this.keeping.about.get("me");
    this.sync = new Sync({ keeping: this.keeping, person, device: this.device });
    this.sync.addEventListener("changed", () => {
      if (this.sync.state.reason === Verdict.OTHER_PERSON) this.letGo({ isHandedOver: false });
      this.#hear(this.sync.state.me);
      this.tell();
    });
    this.persisting = askToPersist();
    onceGone(person, () => this.letGo());
    window.addEventListener("hashchange", () => this.show());
    await this.show();
    this.tell();
    this.sync.start();
  }

  // What the server says of this person by now: rights come and go, and the next form asks by them.
  #hear(me) {
    if (me?.user?.id !== this.person.id || me === this.me) return;
    this.me = me;
    if (!this.isOver) stillIs(Object.assign(this.person, me.user));
  }

  // This person's turn is over: what they typed stays in their own database. The page begins anew at the door; without
  // `how` another tab has told it already.
  async letGo(how = null) {
    if (this.isOver) return;
    this.isOver = true;
    this.sync.stop();
    this.main.hidden = !this.isLeaving;
    if (how) letGo(this.person, how);
    await this.turn; // a screen that is just being opened
    return this.#end();
  }

  async #end() {
    if (!(await this.#left())) return;
    location.hash = "#/";
    location.reload(); // closes the database too: what still reads it here must not fail
  }

  // Whether the screen could be left. What it asks first, as what becomes of what could not be kept, is still this person's to
  // say, and stands where it is seen, also where their turn is over.
  async #left() {
    this.isLeaving = true;
    this.main.hidden = false;
    let mayGo = true;
    try {
      mayGo = (await this.leave?.()) !== false;
    } finally {
      this.isLeaving = false;
      this.main.hidden = this.isOver && mayGo;
    }
    if (mayGo) this.leave = null;
    return mayGo;
  }

  // A new version is in: the page begins again, unless the screen holds what cannot be kept yet.
  renew() {
    if (this.isOver) return this.turn;
    return this.#next(async () => {
      if (!(await this.#left())) {
        this.update = () => this.renew();
        return this.tell();
      }
      return location.reload();
    });
  }

  #next(work) {
    this.turn = this.turn.then(work).catch((error) => this.#notShown(error));
    return this.turn;
  }

  // Screens follow one another: a screen that still writes something down ends before the next one begins.
  show() {
    return this.#next(this.isOver ? () => this.#end() : () => this.#turnTo(location.hash));
  }

  async #turnTo(hash) {
    const { name, parts } = read(hash);
    if (!(await this.#left())) {
      history.replaceState(null, "", this.shown); // it cannot be left yet, and says why
      return;
    }
    if (this.isOver) return;
    this.shown = hash || "#/";
    const frame = element("div", { class: "survey-screen" });
    const load = SCREENS[name];
    if (load) {
      const screen = await load().catch((error) => {
        throw new NotLoaded(error.message);
      });
      this.main.replaceChildren(frame);
      this.leave = (await screen.show(this, parts, frame)) ?? null;
    } else {
      const home = { address: "#/", label: this.words.villages };
      this.main.replaceChildren(headingOf(this.words.home, home), element("p", { class: "notice warn" }, this.words.unknownPage));
    }
    this.failures = 0;
    window.scrollTo(0, this.leave?.top ?? 0); // a screen may say where somebody was on it
  }

  go(address) {
    if (location.hash === address) return this.show();
    location.hash = address;
    return this.turn;
  }

  // A draft is done: into the queue, and on its way if there is a network.
  async finish(draft, rulesVersion) {
    const who = { user: this.person.id, device: this.device.key };
    await this.keeping.handOver(draft, await entryOf(draft, who, rulesVersion));
    this.sync.run();
    this.tell();
  }

  tell() {
    this.telling = (this.telling ?? Promise.resolve()).then(() => showNotices(this)).catch((error) => showUnread(this, error));
  }

  // A script or stylesheet that is no module, once: "leaflet", "leafletStyle", "protomaps", or an extra by its name.
  load(name) {
    const address = this.files[name];
    if (!scripts.has(address)) scripts.set(address, loaded(address));
    return scripts.get(address);
  }

  // Nothing can be shown: the page does not begin.
  fail(error) {
    const isAble = window.indexedDB && window.isSecureContext;
    if (isAble) this.#notShown(error);
    else this.#tellAlone("error", this.words.tooOld);
  }

  // One screen cannot be shown; others still can. Some browsers remember that a module did not come until the page begins again.
  #notShown(error) {
    const { words } = this;
    const isFull = error instanceof NoRoom || error?.name === "QuotaExceededError"; // what is no database says so itself
    if (isFull) return this.#tellAlone("error", words.noRoomHere);
    this.failures += 1;
    const hasBegun = this.shown !== undefined;
    const again = actOf(words.again, () => (hasBegun && this.failures < 2 ? this.show() : location.reload()));
    if (error instanceof Superseded || error?.name === "VersionError") return this.#tellAlone("error", words.pageIsOld, again);
    this.#tellAlone("error", hasBegun ? words.notShown : words.notBegun, again);
    if (!(error instanceof NotLoaded)) reportError(error);
    return undefined;
  }

  #tellAlone(kind, sentence, act = "") {
    const told = element("p", { class: `notice ${kind}`, role: "alert" }, sentence);
    this.main.replaceChildren(element("h1", {}, this.words.home), told, act && element("p", { class: "actions" }, act));
  }
}

function loaded(address) {
  const isStyle = address.endsWith(".css");
  const { nonce } = document.querySelector("script[nonce]");
  const made = isStyle ? element("link", { rel: "stylesheet", href: address }) : element("script", { src: address });
  if (!isStyle) made.nonce = nonce;
  return new Promise((resolve, reject) => {
    made.addEventListener("load", () => resolve());
    made.addEventListener("error", () => {
      scripts.delete(address);
      made.remove();
      reject(new NotLoaded(address));
    });
    document.head.append(made);
  });
}

const jsonOf = (id) => JSON.parse(byId(id).textContent);
const config = jsonOf("survey-config");
const app = new App(jsonOf("survey-words"), config);
app.begin(config).catch((error) => app.fail(error));

