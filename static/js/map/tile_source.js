// Where the map's vector tiles come from: our own server, asked through http.js. A tile that did not come is
// drawn empty and reported, so that the page can say so and offer another try.
import { getBytes } from "../core/http.js";

// The sources of a page's layers, as protomaps-leaflet takes them. `report` gets ("loading", tiles under way) and
// ("failed", error).
export function tileSources(layers, report) {
  let waiting = 0;
  const count = (what, value) => (what === "waiting" ? report("loading", (waiting += value)) : report(what, value));
  return Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => [
      name,
      { url: new TileSource(layer.url, layer.minZoom, count), maxDataZoom: layer.maxZoom },
    ]),
  );
}

export class TileSource {
  // `template` is an address with {z}, {x} and {y}; `minZoom` the first zoom that has tiles.
  // `report` gets ("waiting", 1) when a tile is asked for, ("waiting", -1) when that is over, ("failed", error).
  constructor(template, minZoom, report) {
    this.template = template;
    this.minZoom = minZoom;
    this.report = report;
  }

  // The one method that protomaps-leaflet calls on a source.
  async getZxy(z, x, y, signal) {
    if (z < this.minZoom) return undefined;
    const url = this.template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
    this.report("waiting", 1);
    try {
      const data = await getBytes(url, { signal });
      return data.byteLength ? { data } : undefined;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      this.report("failed", error);
      return undefined;
    } finally {
      this.report("waiting", -1);
    }
  }
}
