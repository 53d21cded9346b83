// The street editor: brings its parts together once django-leaflet has made the map.
import { byId } from "../map/elements.js";
import { Notices } from "../map/notices.js";
import { formatHash, parseHash } from "../map/place.js";
import { offerPosition } from "../map/standing.js";
import { lookAtTheStart, setUpControls } from "../map/view.js";
import { Acts } from "./acts.js";
import { Bar } from "./bar.js";
import { TAP_REACH } from "./choosing.js";
import { contains } from "./geometry.js";
import { Ground } from "./ground.js";
import { GroupDesk } from "./group_desk.js";
import { forgetSketch, keepSketch, keptSketch } from "./keeping.js";
import { Network } from "./network.js";
import { Problem } from "./problem.js";
import { Selection } from "./selection.js";
import { askToLose, Sheet, SnapMark } from "./sheet.js";
import { Stage } from "./stage.js";
import { StreetDesk } from "./street_desk.js";
import { StreetList } from "./street_list.js";
import { StreetTiles } from "./street_tiles.js";

const config = JSON.parse(byId("map-config").textContent);
const { text } = config;

class Page {
  constructor(map) {
    Object.assign(this, { map, config, text });
    this.wasPlaced = Boolean(parseHash(location.hash)); // by the address, before this page writes there where it looks
    this.notices = new Notices(text);
    this.network = new Network(config.language);
    this.sheet = new Sheet(map);
    this.bar = new Bar();
    this.snapMark = new SnapMark(map);
    this.problem = new Problem(this);
    this.stage = new Stage(map, {
      click: (latlng) => this.pick(latlng),
      enter: () => this.pick(map.getCenter()),
      hover: (latlng) => map.getContainer().classList.toggle("over-street", Boolean(this.streetAt(latlng))),
    });
  }

  start() {
    const { map, notices, network } = this;
    setUpControls(map, text);
    lookAtTheStart(map, config.bounds, 21);
    this.ground = new Ground(map, config, (what, value) => {
      if (what === "loading") {
        notices.loading(value);
        document.documentElement.dataset.map = value ? "loading" : "drawn";
      } else {
        notices.show("failed", notices.sentence(value), { label: text.again, run: () => this.again() });
      }
    });
    new StreetTiles(network).addTo(map);
    this.selection = new Selection(map, network, text);
    this.acts = new Acts(this);
    this.streetDesk = new StreetDesk(this);
    this.groupDesk = new GroupDesk(this);
    this.list = new StreetList({ network, config, text, choose: (id) => this.choose(id), expand: () => this.sheet.open(true) });
    offerPosition(this);
    map.on("moveend", () => this.keepAddress());
    addEventListener("offline", () => notices.show("failed", text.offline));
    addEventListener("online", () => this.again());
    addEventListener("beforeunload", (event) => {
      if (this.isUnsaved) event.preventDefault();
    });
    this.load(true);
  }

  async load(isFirst = false) {
    try {
      await this.acts.load();
      document.documentElement.dataset.streets = "drawn";
      if (isFirst) this.resume();
    } catch (error) {
      this.notices.show("failed", this.notices.sentence(error), { label: text.again, run: () => this.again() });
    }
  }

  again() {
    this.notices.clear("failed");
    this.ground.refresh();
    this.load(document.documentElement.dataset.streets !== "drawn");
  }

  // A sketch from before a reload, or the street that the address names.
  resume() {
    const kept = keptSketch(config.commune);
    const sketch = kept && this.sketchOf(kept);
    if (sketch) {
      this.stage.enter(sketch);
      sketch.fields = kept.fields;
      sketch.purpose.resumed?.(sketch);
      this.map.fitBounds(kept.points.map(([lng, lat]) => [lat, lng]), { padding: [60, 60], maxZoom: 19 });
      this.notices.done(text.fetchedBack);
      return;
    }
    const id = new URLSearchParams(location.search).get("street");
    if (!this.network.street(id)) return;
    this.openStreet(id, { fly: false, focus: false });
    if (!this.wasPlaced) this.sheet.fitLine(this.network.street(id).geometry.coordinates);
  }

