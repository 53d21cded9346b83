// The chosen street, or the new one: its form in the panel, and what can be done to it on the map.
import { newId } from "../core/ids.js";
import { byId, element, filled } from "../map/elements.js";
import { ChoosingCut, ChoosingParent, ChoosingSecond } from "./choosing.js";
import { isAlley, metresOf } from "./network.js";
import { Sketching } from "./sketching.js";
import { StreetForm } from "./street_form.js";

export class StreetDesk {
  constructor(page) {
    this.page = page;
    this.section = byId("street");
    this.title = byId("street-title");
    this.anyway = byId("street-anyway");
    this.form = new StreetForm(page);
    this.id = null;
    this.sketch = null; // of a new street, whose form is open
    this.form.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    byId("street-name").addEventListener("keydown", (event) => this.keepFromSaving(event));
    this.anyway.addEventListener("click", () => this.save({ anyway: true }));
    byId("street-close").addEventListener("click", () => this.leave());
    byId("draw-button").addEventListener("click", () => this.draw());
    byId("parent-pick").addEventListener("click", () => this.pickParent());
    byId("street-redraw").addEventListener("click", () => this.redraw());
    byId("street-split").addEventListener("click", () => this.split());
    byId("street-join").addEventListener("click", () => this.join());
    byId("street-reverse").addEventListener("click", () => this.act("reverse", this.page.text.reversed));
    byId("street-remove").addEventListener("click", () => this.act("remove", this.page.text.removed));
    page.network.onChange(() => this.refresh());
  }

  get street() {
    return this.page.network.street(this.id);
  }

  get isDirty() {
    return !this.section.hidden && !this.sketch && this.form.isDirty;
  }

  open(id, { focus = true } = {}) {
    this.id = id;
    this.sketch = null;
    this.fill();
    this.page.problem.clear();
    this.anyway.hidden = true;
    this.page.selection.show({ street: id });
    this.page.showOnly(this.section);
    this.page.keepAddress();
    if (focus) this.title.focus({ preventScroll: true });
  }

  fill() {
    const { text, acts, network } = this.page;
    const { street } = this;
    this.title.textContent = street.properties.calledHere;
    byId("street-facts").textContent = [
      filled(text.metres, { metres: metresOf(street).toLocaleString(this.page.config.language) }),
      filled(text.houses, { count: street.properties.houses.toLocaleString(this.page.config.language) }),
    ].join(" · ");
    byId("street-page").href = acts.url("street", street.id);
    for (const part of document.querySelectorAll("[data-of-old-street]")) part.hidden = false;
    this.form.fill(street);
    byId("group-list").replaceChildren(...network.groupsOf(street.id).map((group) => this.groupRow(group)));
  }

  groupRow(group) {
    const { letter } = group.properties;
    const label = letter ? filled(this.page.text.groupOf, { letter }) : this.page.text.groupWithoutLetter;
    const button = element("button", { type: "button", class: "button quiet" }, label);
    button.addEventListener("click", () => this.page.openGroup(group.id));
    return element("li", {}, button);
  }

  // After an answer: the street may have changed, or be gone.
  refresh() {
    if (this.id === null || this.section.hidden || this.sketch) return;
    if (!this.street) this.page.showStart();
    else if (!this.form.isDirty) this.fill();
  }

  async leave() {
    if (this.sketch) {
      this.sketch.giveUp();
      return;
    }
    if (await this.page.mayLeave()) this.page.showStart();
  }

  close() {
    this.id = null;
    this.sketch = null;
  }

  // --- A new street -------------------------------------------------------------------------------

  async draw() {
    if (!(await this.page.mayLeave())) return;
    this.page.showStart();
    this.page.stage.enter(this.newSketch());
  }

  newSketch(points = [], adding = true) {
    const { text } = this.page;
    const purpose = {
      kind: "add", isNew: true, closed: false, except: null, hint: text.drawHint, mendHint: text.mendNewHint, save: null,
      formId: newId(), // sent twice, because the answer was lost on its way, it is one street
      done: (sketch) => this.openNew(sketch),
      resumed: (sketch) => sketch.adding || this.openNew(sketch),
      givenUp: (sketch) => {
        if (this.sketch === sketch) sketch.fields = this.form.read();
        this.page.showStart();
      },
      changed: (sketch) => this.page.keep(sketch, this.sketch === sketch ? this.form.read() : sketch.fields),
    };
    return new Sketching(this.page, purpose, { points, adding });
  }

