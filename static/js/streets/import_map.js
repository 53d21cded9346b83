// Draws the lines of a file over the commune as they were read, or the points of another way to read them; a fault's
// link goes to its place here. The outlines are our own, so the map says enough without a base map and internet.
/* global L */

const data = JSON.parse(document.getElementById("street-data").textContent);
const element = document.getElementById("street-map");
const radios = [...document.querySelectorAll("input[name=system]")];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const styles = {
  new: { color: colour("--plate"), weight: 3 },
  amended: { color: colour("--warm"), weight: 4 },
  fault: { color: colour("--refused"), weight: 4 },
  outside: { color: colour("--ink-2"), weight: 1.5, dashArray: "4 4" },
};

const map = L.map(element, {
  attributionControl: Boolean(data.basemap), scrollWheelZoom: false, zoomSnap: 0.25, preferCanvas: true,
});
if (data.basemap) L.tileLayer(data.basemap, { attribution: data.attribution, maxZoom: 19 }).addTo(map);
const outline = L.geoJSON(data.outline, {
  interactive: false, style: { color: colour("--plate"), weight: 3, fillColor: colour("--map-land"), fillOpacity: data.basemap ? 0 : 1 },
}).addTo(map);
for (const village of data.villages) {
  L.geoJSON(village, { interactive: false, style: { color: colour("--map-line"), weight: 1, dashArray: "4 3", fill: false } }).addTo(map);
}
L.control.scale({ imperial: false }).addTo(map);
const drawn = L.featureGroup().addTo(map);
const mark = L.circleMarker([0, 0], { radius: 12, weight: 3, color: colour("--refused"), fill: false, interactive: false });

function draw(key) {
  drawn.clearLayers();
  if (key === data.shown && key !== "") drawLines();
  else drawPoints(data.candidates[key] ?? []);
  map.fitBounds(outline.getBounds(), { padding: [12, 12], animate: false });
  element.dataset.drawn = key;
}

function drawLines() {
  for (const what of ["outside", "new", "amended", "fault"]) {
    for (const [kind, points] of data.lines) {
      if (kind !== what) continue;
      L.polyline(points.map(([lng, lat]) => [lat, lng]), { ...styles[what], interactive: false, smoothFactor: 0 }).addTo(drawn);
    }
  }
  for (const [[lng, lat]] of data.faults) {
    L.circleMarker([lat, lng], { radius: 5, weight: 2, color: colour("--refused"), fillColor: colour("--refused"), fillOpacity: 0.6, interactive: false }).addTo(drawn);
  }
}

function drawPoints(points) {
  for (const [lng, lat, inside] of points) {
    L.circleMarker([lat, lng], {
      radius: 5, weight: 2, color: colour(inside ? "--plate" : "--warm"), fillColor: colour("--plate"),
      fillOpacity: inside ? 0.8 : 0, interactive: false,
    }).addTo(drawn);
  }
}

function goTo(event) {
  event.preventDefault();
  const at = [Number(event.currentTarget.dataset.lat), Number(event.currentTarget.dataset.lng)];
  map.setView(at, 17, { animate: false });
  mark.setLatLng(at).addTo(map);
  element.dataset.at = at.join("/");
  element.scrollIntoView({ block: "center" });
}

for (const radio of radios) radio.addEventListener("change", () => draw(radio.value));
for (const link of document.querySelectorAll("#faults a[data-lng]")) link.addEventListener("click", goTo);
draw(data.shown || (radios.find((radio) => radio.checked) ?? radios[0])?.value || "");
