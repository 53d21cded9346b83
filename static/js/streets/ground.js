// What lies under and over the streets: outlines of units below them, houses with their numbers above; other pages draw
// on layers of their own choice.
/* global L, protomapsL */
import { colours, labelRules, paintRules } from "../map/style.js";
import { tileSources } from "../map/tile_source.js";

const OVER_STREETS = 3; // streets are drawn at 2

export class Ground {
  // `report` gets ("loading", tiles under way) and ("failed", error).
  constructor(map, config, report, names = ["units", "houses"]) {
    this.map = map;
    this.names = names;
    this.config = config;
    this.sources = tileSources(config.layers, report);
    if (config.baseMap) L.tileLayer(config.baseMap.url, { attribution: config.baseMap.attribution }).addTo(map);
    this.draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  draw() {
    const colour = colours();
    const hasBaseMap = Boolean(this.config.baseMap);
    for (const layer of this.layers ?? []) layer.remove();
    this.layers = this.names.map((name) =>
      protomapsL.leafletLayer({
        sources: { [name]: this.sources[name] },
        paintRules: paintRules(colour, { hasBaseMap }).filter((rule) => rule.dataSource === name),
        labelRules: labelRules(colour, this.config.language).filter((rule) => rule.dataSource === name),
        backgroundColor: name === "units" && !hasBaseMap ? colour.ground : undefined,
        attribution: "",
        zIndex: name === "units" ? 1 : OVER_STREETS,
      }).addTo(this.map),
    );
  }

  // Ask again for what did not come.
  refresh() {
    for (const layer of this.layers) {
      for (const view of layer.views.values()) view.tileCache.cache.clear();
      layer.clearLayout();
      layer.rerenderTiles();
    }
  }
}
