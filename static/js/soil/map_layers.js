// The layers on the map. Each is a Leaflet layer in a pane of its own, so that it can be thinned without being drawn
// anew; those of a campaign lie together in one pane for each side, which the swipe cuts.
/* global L, protomapsL */
import { colours as groundColours, labelRules, paintRules } from "../map/style.js";
import { TileSource } from "../map/tile_source.js";
import { inTime } from "./choice.js";
import { pointRules, soilColours, unitRules, zoneRules } from "./paint.js";

const PANES = { ground: 150, units: 210, left: 300, right: 310 };
const IN_SIDE = { value: 1, zones: 2, deviation: 3, points: 4 };

export class SoilLayers {
  // `report` gets ("loading", tiles under way) and ("failed", error).
  constructor(map, config, report) {
    this.map = map;
    this.config = config;
    this.shown = new Map(); // "left/zones" → { key, layer }
    let waiting = 0;
    this.report = (what, value) => (what === "waiting" ? report("loading", (waiting += value)) : report(what, value));
    const { url, minZoom, maxZoom } = config.layers.units;
    this.sources = { units: { url: new TileSource(url, minZoom, this.report), maxDataZoom: maxZoom } };
    for (const [name, height] of Object.entries(PANES)) this.pane(name, height);
    for (const side of ["left", "right"]) {
      for (const [name, height] of Object.entries(IN_SIDE)) this.pane(`${side}-${name}`, height, map.getPane(side));
      this.pane(`${side}-difference`, 5, map.getPane(side));
    }
    if (config.baseMap) L.tileLayer(config.baseMap.url, { attribution: config.baseMap.attribution, pane: "ground" }).addTo(map);
    this.drawGround();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
  }

  pane(name, height, parent) {
    const pane = this.map.createPane(name, parent);
    pane.style.zIndex = height;
    pane.style.pointerEvents = "none";
    return pane;
  }

  drawGround() {
    const colour = groundColours();
    this.ground?.remove();
    this.ground = protomapsL.leafletLayer({
      sources: this.sources,
      paintRules: paintRules(colour, { hasBaseMap: Boolean(this.config.baseMap) }).filter(({ dataSource }) => dataSource === "units"),
      labelRules: [],
      backgroundColor: this.config.baseMap ? undefined : colour.ground,
      attribution: "",
      pane: "ground",
    });
    this.ground.addTo(this.map);
    this.names?.remove();
    this.names = protomapsL.leafletLayer({
      sources: this.sources,
      paintRules: [],
      labelRules: labelRules(colour, this.config.language).filter(({ dataSource }) => dataSource === "units"),
      attribution: "",
      pane: "shadowPane",
    });
    this.names.addTo(this.map);
  }

  // Light has become dark, or a tile did not come.
  repaint() {
    this.drawGround();
    const difference = this.shown.get("difference");
    for (const { layer } of this.shown.values()) layer.remove();
    this.shown.clear();
    if (this.last) this.show(...this.last);
    if (difference) this.showDifference(...difference.args);
  }

  // `chosen` as choice.js gives it; `isSwiped`: the older of its campaigns has the left side.
  show(chosen, layers, isSwiped) {
    this.last = [chosen, layers, isSwiped];
    const kept = new Set();
    const put = (place, key, opacity, make) => {
      kept.add(place);
      const there = this.shown.get(place);
      if (there?.key !== key) {
        there?.layer.remove();
        const layer = make();
        this.shown.set(place, { key, layer });
        layer.setOpacity(opacity / 100);
        layer.addTo(this.map);
      } else {
        there.layer.setOpacity(opacity / 100);
      }
    };
    const { units } = layers;
    const isNamed = !chosen.layer?.surface || !(layers.zones.on || layers.value.on);
    if (units.on && chosen.map) put("units", `${chosen.map.id}/${isNamed}`, units.opacity, () => this.units(chosen.map, isNamed));
    const [left, right] = isSwiped && chosen.other ? inTime(chosen) : [chosen];
    this.side("left", left.campaign, left.layer, layers, put);
    if (right) this.side("right", right.campaign, right.layer, layers, put);
    for (const [place, { layer }] of this.shown) {
      if (kept.has(place) || place === "difference") continue;
      layer.remove();
      this.shown.delete(place);
    }
  }

  side(side, campaign, layer, layers, put) {
    if (!layer) return;
    const surface = layer.surface;
    const at = (name) => `${side}-${name}`;
    if (surface) {
      if (layers.value.on) put(at("value"), surface.id, layers.value.opacity, () => this.picture(surface.value_url, surface.bounds, at("value")));
      if (layers.zones.on && layer.scheme) {
        put(at("zones"), `${surface.id}/${layer.scheme.id}`, layers.zones.opacity, () =>
          this.vector("soil_zones", { surface: surface.id, scheme: layer.scheme.id }, zoneRules(soilColours(), layer.scheme), at("zones")),
        );
      }
      if (layers.deviation.on) {
        put(at("deviation"), surface.id, layers.deviation.opacity, () => this.picture(surface.deviation_url, surface.bounds, at("deviation")));
      }
    }
    if (layers.points.on) {
      const asked = { campaign: campaign.id, method: layer.method, depth: layer.depth.join("-") };
      put(at("points"), Object.values(asked).join("/"), layers.points.opacity, () =>
        this.vector("soil_samples", asked, pointRules(soilColours(), layer, this.config.language), at("points")),
      );
    }
  }

  units(map, isNamed) {
    return this.vector("soil_units", { map: map.id }, unitRules(soilColours(), map, isNamed), "units");
  }

  vector(name, asked, rules, pane) {
    const { url, minZoom, maxZoom } = this.config.layers[name];
    const source = new TileSource(`${url}?${new URLSearchParams(asked)}`, minZoom, this.report);
    return protomapsL.leafletLayer({ sources: { soil: { url: source, maxDataZoom: maxZoom } }, ...rules, attribution: "", pane });
  }

  // Bounds come as [west, south, east, north].
  picture(url, [west, south, east, north], pane) {
    const layer = L.imageOverlay(url, [[south, west], [north, east]], { pane, className: "soil-picture", alt: "" });
    return layer.on("error", () => this.report("failed", new Error("")));
  }

  showDifference(url, bounds, opacity) {
    this.hideDifference();
    const layer = this.picture(url, bounds, "left-difference");
    layer.setOpacity(opacity / 100);
    layer.addTo(this.map);
    this.shown.set("difference", { key: url, layer, args: [url, bounds, opacity] });
  }

  hideDifference() {
    this.shown.get("difference")?.layer.remove();
    this.shown.delete("difference");
  }
}