  openNew(sketch) {
    const { text } = this.page;
    const isOpen = this.sketch === sketch;
    this.id = null;
    this.sketch = sketch;
    this.title.textContent = text.newStreet;
    byId("street-facts").textContent = "";
    for (const part of document.querySelectorAll("[data-of-old-street]")) part.hidden = true;
    if (!isOpen) this.form.fill(null, { kind: this.guessKind(sketch.draft.points) });
    if (!isOpen && sketch.fields) this.form.write(sketch.fields);
    this.anyway.hidden = true;
    this.page.selection.show({});
    this.page.showOnly(this.section);
    byId("street-name").focus({ preventScroll: true });
  }

  // What begins or ends on an alley is a sub-alley, on a road an alley, and what hangs on nothing a road.
  guessKind(points) {
    const left = this.page.network.leftBy(points);
    if (!left) return "road";
    return isAlley(left) ? "ngach" : "ngo";
  }

  // The Enter that ended the line, pressed once more or held, is no wish to save one without a name.
  keepFromSaving(event) {
    if (event.key !== "Enter" || !this.sketch) return;
    if (!event.repeat && event.target.value.trim()) return;
    event.preventDefault();
    if (!event.repeat) this.page.notices.done(this.page.text.nameFirst);
  }

  // --- Saving the form ----------------------------------------------------------------------------

  async save({ anyway = false } = {}) {
    const { acts, config, text } = this.page;
    const fields = { ...this.form.read(), ...(anyway ? { anyway } : {}) };
    this.anyway.hidden = true;
    this.form.saveButton.disabled = true;
    const answer = this.sketch
      ? await acts.send(
          config.urls.add,
          { id: this.sketch.purpose.formId, commune: config.commune, ...fields, coordinates: this.sketch.draft.points },
          text.added,
        )
      : await acts.send(acts.url("edit", this.id), { version: this.street.properties.version, ...fields }, text.edited);
    this.form.showState();
    if (answer) {
      if (this.sketch) this.page.finishSketch();
      this.open(answer.street.id);
    } else {
      this.anyway.hidden = this.page.problem.code !== "same_name";
    }
  }

  // --- What is done to it on the map --------------------------------------------------------------

  async redraw() {
    if (!(await this.page.mayLeave()) || !this.street) return;
    this.page.collapse();
    this.page.sheet.bringLineInView(this.street.geometry.coordinates);
    this.page.stage.enter(this.lineSketch(this.id));
  }

  lineSketch(id, points = this.page.network.street(id).geometry.coordinates) {
    const { text, acts, network } = this.page;
    const purpose = {
      kind: "line", id, closed: false, except: id, hint: text.drawOnHint, mendHint: text.mendHint,
      save: async (sketch) => {
        const { version } = network.street(id).properties;
        const answer = await acts.send(acts.url("line", id), { version, coordinates: sketch.draft.points }, text.redrawn);
        if (!answer) return;
        this.page.finishSketch();
        this.open(id);
      },
      givenUp: () => this.page.reopen(),
      changed: (sketch) => sketch.unsaved && this.page.keep(sketch),
    };
    return new Sketching(this.page, purpose, { points });
  }

  async split() {
    if (!(await this.page.mayLeave()) || !this.street) return;
    const { stage, acts, text } = this.page;
    const { id } = this;
    const cut = async (at) => {
      const { version } = this.page.network.street(id).properties;
      const answer = await acts.send(acts.url("split", id), { version, at }, text.cut);
      if (!answer) return;
      stage.leave();
      this.open(id);
    };
    stage.enter(new ChoosingCut(this.page, this.street, cut));
  }

  async join() {
    if (!(await this.page.mayLeave()) || !this.street) return;
    const { stage, acts, config, network, text } = this.page;
    const { id } = this;
    const join = async (other) => {
      const versions = [id, other].map((each) => network.street(each).properties.version);
      const body = { first: id, first_version: versions[0], second: other, second_version: versions[1] };
      const answer = await acts.send(config.urls.join, body, text.joined);
      if (!answer) return;
      stage.leave();
      this.open(answer.street.id);
    };
    stage.enter(new ChoosingSecond(this.page, this.street, join));
  }

  // Reversing and removing need nothing but the street; `what` says it afterwards.
  async act(name, what) {
    if (!(await this.page.mayLeave()) || !this.street) return;
    const { acts } = this.page;
    const { version } = this.street.properties;
    const answer = await acts.send(acts.url(name, this.id), { version }, what);
    if (answer && this.street) this.open(this.id);
    else if (answer) this.page.showStart();
  }

  pickParent() {
    const { stage } = this.page;
    const resume = this.sketch;
    const take = (id) => {
      if (resume) stage.enter(resume);
      this.form.chooseParent(id);
      byId("street-parent").focus();
    };
    stage.enter(new ChoosingParent(this.page, this.street, take, () => resume && stage.enter(resume)));
  }
}
