// The map of a village on the phone, from what the pack holds: outline, streets, houses by state. It asks no server for
// anything.
/* global L */
import { element } from "../map/elements.js";
import { movablePin } from "../map/pin.js";

const NUMBERS_FROM = 19; // zoom from which numbers are written beside houses: farther off they would cover the next house
const MOST_NUMBERS = 150; // in view at once: more could not be read
const CLOSE = 19;
const WHOLE_FROM = 16; // zoom from which marks have their whole size: farther off they would cover one another
const SMALL = 0.6;
const PANES = { base: 200, ground: 250, names: 300 };

// The state of a house → how its mark looks. Hollow, dashed, full; close by a sign before the number tells sent and returned apart without colour.
export const STATES = Object.freeze(["todo", "draft", "waiting", "sent", "returned"]);
const RADIUS = { todo: 7, draft: 8, waiting: 8, sent: 7, returned: 9 };
const WORDS = { todo: "stateTodo", draft: "stateDraft", waiting: "stateWaiting", sent: "stateSent", returned: "stateReturned" };

export function wordOf(state, words) {
  return words[WORDS[state]];
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--survey-${name}`).trim();
  const names = [...STATES, "land", "line", "street", "edge", "village", "ground", "text", "halo", "ink"];
  return Object.fromEntries(names.map((name) => [name, named(name)]));
}

export class HouseMap {
  #marks = new Map(); // house → {row, mark}
  #outline = null;
  #streets = [];
  #hasBaseMap = false;
  #pin = null;
  #here = null;

  // `chosen(house id)` when a mark is tapped.
  constructor({ frame, words, chosen = () => {} }) {
    this.words = words;
    this.chosen = chosen;
    this.colour = colours();
    this.box = element("div", { class: "survey-map", role: "application", "aria-label": words.map });
    frame.append(this.box);
    this.map = L.map(this.box, { preferCanvas: true, zoomControl: true, attributionControl: false, maxZoom: 21, minZoom: 9 });
    // From below: base map, what the pack draws of the ground, names, houses.
    for (const [name, height] of Object.entries(PANES)) {
      const pane = this.map.createPane(name);
      pane.style.zIndex = height;
      pane.style.pointerEvents = "none";
    }
    this.pen = L.canvas({ pane: "ground" });
    this.ground = L.layerGroup().addTo(this.map);
    this.map.on("zoomend", () => this.#drawToScale());
    this.houses = L.layerGroup().addTo(this.map);
    this.numbers = L.layerGroup().addTo(this.map);
    this.map.on("moveend zoomend", () => this.#writeNumbers());
  }

  // `pack` is {outline, area, streets: [{line: [[lng, lat], …], name}]} as keeping.js keeps it.
  showVillage({ outline, area, streets = [] }, { keepsView = false } = {}) {
    this.ground.clearLayers();
    const { land, line, street } = this.colour;
    this.#outline = null;
    if (outline) {
      const style = { color: line, weight: 3, dashArray: "8 6", fillColor: land, fillOpacity: this.#hasBaseMap ? 0 : 1 };
      this.#outline = L.geoJSON(outline, { interactive: false, renderer: this.pen, style });
      this.ground.addLayer(this.#outline);
      if (!keepsView) this.map.fitBounds(this.#outline.getBounds(), { animate: false });
    }
    const lines = streets.filter((one) => one.line).map((one) => one.line.map(([lng, lat]) => [lat, lng]));
    this.#streets = lines.map((places) => L.polyline(places, { color: street, weight: 5, interactive: false, renderer: this.pen }));
    for (const drawn of this.#streets) this.ground.addLayer(drawn);
    // The part that this person was given, where it is not all of the village.
    if (area) this.ground.addLayer(L.geoJSON(area, { interactive: false, renderer: this.pen, style: { color: line, weight: 4, fill: false } }));
    this.#drawStreetsToScale();
  }

  // A base map under all, once the village is shown: its layers {ground, names}, and whose it is where it is not ours. Streets
  // of the pack stay on it: they are newer.
  showBaseMap({ ground, names, credit }) {
    this.#hasBaseMap = true;
    if (credit) this.box.append(element("p", { class: "map-credit" }, credit));
    ground.addTo(this.map);
    names?.addTo(this.map);
    this.#outline?.setStyle({ fillOpacity: 0 });
    this.#drawStreetsToScale();
  }

  #drawToScale() {
    this.#drawStreetsToScale();
    for (const { row, mark } of this.#marks.values()) mark.setRadius(this.#radius(row.state));
  }

  #radius(state) {
    return RADIUS[state] * (this.map._loaded && this.map.getZoom() < WHOLE_FROM ? SMALL : 1);
  }

  // On a base map they are as wide as its own alleys; on the bare ground wide enough to be seen from afar.
  #drawStreetsToScale() {
    if (!this.#hasBaseMap || !this.map._loaded) return;
    const weight = Math.max(1, 2 * 1.5 ** (this.map.getZoom() - 16));
    for (const drawn of this.#streets) drawn.setStyle({ weight });
  }

  // Rows are {house, lng, lat, number, state}.
  showHouses(rows) {
    this.houses.clearLayers();
    this.#marks.clear();
    for (const row of rows) this.#add(row);
    this.#writeNumbers();
  }

  showState(house, state) {
    const known = this.#marks.get(house);
    if (!known) return;
    this.houses.removeLayer(known.mark);
    this.#add({ ...known.row, state });
  }

  // All houses in view: they stand close together in a village that is mostly fields.
  fitHouses() {
    const places = [...this.#marks.values()].map(({ row }) => [row.lat, row.lng]);
    if (places.length) this.map.fitBounds(L.latLngBounds(places), { padding: [24, 24], maxZoom: 18, animate: false });
  }

  lookAt({ lng, lat }, zoom = CLOSE) {
    this.map.setView([lat, lng], Math.max(zoom, this.map.getZoom() ?? 0), { animate: false });
  }

  get middle() {
    const { lng, lat } = this.map.getCenter();
    return { lng, lat };
  }

  showHere(fix) {
    this.#here?.remove();
    this.#here = null;
    if (!fix) return;
    const { halo, ink } = this.colour;
    const place = [fix.lat, fix.lng];
    this.#here = L.layerGroup([
      L.circle(place, { radius: fix.accuracy_m ?? 0, color: ink, weight: 1, fillOpacity: 0.12, interactive: false }),
      L.circleMarker(place, { radius: 7, color: halo, weight: 3, fillColor: ink, fillOpacity: 1, interactive: false }),
    ]).addTo(this.map);
  }

  // The pin on the front door; `moved({lng, lat})` after each move of it.
  showPin(place, moved) {
    if (this.#pin) {
      this.#pin.setLatLng([place.lat, place.lng]);
      return;
    }
    this.#pin = movablePin([place.lat, place.lng], this.words.pin, ({ lng, lat }) => moved({ lng, lat })).addTo(this.map);
  }

  // A map that was made while its frame was hidden does not know how large it is.
  refit() {
    this.map.invalidateSize({ animate: false });
  }

  // A frame that a canvas has asked for is drawn first: Leaflet 1.9 calls off the last one alone when a map is removed.
  remove() {
    this.isOver = true;
    this.box.remove();
    requestAnimationFrame(() => this.map.remove());
  }

  #add(row) {
    const { halo } = this.colour;
    const colour = this.colour[row.state];
    const isHollow = row.state === "todo";
    const mark = L.circleMarker([row.lat, row.lng], {
      radius: this.#radius(row.state),
      color: isHollow || row.state === "draft" ? colour : halo,
      weight: isHollow ? 3 : row.state === "draft" ? 4 : 2,
      fillColor: row.state === "draft" ? halo : isHollow ? halo : colour,
      fillOpacity: 1,
      dashArray: row.state === "draft" ? "5 4" : null,
    });
    mark.on("click", () => this.chosen(row.house));
    this.houses.addLayer(mark);
    this.#marks.set(row.house, { row, mark });
  }

  #writeNumbers() {
    this.numbers.clearLayers();
    if (!this.map._loaded || this.map.getZoom() < NUMBERS_FROM) return;
    const view = this.map.getBounds();
    const inView = [...this.#marks.values()].filter(({ row }) => view.contains([row.lat, row.lng])).slice(0, MOST_NUMBERS);
    for (const { row } of inView) {
      const sign = { returned: "! ", sent: "✓ " }[row.state] ?? "";
      const text = sign + (row.number || "");
      if (!text) continue;
      const icon = L.divIcon({ className: "house-number", html: element("span", {}, text), iconSize: null, iconAnchor: [-9, 10] });
      this.numbers.addLayer(L.marker([row.lat, row.lng], { icon, interactive: false, keyboard: false }));
    }
  }
}

// What the marks mean, in the order in which a house goes through them.
export function legendOf(words) {
  const lines = STATES.map((state) => element("li", {}, element("span", { class: `state-mark ${state}` }), wordOf(state, words)));
  return element("details", { class: "survey-legend" }, element("summary", {}, words.legend), element("ul", {}, ...lines));
}
