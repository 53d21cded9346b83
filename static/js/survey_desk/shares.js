// Villages by the share that is done, and the areas that were given, as the map of a round and the map to draw on show them.
/* global L */
import { element } from "../map/elements.js";

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// The more is done, the fuller the colour; the exact share is said in words.
const FILLS = [[100, 0.7], [75, 0.5], [50, 0.36], [25, 0.22], [1, 0.12], [0, 0]];
const EDGE = 4; // pixels that are left between a name and the edge of the map

// Names are text: Leaflet would read a string as HTML.
const said = (text) => element("span", {}, text);

export function drawVillages(map, villages, words = null) {
  return villages.map((village) => {
    const fillOpacity = words ? FILLS.find(([from]) => village.share >= from)[1] : 0;
    const style = { color: colour("--ink-2"), weight: 1.5, fillColor: colour("--done"), fillOpacity, interactive: Boolean(words) };
    const layer = L.geoJSON(village.outline, { style }).addTo(map);
    if (words) layer.bindTooltip(said(words(village)), { sticky: true });
    return { ...village, layer };
  });
}

export function drawAreas(map, areas, words) {
  for (const area of areas) {
    const style = { color: colour("--plate"), weight: 2, dashArray: "6 4", fill: false, interactive: false };
    const layer = L.geoJSON(area.area, { style }).addTo(map);
    // The words stand in the corner, where they cover no house.
    const name = said(words(area));
    const marker = L.marker(layer.getBounds().getNorthWest(), {
      interactive: false, keyboard: false,
      icon: L.divIcon({ className: "survey-area-name", html: name, iconSize: null }),
    }).addTo(map);
    const hold = () => holdInside(map, marker, name);
    map.on("moveend resize", hold);
    hold();
  }
}

// A name whose corner is seen is seen whole: it is moved back from the edge of the map.
function holdInside(map, marker, name) {
  const edge = map.getSize().x - name.offsetWidth - EDGE;
  const { x } = map.latLngToContainerPoint(marker.getLatLng());
  const isSeen = x > -name.offsetWidth && x < map.getSize().x;
  name.style.left = isSeen ? `${Math.max(EDGE, Math.min(x, edge)) - x}px` : "0";
}
