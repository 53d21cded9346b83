// The streets and house groups of the commune as the page knows them: read once, then kept in step with each answer.
import { risesBackwards, nearestOn } from "./geometry.js";
import { SnapTargets } from "./snapping.js";

const ALLEYS = new Set(["ngo", "kiet", "hem", "ngach"]);
const LEVELS = { road: 0, street: 0, ngo: 1, kiet: 1, hem: 1, ngach: 2 };
const MOUTH_METRES = 3; // an end so near to the middle of a street lies on it, as the server sees it too

// Without marks and in small letters: "ngõ Đình" is found by "ngo dinh".
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

export class Network {
  constructor(language) {
    this.order = new Intl.Collator(language, { numeric: true });
    this.streets = new Map();
    this.groups = new Map();
    this.listeners = [];
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  // All of it anew: { features, groups } of the server.
  fill({ features, groups }) {
    this.streets = new Map(features.map((feature) => [feature.id, feature]));
    this.groups = new Map((groups ?? []).map((group) => [group.id, group]));
    this.changed();
  }

  // What an action changed: { street, group, also, removed }.
  apply({ street, group, also = [], removed = [] }) {
    for (const id of removed) {
      this.streets.delete(id);
      this.groups.delete(id);
    }
    for (const feature of [street, ...also]) if (feature) this.streets.set(feature.id, feature);
    if (group) this.groups.set(group.id, group);
    this.changed();
  }

  changed() {
    this.targets = null;
    for (const listener of this.listeners) listener();
  }

  street(id) {
    return this.streets.get(id) ?? null;
  }

  group(id) {
    return this.groups.get(id) ?? null;
  }

  get all() {
    return [...this.streets.values()];
  }

  groupsOf(streetId) {
    return [...this.groups.values()].filter((group) => group.properties.street === streetId);
  }

  get snapTargets() {
    this.targets ??= new SnapTargets(
      this.all.map(({ id, geometry, properties }) => ({ id, line: geometry.coordinates, level: LEVELS[properties.kind] })),
    );
    return this.targets;
  }

  // The street that a new line seems to leave: the largest at either end, of streets as large the nearest; or null.
  leftBy(points) {
    const found = [points[0], points[points.length - 1]].flatMap((end) =>
      this.all.map((street) => ({ street, distance: nearestOn(street.geometry.coordinates, end).distance })),
    );
    const level = ({ street }) => LEVELS[street.properties.kind];
    const near = found.filter(({ distance }) => distance <= MOUTH_METRES);
    return near.sort((a, b) => level(a) - level(b) || a.distance - b.distance)[0]?.street ?? null;
  }

  // By name as people sort: 2, 10, 12, 12/5.
  sorted(words = "") {
    const wanted = folded(words).split(/\s+/).filter(Boolean);
    return this.all
      .filter(({ properties }) => {
        const text = folded(`${properties.fullName} ${properties.parentName ?? ""}`);
        return wanted.every((word) => text.includes(word));
      })
      .sort((a, b) => this.order.compare(a.properties.fullName, b.properties.fullName));
  }

  // Whether the numbers rise against the line: true, false, or null where nobody can say yet. What its houses have
  // already (`reversed`) goes before the rule.
  isBackwards(street) {
    const { direction, reversed, parent } = street.properties;
    if (direction === "as_drawn") return false;
    if (typeof reversed === "boolean") return reversed;
    return risesBackwards(street.geometry.coordinates, direction, this.street(parent)?.geometry.coordinates ?? null);
  }

  // Where an alley leaves its parent: { mouth, on } as [lng, lat], or null.
  mouthOf(street) {
    const parent = isAlley(street) && this.street(street.properties.parent);
    if (!parent) return null;
    const { coordinates } = street.geometry;
    const ends = [coordinates[0], coordinates[coordinates.length - 1]];
    const found = ends.map((end) => ({ mouth: end, ...nearestOn(parent.geometry.coordinates, end) }));
    const nearer = found[0].distance <= found[1].distance ? found[0] : found[1];
    return { mouth: nearer.mouth, on: nearer.at };
  }

  counts() {
    const alleys = this.all.filter(isAlley);
    return {
      roads: this.streets.size - alleys.length,
      alleys: alleys.length,
      nameless: alleys.filter(({ properties }) => !properties.name).length,
    };
  }
}

export function isAlley(street) {
  return ALLEYS.has(street.properties.kind);
}

export function metresOf(street) {
  return street.properties.metres;
}
