// The form of one street, of a new one too: kind, name, width, direction and what it leaves.
import { byId, element, filled } from "../map/elements.js";
import { isAlley } from "./network.js";

export class StreetForm {
  constructor(page) {
    this.page = page;
    this.form = byId("street-form");
    this.fields = this.form.elements;
    this.saveButton = byId("street-save");
    this.form.addEventListener("input", () => this.showState());
    this.form.addEventListener("change", () => this.showState());
    this.filled = "";
  }

  // A street, or null for a new one with `kind`.
  fill(street, { kind = "ngo" } = {}) {
    const { properties } = street ?? { properties: { kind, name: "", widthClass: 0, direction: "auto", parent: null } };
    this.street = street;
    this.fields.kind.value = properties.kind;
    this.fields.name.value = properties.name;
    this.fields.width_class.value = String(properties.widthClass);
    this.fields.direction.value = properties.direction;
    this.fillParents(properties);
    this.filled = this.state();
    this.showState();
  }

  // First what the map says, then every other street by name.
  fillParents({ parent, parentName, parentByHand }) {
    const { network, text } = this.page;
    this.foundName = parent && !parentByHand ? parentName : "";
    const others = network.sorted().filter((street) => street.id !== this.street?.id);
    this.fields.parent.replaceChildren(
      element("option", { value: "" }, text.byMap),
      ...others.map(({ id, properties }) => element("option", { value: id }, properties.calledHere)),
    );
    this.fields.parent.value = parent && parentByHand ? parent : "";
  }

  chooseParent(id) {
    this.fields.parent.value = id;
    this.showState();
  }

  read() {
    const { kind, name, width_class: width, direction, parent } = this.fields;
    return {
      kind: kind.value,
      name: name.value,
      width_class: Number(width.value),
      direction: direction.value,
      parent: parent.value || null,
    };
  }

  // What `read` gave earlier, into the fields.
  write(fields) {
    for (const [name, value] of Object.entries(fields)) this.fields[name].value = value ?? "";
    this.showState();
  }

  state() {
    return JSON.stringify(this.read());
  }

  get isDirty() {
    return !this.form.hidden && this.state() !== this.filled;
  }

  howFound() {
    const { text } = this.page;
    if (this.fields.parent.value) return text.byHand;
    if (this.foundName) return filled(text.byMapFound, { street: this.foundName });
    return this.isNew ? text.fromMap : text.byMapNothing;
  }

  get isNew() {
    return this.street === null;
  }

  showState() {
    const kind = this.fields.kind.value;
    const alley = isAlley({ properties: { kind } });
    byId("parent-field").hidden = !alley;
    byId("name-hint").hidden = !alley;
    byId("parent-how").textContent = this.howFound();
    this.saveButton.disabled = !this.isNew && !this.isDirty;
  }
}
