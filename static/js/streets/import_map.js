// Draws the lines of a file over the commune and the streets and houses that are there, as they were read, or some of
// them as another way to read the file has them; a fault's link goes to its place here. The outlines are our own, so the map says enough without a base map and internet.
/* global L */

const data = JSON.parse(document.getElementById("street-data").textContent);
const element = document.getElementById("street-map");
const radios = [...document.querySelectorAll("input[name=system]")];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const line = (name, weight, more = {}) => ({ color: colour(name), weight, interactive: false, smoothFactor: 0, ...more });
const styles = {
  new: line("--plate", 3),
  amended: line("--warm", 4),
  fault: line("--refused", 4),
  outside: line("--ink-2", 1.5, { dashArray: "4 4" }),
  there: line("--ink-2", 1.5),
};

const map = L.map(element, {
  attributionControl: Boolean(data.basemap), scrollWheelZoom: false, zoomSnap: 0.25, preferCanvas: true, zoomControl: false,
});
L.control.zoom({ zoomInTitle: element.dataset.zoomIn, zoomOutTitle: element.dataset.zoomOut }).addTo(map);
if (data.basemap) L.tileLayer(data.basemap, { attribution: data.attribution, maxZoom: 19 }).addTo(map);
const outline = L.geoJSON(data.outline, {
  interactive: false, style: { color: colour("--plate"), weight: 3, fillColor: colour("--map-land"), fillOpacity: data.basemap ? 0 : 1 },
}).addTo(map);
map.fitBounds(outline.getBounds(), { padding: [12, 12], animate: false });
for (const village of data.villages) {
  L.geoJSON(village, { interactive: false, style: { color: colour("--map-line"), weight: 1, dashArray: "4 3", fill: false } }).addTo(map);
}
L.control.scale({ imperial: false }).addTo(map);
for (const points of data.streets) L.polyline(turned(points), styles.there).addTo(map);
for (const [lng, lat] of data.houses) {
  L.circleMarker([lat, lng], { radius: 1.5, stroke: false, fillColor: colour("--ink-2"), fillOpacity: 0.7, interactive: false }).addTo(map);
}
const drawn = L.featureGroup().addTo(map);
const mark = L.circleMarker([0, 0], { radius: 12, weight: 3, color: colour("--refused"), fill: false, interactive: false });

function draw(key) {
  drawn.clearLayers();
  if (key === data.shown && key !== "") drawLines();
  else for (const points of data.candidates[key] ?? []) L.polyline(turned(points), styles.new).addTo(drawn);
  element.dataset.drawn = key;
}

function drawLines() {
  for (const what of ["outside", "new", "amended", "fault"]) {
    for (const [kind, points] of data.lines) {
      if (kind !== what) continue;
      L.polyline(turned(points), styles[what]).addTo(drawn);
    }
  }
  for (const [[lng, lat]] of data.faults) {
    L.circleMarker([lat, lng], { radius: 5, weight: 2, color: colour("--refused"), fillColor: colour("--refused"), fillOpacity: 0.6, interactive: false }).addTo(drawn);
  }
}

function turned(points) {
  return points.map(([lng, lat]) => [lat, lng]);
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
