// How houses of a proposal look by what happens to their number; colours come from the stylesheet.

const RADII = [[14, 1.8], [15, 2.4], [16, 3.8], [17, 5.4], [18, 6.6], [20, 9]];

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    given: named("num-given"),
    changed: named("num-changed"),
    same: named("num-same"),
    locked: named("num-locked"),
    unplaced: named("num-unplaced"),
    leftOut: named("num-left-out"),
    street: named("num-street"),
    casing: named("num-casing"),
    arrow: named("num-arrow"),
    doubt: named("num-doubt"),
    text: named("map-text"),
    halo: named("map-halo"),
    ground: named("map-ground"),
  };
}

// The style of a house's dot as Leaflet takes it.
export function dot(house, colour, zoom) {
  const weight = zoom < 15.5 ? 0.8 : 1.5;
  const filled = (color, fillColor = color) => ({ color, fillColor, weight, fillOpacity: 1 });
  const hollow = (color, dashArray) => ({ color, fillColor: colour.halo, weight: weight + 0.5, fillOpacity: 0.6, dashArray });
  const styles = {
    given: filled(colour.given),
    changed: filled(colour.changed),
    same: filled(colour.given, colour.same),
    locked: filled(colour.locked),
    unplaced: hollow(colour.unplaced),
    left_out: hollow(colour.leftOut, "2 3"),
  };
  return styles[house.outcome] ?? styles.same;
}

export function radius(zoom) {
  if (zoom <= RADII[0][0]) return RADII[0][1];
  for (let place = 1; place < RADII.length; place += 1) {
    const [[low, from], [high, to]] = [RADII[place - 1], RADII[place]];
    if (zoom <= high) return from + ((to - from) * (zoom - low)) / (high - low);
  }
  return RADII.at(-1)[1];
}
