// Drawing and mending one line or ring. First each tap adds a point; when that is done the points can be dragged.
// What has been drawn stays until it is saved or given up, and what was given up can be fetched back.
import { Draft } from "./draft.js";
import { SketchView } from "./sketch_view.js";

const REACH = matchMedia("(pointer: coarse)").matches ? 20 : 12; // pixels within which a point snaps
const SAME_PLACE = 4; // pixels: a second tap so near the last point is a double tap

export class Sketching {
  // `purpose`: { closed, except, hint, mendHint, save(sketch) or null, done(sketch), given_up(sketch) }.
  // `points` that are there already are mended at once, unless `adding`.
  constructor(page, purpose, { points = [], adding = points.length === 0 } = {}) {
    this.page = page;
    this.purpose = purpose;
    this.adding = adding;
    this.draft = new Draft({ points, closed: purpose.closed, changed: () => this.changed() });
  }

  get unsaved() {
    return this.draft.isTouched || (this.purpose.isNew && this.draft.points.length > 0);
  }

  begin() {
    const { map, text } = this.page;
    this.view = new SketchView(map, this.draft, { text, snapped: (point, index) => this.snapped(point, index) });
    map.doubleClickZoom.disable();
    this.movedByKey = true; // Enter adds the first point where the crosshair is
    this.setAdding(this.adding);
  }

  end() {
    const { map, bar } = this.page;
    this.view.remove();
    map.doubleClickZoom.enable();
    map.getContainer().classList.remove("choosing");
    bar.clear();
  }

  setAdding(adding) {
    this.adding = adding;
    this.page.map.getContainer().classList.toggle("choosing", adding);
    if (adding) {
      this.page.collapse();
      this.page.map.getContainer().focus({ preventScroll: true });
    }
    this.changed();
  }

  changed() {
    this.view.draw({ mending: !this.adding });
    this.showBar();
    this.purpose.changed?.(this);
  }

  showBar() {
    const { bar, text } = this.page;
    const enough = this.draft.isEnough;
    const back = { id: "sketch-back", label: text.stepBack, run: () => this.back(), disabled: !this.draft.isTouched };
    const cancel = { id: "sketch-cancel", label: text.cancel, run: () => this.giveUp() };
    if (this.adding) {
      bar.show(this.purpose.hint, [
        { id: "sketch-done", label: text.lineDone, run: () => this.finish(), disabled: !enough, primary: true },
        { id: "sketch-here", label: text.pointHere, run: () => this.place(this.page.map.getCenter()) },
        back,
        cancel,
      ]);
      return;
    }
    const save = this.purpose.save && {
      id: "sketch-save", label: text.saveLine, run: () => this.save(), disabled: !enough || !this.unsaved || this.saving, primary: true,
    };
    const more = { id: "sketch-more", label: text.drawOn, run: () => this.setAdding(true) };
    const hint = this.view.someHidden ? `${this.purpose.mendHint} ${text.comeNearer}` : this.purpose.mendHint;
    bar.show(hint, [save, more, back, cancel].filter(Boolean));
  }

  snapped(point, index = null) {
    const { map, network } = this.page;
    const { points, closed } = this.draft;
    // The first point of a ring, while it is drawn, closes it.
    const ends = closed && this.adding && index === null && points.length > 2 ? [points[0]] : [];
    return network.snapTargets.find(point, map.getZoom(), REACH, { except: this.purpose.except, ends, larger: true });
  }

  click(latlng) {
    if (this.adding) this.place(latlng);
  }

  doubleClick() {
    if (this.adding) this.finish();
  }

  place({ lng, lat }) {
    const { map } = this.page;
    const { points, closed } = this.draft;
    const found = this.snapped([lng, lat]);
    const at = found?.at ?? [lng, lat];
    const last = points[points.length - 1];
    const pixel = (point) => map.latLngToContainerPoint([point[1], point[0]]);
    const isNear = (point) => point && pixel(point).distanceTo(pixel(at)) < SAME_PLACE;
    this.movedByKey = false;
    if (isNear(last)) return;
    if (closed && points.length > 2 && isNear(points[0])) {
      this.finish();
      return;
    }
    this.page.problem.clear();
    this.draft.add(at);
    this.view.stretch(null);
  }

  hover({ lng, lat }) {
    if (!this.adding) return;
    const found = this.snapped([lng, lat]);
    this.view.showSnap(found);
    this.view.stretch(found?.at ?? [lng, lat]);
  }

  // By keyboard: where the crosshair stands, Enter adds a point; there once more, it ends the line.
  enter() {
    if (!this.adding) return;
    if (this.movedByKey) this.place(this.page.map.getCenter());
    else this.finish();
  }

  key(event) {
    if (event.key === "Escape") this.giveUp();
    else if (event.key === "Backspace" || event.key === "Delete") this.back();
    else return false;
    return true;
  }

  rested() {
    this.view.placeHandles();
    this.showBar();
  }

  panned() {
    this.movedByKey = true;
    this.hover(this.page.map.getCenter());
  }

  back() {
    this.draft.back();
    this.view.stretch(null);
    this.view.showSnap(null);
  }

  finish() {
    const { notices, text } = this.page;
    if (!this.draft.isEnough) {
      notices.done(this.draft.closed ? text.threePoints : text.twoPoints);
      return;
    }
    this.view.showSnap(null);
    this.setAdding(false);
    this.purpose.done?.(this);
  }

  async save() {
    this.saving = true;
    this.showBar();
    await this.purpose.save(this);
    this.saving = false;
    if (this.page.stage.mode === this) this.showBar();
  }

  giveUp() {
    const { stage, notices, text } = this.page;
    const wasUnsaved = this.unsaved;
    stage.leave();
    this.page.forget();
    this.purpose.givenUp?.(this);
    if (wasUnsaved) notices.done(text.givenUp, { label: text.fetchBack, run: () => this.fetchBack() });
  }

  async fetchBack() {
    const { stage, notices } = this.page;
    if (!(await this.page.mayLeave())) return;
    notices.hideToast();
    stage.enter(this);
    this.purpose.resumed?.(this);
  }
}
