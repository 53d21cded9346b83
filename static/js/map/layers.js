// The drawn map: units and houses in one canvas layer, redrawn when the colours or the houses change.
/* global L, protomapsL */
import { colours, labelRules, paintRules } from "./style.js";
import { tileSources } from "./tile_source.js";

const BRUSHES = [8, 16, 28, 44]; // pixels around a tap, tried from the smallest on: the nearest house wins
const HOUSES_FROM = 14; // the zoom from which houses stand as points of their own

// A new cache for the old one, whose questions still under way are called off: what was asked before a change is answered without it.
function emptied({ source, tileSize, constructor: Cache }) {
  for (const { controller } of source.zoomaborts.splice(0)) controller.abort();
  return new Cache(source, tileSize);
}

export class MapLayers {
  // `report` gets ("loading", tiles under way) and ("failed", error).
  constructor(map, config, report) {
    this.map = map;
    this.config = config;
    this.sources = tileSources(config.layers, report);
    if (config.baseMap) L.tileLayer(config.baseMap.url, { attribution: config.baseMap.attribution }).addTo(map);
    this.draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  draw() {
    const colour = colours();
    this.layer?.remove();
    this.layer = protomapsL.leafletLayer({
      sources: this.sources,
      paintRules: paintRules(colour, { hasBaseMap: Boolean(this.config.baseMap) }),
      labelRules: labelRules(colour, this.config.language),
      backgroundColor: this.config.baseMap ? undefined : colour.ground,
      attribution: "",
    });
    this.layer.addTo(this.map);
  }

  // Ask for the houses again: something was added, moved or undone, or a tile did not come.
  refresh() {
    for (const view of this.layer.views.values()) view.tileCache = emptied(view.tileCache);
    this.layer.clearLayout();
    this.layer.rerenderTiles();
  }

  // What stands at a point: { code } for a house, { grid: true } for a count, null for nothing.
  at(latlng) {
    const houses = this.layer.views.get("houses");
    for (const brush of BRUSHES) {
      const [picked] = houses.queryFeatures(latlng.lng, latlng.lat, this.map.getZoom(), 2 * brush);
      if (picked) return picked.layerName === "house" ? { code: String(picked.feature.id) } : { grid: true };
    }
    return null;
  }

  // How many houses a crowded tile in view really holds, when only a part is drawn; 0 when all are.
  hidden() {
    if (this.map.getZoom() < HOUSES_FROM) return 0;
    let most = 0;
    const zoom = Math.min(this.map.getZoom() - 1, this.config.layers.houses.maxZoom);
    for (const [key, entry] of this.layer.views.get("houses").tileCache.cache) {
      if (key.endsWith(`:${zoom}`)) most = Math.max(most, entry.data.get("house")?.[0]?.props.of ?? 0);
    }
    return most;
  }
}
