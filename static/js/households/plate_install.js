// Hanging a plate: the phone's place is followed from the moment the page opens, so that it is good when the button
// is pressed. The server judges it; what stands here only tells the person beforehand.

const LONGEST_WAIT_MS = 20000; // for a first place, after the button was pressed
const LONGEST_KNOWN_MS = 60000; // a place from before is where the phone was, not where it is
const EARTH_M = 6371008.8;

const form = document.getElementById("install");
const place = document.getElementById("place");
const reasonBox = document.getElementById("reason-box");
const reason = form.elements.reason;
const button = form.querySelector("button");

let waiting = null; // the timer of whoever has pressed the button before a place was known
let failed = false;
let knownAt = -Infinity;

function metresBetween(latA, lngA, latB, lngB) {
  const radians = Math.PI / 180;
  const half = (degrees) => Math.sin((degrees * radians) / 2) ** 2;
  const chord = half(latB - latA) + Math.cos(latA * radians) * Math.cos(latB * radians) * half(lngB - lngA);
  return 2 * EARTH_M * Math.asin(Math.sqrt(chord));
}

function askReason() {
  reasonBox.hidden = false;
}

function send() {
  clearTimeout(waiting);
  waiting = null;
  button.disabled = true;
  form.submit();
}

function hasPlace() {
  return form.elements.lat.value !== "" && performance.now() - knownAt < LONGEST_KNOWN_MS;
}

function forgetPlace() {
  for (const name of ["lat", "lng", "accuracy"]) form.elements[name].value = "";
}

function known({ coords }) {
  failed = false;
  knownAt = performance.now();
  form.elements.lat.value = coords.latitude;
  form.elements.lng.value = coords.longitude;
  form.elements.accuracy.value = coords.accuracy;
  const distance = metresBetween(coords.latitude, coords.longitude, Number(form.dataset.lat), Number(form.dataset.lng));
  place.textContent = place.dataset.known
    .replace("{distance}", Math.round(distance))
    .replace("{accuracy}", Math.round(coords.accuracy));
  if (waiting !== null) send();
}

function unknown(error) {
  if (hasPlace()) return; // of a moment ago
  forgetPlace();
  failed = true;
  place.textContent = error?.code === 1 ? place.dataset.denied : place.dataset.unknown;
  askReason();
  if (waiting !== null) {
    clearTimeout(waiting);
    waiting = null;
    button.disabled = false;
    reason.focus();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!hasPlace() && form.elements.lat.value) {
    forgetPlace();
    place.textContent = place.dataset.waiting;
    navigator.geolocation.getCurrentPosition(known, unknown, { enableHighAccuracy: true, maximumAge: 5000 });
  }
  if (hasPlace() || reason.value.trim() || failed) {
    send();
    return;
  }
  button.disabled = true;
  waiting = setTimeout(() => unknown(null), LONGEST_WAIT_MS);
});

// Back from the next page: the button lives again.
window.addEventListener("pageshow", () => {
  button.disabled = false;
});

reasonBox.hidden = !reasonBox.dataset.asked && !reason.value;
if ("geolocation" in navigator) {
  place.textContent = place.dataset.waiting;
  navigator.geolocation.watchPosition(known, unknown, { enableHighAccuracy: true, maximumAge: 5000 });
} else {
  unknown(null);
}
form.dataset.ready = "yes";
if (form.dataset.pressed) form.requestSubmit(); // before this script had come: hold_press.js kept it
