// An area drawn on the map by its corners, kept in a hidden field as [[lng, lat], …].
/* global L */
import { setUpControls } from "../map/view.js";
import { Ground } from "../streets/ground.js";

const PLACES = 6; // decimals: a tenth of a metre

// `changed()` is told of each step; `begun(map)` when the map is first there; `said(corners)` may say more of an area
// than how many corners it has. `names` are the layers under the drawing.
export function offerPolygon(config, changed, { begun = () => {}, said = () => "", names } = {}) {
  const part = document.getElementById("polygon-part");
  const field = document.getElementById("polygon");
  const told = document.getElementById("polygon-told");
  const element = document.getElementById("polygon-map");
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--refused").trim();
  let corners = field.value ? JSON.parse(field.value) : [];
  let map = null;
  let drawn = null;

  function draw() {
    drawn.clearLayers();
    const places = corners.map(([lng, lat]) => [lat, lng]);
    if (places.length > 1) {
      const style = { color: colour, weight: 3, interactive: false, fillOpacity: 0.15 };
      (places.length > 2 ? L.polygon(places, style) : L.polyline(places, style)).addTo(drawn);
    }
    for (const place of places) L.circleMarker(place, { radius: 5, color: colour, fillOpacity: 1, interactive: false }).addTo(drawn);
    const { text } = config;
    if (!places.length) told.textContent = text.none;
    else if (places.length < 3) told.textContent = text.more;
    else told.textContent = said(corners) || text.corners.replace("%(count)s", places.length);
  }

  function keep() {
    draw();
    const value = corners.length > 2 ? JSON.stringify(corners) : "";
    if (field.value === value) return;
    field.value = value;
    changed();
  }

  function add({ lat, lng }) {
    corners = [...corners, [Number(lng.toFixed(PLACES)), Number(lat.toFixed(PLACES))]];
    keep();
  }

  // The map is made when its part is first unfolded: before that it has no size.
  function begin() {
    if (map || !part.open) return;
    map = L.map(element, { attributionControl: Boolean(config.baseMap), doubleClickZoom: false });
    setUpControls(map, config.text);
    map.setMinZoom(6).setMaxZoom(21);
    drawn = L.featureGroup().addTo(map);
    if (corners.length) map.fitBounds(L.latLngBounds(corners.map(([lng, lat]) => [lat, lng])), { padding: [24, 24], animate: false });
    else map.fitBounds(config.bounds, { padding: [16, 16], maxZoom: 17, animate: false });
    new Ground(map, config, (what, value) => {
      if (what === "loading") element.dataset.map = value ? "loading" : "drawn";
    }, names);
    map.on("click", ({ latlng }) => add(latlng));
    draw();
    begun(map);
  }

  part.hidden = false;
  part.addEventListener("toggle", begin);
  document.getElementById("polygon-add").addEventListener("click", () => add(map.getCenter()));
  document.getElementById("polygon-back").addEventListener("click", () => {
    corners = corners.slice(0, -1);
    keep();
  });
  document.getElementById("polygon-clear").addEventListener("click", () => {
    corners = [];
    keep();
  });
  begin();
  return draw;
}
