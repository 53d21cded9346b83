// A house group of the chosen street: its letter in the panel, its area on the map.
import { newId } from "../core/ids.js";
import { byId, filled } from "../map/elements.js";
import { Sketching } from "./sketching.js";

export class GroupDesk {
  constructor(page) {
    this.page = page;
    this.section = byId("group");
    this.form = byId("group-form");
    this.letter = byId("group-letter");
    this.id = null;
    this.sketch = null; // of a new group, whose form is open
    this.streetId = null;
    byId("group-draw").addEventListener("click", () => this.draw());
    byId("group-close").addEventListener("click", () => this.leave());
    byId("group-redraw").addEventListener("click", () => this.redraw());
    byId("group-remove").addEventListener("click", () => this.remove());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  get group() {
    return this.page.network.group(this.id);
  }

  get isDirty() {
    return !this.section.hidden && !this.sketch && this.letter.value !== this.letterBefore;
  }

  open(id) {
    const { letter, letterByHand, street } = this.page.network.group(id).properties;
    this.id = id;
    this.sketch = null;
    this.show(street, letter ? filled(this.page.text.groupOf, { letter }) : this.page.text.groupWithoutLetter);
    this.letter.value = this.letterBefore = letterByHand ? letter : "";
    for (const part of document.querySelectorAll("[data-of-old-group]")) part.hidden = false;
    this.page.selection.show({ street, group: id });
    byId("group-title").focus({ preventScroll: true });
  }

  show(streetId, title) {
    this.streetId = streetId;
    byId("group-title").textContent = title;
    byId("group-street").textContent = this.page.network.street(streetId)?.properties.fullName ?? "";
    this.page.problem.clear();
    this.page.showOnly(this.section);
  }

  close() {
    this.id = this.sketch = null;
  }

  async leave() {
    if (this.sketch) this.sketch.giveUp();
    else if (await this.page.mayLeave()) this.page.openStreet(this.streetId);
  }

  async draw() {
    if (!(await this.page.mayLeave())) return;
    this.page.stage.enter(this.newSketch(this.page.streetDesk.id));
  }

  newSketch(streetId, points = [], adding = true) {
    const { text } = this.page;
    const purpose = {
      kind: "group", id: streetId, isNew: true, closed: true, except: null, hint: text.groupHint, mendHint: text.mendGroupHint,
      formId: newId(), save: null,
      done: (sketch) => this.openNew(sketch, streetId),
      resumed: (sketch) => sketch.adding || this.openNew(sketch, streetId),
      givenUp: () => this.page.openStreet(streetId),
      changed: (sketch) => this.page.keep(sketch),
    };
    return new Sketching(this.page, purpose, { points, adding });
  }

  openNew(sketch, streetId) {
    if (this.sketch !== sketch) this.letter.value = this.letterBefore = "";
    this.sketch = sketch;
    this.id = null;
    this.show(streetId, this.page.text.newGroup);
    for (const part of document.querySelectorAll("[data-of-old-group]")) part.hidden = true;
    this.page.selection.show({ street: streetId });
    this.letter.focus({ preventScroll: true });
  }

  async save() {
    const { acts, config, text } = this.page;
    const fields = { street: this.streetId, letter: this.letter.value.trim() };
    const answer = this.sketch
      ? await acts.send(
          config.urls.addGroup,
          { id: this.sketch.purpose.formId, commune: config.commune, ...fields, coordinates: [ring(this.sketch.draft.points)] },
          text.groupAdded,
        )
      : await acts.send(acts.url("editGroup", this.id), { version: this.group.properties.version, ...fields }, text.groupEdited);
    if (!answer) return;
    if (this.sketch) this.page.finishSketch();
    this.open(answer.group.id);
  }

  async redraw() {
    if (!(await this.page.mayLeave()) || !this.group) return;
    this.page.collapse();
    this.page.stage.enter(this.areaSketch(this.id));
  }

  areaSketch(id, points = this.page.network.group(id).geometry.coordinates[0].slice(0, -1)) {
    const { acts, network, text } = this.page;
    const purpose = {
      kind: "area", id, closed: true, except: null, hint: text.groupHint, mendHint: text.mendHint,
      save: async (sketch) => {
        const { version, street, letter, letterByHand } = network.group(id).properties;
        const body = { version, street, letter: letterByHand ? letter : "", coordinates: [ring(sketch.draft.points)] };
        const answer = await acts.send(acts.url("editGroup", id), body, text.groupEdited);
        if (!answer) return;
        this.page.finishSketch();
        this.open(id);
      },
      givenUp: () => this.page.reopen(),
      changed: (sketch) => sketch.unsaved && this.page.keep(sketch),
    };
    return new Sketching(this.page, purpose, { points });
  }

  async remove() {
    if (!(await this.page.mayLeave()) || !this.group) return;
    const { acts, text } = this.page;
    const { version, street } = this.group.properties;
    const answer = await acts.send(acts.url("removeGroup", this.id), { version }, text.groupRemoved);
    if (answer) this.page.openStreet(street);
  }
}

// As GeoJSON wants it: the first point again at the end.
function ring(points) {
  return [...points, points[0]];
}
