// What is chosen, on the map: the street under a glow, its parent, where its numbers begin, and house groups as areas.
/* global L */
import { element } from "../map/elements.js";

const latlngs = (line) => line.map(([lng, lat]) => [lat, lng]);

export class Selection {
  constructor(map, network, text) {
    Object.assign(this, { map, network, text });
    this.groups = L.layerGroup().addTo(map);
    this.marks = L.layerGroup().addTo(map);
    this.chosen = { street: null, group: null, second: null };
    network.onChange(() => this.draw());
  }

  // { street, group, second }: ids; `second` is the other street of a join.
  show(chosen) {
    this.chosen = { street: null, group: null, second: null, ...chosen };
    this.draw();
  }

  draw() {
    this.marks.clearLayers();
    this.groups.clearLayers();
    for (const group of this.network.groups.values()) this.addGroup(group);
    const street = this.network.street(this.chosen.street);
    if (!street) return;
    const parent = this.network.street(street.properties.parent);
    if (parent) this.addLine(parent, "street-parent");
    const second = this.network.street(this.chosen.second);
    if (second) this.addLine(second, "street-second");
    this.addLine(street, "street-chosen");
    this.addBeginning(street);
  }

  addLine(street, className) {
    this.marks.addLayer(L.polyline(latlngs(street.geometry.coordinates), { className, interactive: false }));
  }

  // A flag where the numbers begin; nothing where no one can say yet.
  addBeginning(street) {
    const backwards = this.network.isBackwards(street);
    if (backwards === null) return;
    const { coordinates } = street.geometry;
    const [lng, lat] = backwards ? coordinates[coordinates.length - 1] : coordinates[0];
    const icon = L.divIcon({ className: "street-begins", iconSize: [22, 22], html: element("span", {}, "1") });
    this.marks.addLayer(L.marker([lat, lng], { icon, interactive: false, keyboard: false }));
  }

  addGroup(group) {
    const isChosen = group.id === this.chosen.group;
    const area = L.polygon(latlngs(group.geometry.coordinates[0]), {
      className: isChosen ? "house-group chosen" : "house-group",
      interactive: false,
    });
    this.groups.addLayer(area);
    if (!group.properties.letter) return;
    const icon = L.divIcon({ className: "house-group-letter", iconSize: [26, 26], html: element("span", {}, group.properties.letter) });
    this.groups.addLayer(L.marker(area.getBounds().getCenter(), { icon, interactive: false, keyboard: false }));
  }
}
