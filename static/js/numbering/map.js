// The map of a proposal: streets with their direction, houses by what happens to them, what is to be looked at.
/* global L, protomapsL */
import { getJson } from "../core/http.js";
import { element, filled } from "../map/elements.js";
import { ring } from "../map/pin.js";
import { colours as groundColours, labelRules, paintRules } from "../map/style.js";
import { TileSource } from "../map/tile_source.js";
import { arrowheads } from "./arrows.js";
import { Labels } from "./labels.js";
import { colours, dot, radius } from "./look.js";

const ARROWS_FROM = 15; // zoom
const MILD_FROM = 16; // from which findings that may stay are marked too
const MARK_BOX = [-11, -27, 11, -5]; // pixels that the sign of a finding covers, around its place
const CLOSE_UP = 18;
const PAUSE = 150; // milliseconds after the last move

export class ProposalMap {
  // `choose(code)` is called when a house is clicked.
  constructor({ config, notices, choose }) {
    Object.assign(this, { config, notices, choose });
    const { text } = config;
    this.key = `proposal-map:${location.pathname}`;
    this.map = L.map("map", { zoomControl: false, minZoom: 6, maxZoom: 20, attributionControl: Boolean(config.baseMap) });
    L.control.zoom({ zoomInTitle: text.zoomIn, zoomOutTitle: text.zoomOut }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    const container = this.map.getContainer();
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", text.mapLabel);
    this.lookAtTheStart();
    if (config.baseMap) L.tileLayer(config.baseMap.url, { attribution: config.baseMap.attribution, maxZoom: 20 }).addTo(this.map);
    this.map.createPane("names").style.zIndex = 440; // over the houses, which else cover them
    this.map.getPane("names").style.pointerEvents = "none";
    this.canvas = L.canvas({ padding: 0.3, tolerance: 8 });
    this.streets = L.layerGroup().addTo(this.map);
    this.arrows = L.layerGroup().addTo(this.map);
    this.houses = L.layerGroup().addTo(this.map);
    this.findings = L.layerGroup().addTo(this.map);
    this.labels = new Labels().addTo(this.map);
    this.drawGround();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.drawGround();
      if (this.found) this.draw();
    });
    this.map.on("moveend", () => this.moved());
    this.map.on("zoomend", () => this.found && this.zoomed());
    this.load();
  }

  lookAtTheStart() {
    const { bounds, focusAt } = this.config;
    const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    if (focusAt) {
      this.map.setView([focusAt[1], focusAt[0]], Math.max(kept?.zoom ?? 0, CLOSE_UP));
      this.mark = ring([focusAt[1], focusAt[0]]).addTo(this.map);
    } else if (kept) this.map.setView([kept.lat, kept.lng], kept.zoom);
    else if (bounds) this.map.fitBounds(bounds, { padding: [16, 16], maxZoom: 18 });
    else this.map.setView([16, 106], 6);
  }

  // Communes and villages below the streets, in the look of the map page.
  drawGround() {
    const { units, baseMap, language } = this.config;
    const colour = groundColours();
    const ofUnits = (rule) => rule.dataSource === "units";
    const report = (what, error) => what === "failed" && this.fail(error);
    const layer = (options) => protomapsL.leafletLayer({
      sources: { units: { url: new TileSource(units.url, units.minZoom, report), maxDataZoom: units.maxZoom } },
      paintRules: [], labelRules: [], attribution: "", ...options,
    }).addTo(this.map);
    for (const old of this.ground ?? []) old.remove();
    this.ground = [
      layer({
        paintRules: paintRules(colour, { hasBaseMap: Boolean(baseMap) }).filter(ofUnits),
        backgroundColor: baseMap ? undefined : colour.ground,
      }),
      layer({ labelRules: labelRules(colour, language).filter(ofUnits), pane: "names" }),
    ];
  }

  moved() {
    const { lat, lng } = this.map.getCenter();
    sessionStorage.setItem(this.key, JSON.stringify({ lat, lng, zoom: this.map.getZoom() }));
    clearTimeout(this.timer);
    const hasAll = this.loaded?.contains(this.map.getBounds()) && this.found.drawn === this.found.of;
    if (!hasAll) this.timer = setTimeout(() => this.load(), PAUSE);
  }

  async load() {
    this.question?.abort();
    const question = (this.question = new AbortController());
    const bounds = this.map.getBounds().pad(0.3);
    document.documentElement.dataset.map = "loading";
    try {
      this.found = await getJson(`${this.config.urls.features}?bbox=${box(bounds)}`, { signal: question.signal });
      this.loaded = bounds;
      this.notices.clear("failed");
      this.draw();
      document.documentElement.dataset.map = "drawn";
    } catch (error) {
      if (error.name !== "AbortError") this.fail(error);
    }
  }

  fail(error) {
    const { text } = this.config;
    this.notices.show("failed", this.notices.sentence(error), { label: text.again, run: () => this.load() });
  }

  draw() {
    const { drawn, of } = this.found;
    const { language, text } = this.config;
    const number = (count) => count.toLocaleString(language);
    if (drawn < of) this.notices.show("partly", filled(text.partly, { drawn: number(drawn), of: number(of) }));
    else this.notices.clear("partly");
    this.colour = colours();
    this.zoomed();
  }

  // Everything whose size or number depends on how near the map is.
  zoomed() {
    this.drawStreets();
    this.drawHouses();
    this.drawFindings();
    const { houses, others, streets, findings } = this.found;
    const must = houses.length === 1; // a proposal of one house is about nothing but its number
    const written = (house) => (house.outcome === "left_out" ? house.old : house.new || house.old);
    this.labels.show(
      [...houses.map((house) => ({ at: house.at, text: written(house), must })), ...others.map(({ at, number }) => ({ at, text: number }))],
      streets.map((street) => ({ line: street.line, text: street.name })),
      this.colour,
      findings.filter((finding) => this.isMarked(finding)).map(({ at }) => ({ at, box: MARK_BOX })),
    );
  }

  drawStreets() {
    const zoom = this.map.getZoom();
    const { colour, canvas } = this;
    const wide = Math.max(1.5, (zoom - 13) * 1.7);
    this.streets.clearLayers();
    this.arrows.clearLayers();
    const drawn = this.found.streets.map((street) => ({
      ...street, latlngs: street.line.map(([lng, lat]) => [lat, lng]), width: street.isAlley ? wide * 0.6 : wide,
    }));
    const add = (street, color, weight) =>
      L.polyline(street.latlngs, { renderer: canvas, interactive: false, color, weight, opacity: 1 }).addTo(this.streets);
    for (const street of drawn) add(street, colour.casing, street.width + 2);
    for (const street of drawn) add(street, colour.street, street.width);
    if (zoom < ARROWS_FROM) return;
    for (const street of drawn) {
      for (const corners of arrowheads(this.map, street.line, zoom)) {
        L.polygon(corners, { renderer: canvas, interactive: false, stroke: false, fillColor: colour.arrow, fillOpacity: 1 }).addTo(this.arrows);
      }
    }
  }

  drawHouses() {
    const zoom = this.map.getZoom();
    const size = radius(zoom);
    const { colour, canvas } = this;
    this.houses.clearLayers();
    for (const { at: [lng, lat] } of this.found.others) {
      const look = { color: colour.leftOut, fillColor: colour.leftOut, weight: 0, fillOpacity: 0.6 };
      L.circleMarker([lat, lng], { renderer: canvas, interactive: false, radius: size * 0.7, ...look }).addTo(this.houses);
    }
    for (const house of this.found.houses) {
      const at = [house.at[1], house.at[0]];
      if (house.doubt) {
        L.circleMarker(at, { renderer: canvas, interactive: false, radius: size + 3.5, color: colour.doubt, weight: 2, fill: false }).addTo(this.houses);
      }
      L.circleMarker(at, { renderer: canvas, radius: size, ...dot(house, colour, zoom) })
        .bindTooltip(() => this.words(house), { direction: "top", offset: [0, -6] })
        .on("click", () => this.choose(house.code))
        .addTo(this.houses);
    }
  }

  words(house) {
    const { text } = this.config;
    const old = [house.old || text.noNumber, house.oldStreet].filter(Boolean).join(" ");
    const next = house.outcome === "left_out" ? text.stays : [house.new, house.street].filter(Boolean).join(" ");
    const parts = [element("strong", {}, next && next !== old ? `${old} → ${next}` : old), element("br"), this.config.outcomes[house.outcome]];
    if (house.doubt) parts.push(element("br"), element("span", { class: "why" }, house.doubt));
    if (house.settled) parts.push(element("br"), element("span", { class: "hint" }, house.settled));
    return element("span", {}, ...parts);
  }

  drawFindings() {
    this.findings.clearLayers();
    for (const finding of this.found.findings) {
      if (this.isMarked(finding)) this.findingMark(finding).addTo(this.findings);
    }
  }

  isMarked(finding) {
    return finding.isConflict || this.map.getZoom() >= MILD_FROM;
  }

  findingMark(finding) {
    const sign = element("span", { class: `finding-mark${finding.isConflict ? "" : " mild"}` }, "!");
    const icon = L.divIcon({ className: "", html: sign, iconSize: [20, 20], iconAnchor: [10, 26] });
    return L.marker([finding.at[1], finding.at[0]], { icon, keyboard: false, zIndexOffset: finding.isConflict ? 100 : 0 })
      .on("click", () => this.tell(finding));
  }

  // Beside the map's layers, which are drawn anew when the map moves.
  tell(finding) {
    L.popup({ maxWidth: 280, offset: [0, -18] }).setLatLng([finding.at[1], finding.at[0]]).setContent(this.told(finding)).openOn(this.map);
  }

  told(finding) {
    const { text } = this.config;
    const parts = [element("p", {}, finding.sentence)];
    if (finding.house) {
      const link = element("a", { href: `?at=${finding.house}#nha-${finding.house}` }, text.showRow);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.choose(finding.house);
      });
      parts.push(element("p", {}, link));
    }
    return element("div", {}, ...parts);
  }

  // Looks at a place ([lng, lat]) and rings it; of a finding ({ sentence, house }) it opens the sentence.
  show([lng, lat], { isStreet = false, finding = null } = {}) {
    const at = [lat, lng];
    const zoom = Math.max(this.map.getZoom(), isStreet ? CLOSE_UP - 1 : CLOSE_UP);
    this.mark?.remove();
    if (!isStreet) this.mark = ring(at).addTo(this.map);
    this.map.setView(at, zoom, { animate: false });
    this.map.getContainer().scrollIntoView({ block: "nearest" });
    if (finding) this.tell({ at: [lng, lat], ...finding });
  }

  // Houses that an officer has mended: drawn as they are now.
  update(houses) {
    if (!this.found) return;
    const changed = new Map(houses.map((house) => [house.code, house]));
    this.found.houses = this.found.houses.map((house) => changed.get(house.code) ?? house);
    this.zoomed();
  }
}

function box(bounds) {
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degree) => degree.toFixed(6)).join(",");
}
