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
const unseen = document.getElementById("place-unseen");
map.on("moveend", tellUnseen);

function draw(key) {
  points.clearLayers();
  for (const [lng, lat, inside] of data.candidates[key] ?? []) {
    L.circleMarker([lat, lng], {
      radius: 5, weight: 2, color: colour(inside ? "--plate" : "--warm"), fillColor: colour("--plate"),
      fillOpacity: inside ? 0.8 : 0, interactive: false,
    }).addTo(points);
  }
  // The commune alone fills the map: one stray point far away would make a blot of it.
  map.fitBounds(outline.getBounds(), { padding: [12, 12], animate: false });
  tellUnseen();
  element.dataset.drawn = key;
}

function tellUnseen() {
  const drawn = points.getLayers();
  const frame = map.getBounds();
  const count = drawn.filter((point) => !frame.contains(point.getLatLng())).length;
  unseen.hidden = count === 0;
  unseen.textContent = count === 0 ? "" : unseen.dataset.text.replace("{count}", count).replace("{total}", drawn.length);
}

for (const radio of radios) radio.addEventListener("change", () => draw(radio.value));
draw((radios.find((radio) => radio.checked) ?? radios[0]).value);
