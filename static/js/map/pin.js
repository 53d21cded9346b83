// The mark on one place: the open house, a house being dragged, or the spot where one is to be added.
/* global L */

const METRES_PER_DEGREE = 111_320;
const STEP = 1; // metres for an arrow key, ten times that with Shift

const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export function ring(latlng) {
  const icon = L.divIcon({ className: "map-ring", iconSize: [30, 30] });
  return L.marker(latlng, { icon, interactive: false, keyboard: false });
}

// Arrow keys on a mark move it a metre at a time; `moved` gets each new place.
export function moveByArrows(mark, moved) {
  mark.getElement().addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation();
    const metres = event.shiftKey ? 10 * STEP : STEP;
    const { lat, lng } = mark.getLatLng();
    const east = (arrow[0] * metres) / METRES_PER_DEGREE / Math.cos((lat * Math.PI) / 180);
    mark.setLatLng([lat + (arrow[1] * metres) / METRES_PER_DEGREE, lng + east]);
    moved(mark.getLatLng());
  });
}

// A pin that is dragged, or moved by the arrow keys; `moved` gets each new place.
export function movablePin(latlng, title, moved) {
  const icon = L.divIcon({ className: "map-pin", iconSize: [44, 44], iconAnchor: [22, 40] });
  const pin = L.marker(latlng, { icon, draggable: true, autoPan: true, keyboard: true, title, alt: title });
  pin.on("dragend", () => moved(pin.getLatLng()));
  pin.on("add", () => {
    pin.getElement().setAttribute("aria-label", title);
    moveByArrows(pin, moved);
  });
  return pin;
}