  sketchOf({ kind, id, points, adding }) {
    if (kind === "add") return this.streetDesk.newSketch(points, adding);
    if (kind === "group" && this.network.street(id)) return this.groupDesk.newSketch(id, points, adding);
    if (kind === "line" && this.network.street(id)) return this.streetDesk.lineSketch(id, points);
    return kind === "area" && this.network.group(id) ? this.groupDesk.areaSketch(id, points) : null;
  }

  // --- What is open ---------------------------------------------------------------------------------

  showOnly(part) {
    this.sheet.showOnly(part);
    if (part !== this.streetDesk.section) this.streetDesk.section.hidden = true;
  }

  showStart() {
    this.streetDesk.close();
    this.groupDesk.close();
    this.problem.clear();
    this.sheet.showOnly(null);
    this.selection.show({});
    this.keepAddress();
  }

  openStreet(id, { fly = true, focus = true } = {}) {
    if (!this.network.street(id)) {
      this.showStart();
      return;
    }
    this.groupDesk.close();
    this.streetDesk.open(id, { focus });
    if (fly) this.sheet.bringLineInView(this.network.street(id).geometry.coordinates);
  }

  openGroup(id) {
    this.groupDesk.open(id);
  }

  // The panel as it was before something was chosen on the map.
  reopen() {
    const { streetDesk, groupDesk } = this;
    if (groupDesk.id) this.openGroup(groupDesk.id);
    else if (streetDesk.sketch) streetDesk.openNew(streetDesk.sketch);
    else if (streetDesk.id) {
      this.selection.show({ street: streetDesk.id });
      this.sheet.open(true);
    }
  }

  collapse() {
    this.sheet.open(false);
  }

  bringInView(latlng, above) {
    this.sheet.bringInView(latlng, above);
  }

  keepAddress() {
    const params = new URLSearchParams(location.search);
    if (this.streetDesk?.id) params.set("street", this.streetDesk.id);
    else if (document.documentElement.dataset.streets === "drawn") params.delete("street");
    const query = params.size ? `?${params}` : "";
    history.replaceState(null, "", location.pathname + query + formatHash(this.map.getZoom(), this.map.getCenter()));
  }

  // --- Taps -----------------------------------------------------------------------------------------

  streetAt({ lng, lat }, { except = null } = {}) {
    return this.network.snapTargets.find([lng, lat], this.map.getZoom(), TAP_REACH, { except })?.id ?? null;
  }

  async pick(latlng) {
    const id = this.streetAt(latlng);
    const group = [...this.network.groups.values()].find(({ geometry }) => contains(geometry.coordinates[0], [latlng.lng, latlng.lat]));
    if (id) await this.choose(id, { fly: false });
    else if (group && (await this.mayLeave())) this.openGroup(group.id);
    else if (!id && !group && (this.streetDesk.id || this.groupDesk.id) && !this.isUnsaved) this.showStart();
  }

  // A street was chosen in the list or on the map; where one is being chosen for something, it is for that.
  async choose(id, { fly = true } = {}) {
    if (this.stage.mode?.choose) this.stage.mode.choose(id);
    else if (await this.mayLeave()) this.openStreet(id, { fly });
  }

  // --- Unsaved work ---------------------------------------------------------------------------------

  get isUnsaved() {
    return Boolean(this.stage.mode?.unsaved || this.streetDesk.isDirty || this.groupDesk.isDirty || this.streetDesk.sketch);
  }

  // Asks before unsaved work is lost, and ends what is under way; false when it is to go on.
  async mayLeave() {
    if (this.isUnsaved && !(await askToLose())) return false;
    this.stage.leave();
    forgetSketch();
    this.streetDesk.sketch = this.groupDesk.sketch = null;
    if (this.streetDesk.street) this.streetDesk.fill();
    return true;
  }

  keep(sketch, fields) {
    if (sketch.draft.points.length) keepSketch(config.commune, sketch, fields);
    else forgetSketch();
  }

  forget() {
    forgetSketch();
  }

  // What was drawn is saved.
  finishSketch() {
    this.stage.leave();
    forgetSketch();
  }
}

addEventListener("map:init", (event) => new Page(event.detail.map).start(), { once: true });
