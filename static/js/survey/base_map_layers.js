// The base map of the phone under a map of a village, drawn without a network by the style of the office's own map.
/* global L, protomapsL */
import { labelRules, paintRules } from "../map/style.js";
import { baseMaps } from "./base_maps.js";

const OURS = "units_outline"; // a layer that only files of build_basemap have; others hold Protomaps' base map

// Draw the commune's base map under a HouseMap, where one lies here; false where none does. A base map that cannot be
// read is no reason to show no houses.
export async function drawBaseMap(app, map, pack) {
  try {
    const kept = await baseMaps();
    const { kept: take } = await kept.of(pack.commune?.code ?? "");
    if (take === null) return false;
    await app.load("protomaps");
    const archive = archiveOf(kept.source(take));
    const [header, told] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
    if (map.isOver) return false;
    const isOurs = (told?.vector_layers ?? []).some((layer) => layer.id === OURS);
    map.showBaseMap(isOurs ? ownLayers(archive, header, map.colour, app.language) : foreignLayers(archive, header, told));
    return true;
  } catch (error) {
    console.warn("the base map cannot be drawn", error);
    return false;
  }
}

// The library's reader of files, which it keeps to itself: its own source of tiles holds one.
function archiveOf(source) {
  const Archive = new protomapsL.PmtilesSource("none", false).p.constructor;
  return new Archive(source);
}

// {ground, names, credit}: lines and surfaces below what the pack holds, names above it.
function ownLayers(archive, { maxZoom }, colour, language) {
  const { land, line, street, edge, village, ground, text, halo } = colour;
  const colours = { ground, land, line, village, street, streetEdge: edge, text, halo, house: village, bare: land, onHouse: text };
  const sources = { base: { url: archive, maxDataZoom: maxZoom } };
  const ours = (rules) => rules.filter((rule) => rule.dataLayer !== "grid").map(renamed);
  const paint = ours(paintRules(colours, { hasBaseMap: false }));
  paint.splice(paint.findIndex((rule) => rule.dataLayer === "streets_street"), 0, soilRule(village));
  // Houses have their numbers from the pack.
  const labels = ours(labelRules(colours, language).filter((rule) => rule.dataSource !== "houses"));
  return {
    ground: protomapsL.leafletLayer({ sources, paintRules: paint, labelRules: [], backgroundColor: ground, attribution: "", pane: "base" }),
    names: protomapsL.leafletLayer({ sources, paintRules: [], labelRules: labels, attribution: "", pane: "names" }),
  };
}

// Where one soil ends and the next begins, thin: edges of fields, below the streets.
function soilRule(color) {
  const symbolizer = new protomapsL.LineSymbolizer({ color, width: 0.8, dash: [2, 4], dashColor: color, dashWidth: 0.8, opacity: 0.8 });
  return { dataSource: "base", dataLayer: "soil_unit", minzoom: 15, symbolizer };
}

// In a file of ours each layer's name begins with where it comes from.
function renamed(rule) {
  return { ...rule, dataSource: "base", dataLayer: `${rule.dataSource}_${rule.dataLayer}` };
}

// A supplied map: its layers earth, water, roads … by the library's own style, names and all. Whose it is it says itself.
function foreignLayers(archive, { maxZoom }, told) {
  const flavor = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const ground = protomapsL.leafletLayer({ url: archive, maxDataZoom: maxZoom, flavor, lang: "vi", attribution: "", pane: "base" });
  return { ground, names: null, credit: textOf(told?.attribution) || "© OpenStreetMap" };
}

// Words of a text that may hold markup, which is not ours to show.
function textOf(markup) {
  return new DOMParser().parseFromString(String(markup ?? ""), "text/html").body.textContent.trim().slice(0, 120);
}
