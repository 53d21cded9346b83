// Draws the rows of a list over the commune in the way that is chosen: blue inside, hollow and warm outside.
// The outlines are our own, so the map says enough without a base map and without internet.
/* global L */

const data = JSON.parse(document.getElementById("place-data").textContent);
const element = document.getElementById("place-map");
const radios = [...document.querySelectorAll("input[name=meaning]")];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const map = L.map(element, { attributionControl: Boolean(data.basemap), scrollWheelZoom: false, zoomSnap: 0.25 });
if (data.basemap) L.tileLayer(data.basemap, { attribution: data.attribution, maxZoom: 19 }).addTo(map);
const outline = L.geoJSON(data.outline, {
  interactive: false, style: { color: colour("--plate"), weight: 3, fillColor: colour("--map-land"), fillOpacity: data.basemap ? 0 : 1 },
}).addTo(map);
for (const village of data.villages) {
  L.geoJSON(village, { interactive: false, style: { color: colour("--map-line"), weight: 1, dashArray: "4 3", fill: false } }).addTo(map);
}
L.control.scale({ imperial: false }).addTo(map);
const points = L.featureGroup().addTo(map);

function draw(key) {
  points.clearLayers();
  for (const [lng, lat, inside] of data.candidates[key] ?? []) {
    L.circleMarker([lat, lng], {
      radius: 5, weight: 2, color: colour(inside ? "--plate" : "--warm"), fillColor: colour("--plate"),
      fillOpacity: inside ? 0.8 : 0, interactive: false,
    }).addTo(points);
  }
  const bounds = outline.getBounds();
  // A wrong meaning may lie a hundred kilometres away: then both are shown.
  if (points.getLayers().length) bounds.extend(points.getBounds());
  map.fitBounds(bounds, { padding: [12, 12], animate: false });
  element.dataset.drawn = key;
}

for (const radio of radios) radio.addEventListener("change", () => draw(radio.value));
draw((radios.find((radio) => radio.checked) ?? radios[0]).value);
