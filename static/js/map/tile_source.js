// Where the map's vector tiles come from: our own server, asked through http.js. A tile that did not come is
// drawn empty and reported, so that the page can say so and offer another try.
import { getBytes } from "../core/http.js";

export class TileSource {
  // `template` is an address with {z}, {x} and {y}; `minZoom` the first zoom that has tiles.
  // `report` gets "loading" with the number of tiles under way, or "failed" with the error.
  constructor(template, minZoom, report) {
    this.template = template;
    this.minZoom = minZoom;
    this.report = report;
    this.waiting = 0;
  }

  // The one method that protomaps-leaflet calls on a source.
  async getZxy(z, x, y, signal) {
    if (z < this.minZoom) return undefined;
    const url = this.template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
    this.report("loading", ++this.waiting);
    try {
      const data = await getBytes(url, { signal });
      return data.byteLength ? { data } : undefined;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      this.report("failed", error);
      return undefined;
    } finally {
      this.report("loading", --this.waiting);
    }
  }
}
