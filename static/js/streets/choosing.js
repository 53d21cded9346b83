// Modes in which one place or street is chosen on the map: where to cut, what to join, what an alley leaves.
import { filled } from "../map/elements.js";
import { nearestOn } from "./geometry.js";
import { pixelsPerDegree } from "./snapping.js";

// How near in pixels a tap must be to a street to mean it.
export const TAP_REACH = matchMedia("(pointer: coarse)").matches ? 26 : 14;

class Choosing {
  constructor(page) {
    this.page = page;
    this.unsaved = false;
  }

  begin() {
    const { map } = this.page;
    map.getContainer().classList.add("choosing");
    this.page.collapse();
    map.getContainer().focus({ preventScroll: true });
    this.showBar();
  }

  end() {
    const { map, bar } = this.page;
    map.getContainer().classList.remove("choosing");
    bar.clear();
  }

  enter() {
    this.click(this.page.map.getCenter());
  }

  key(event) {
    if (event.key !== "Escape") return false;
    this.cancel();
    return true;
  }

  cancel() {
    this.page.stage.leave();
    this.page.reopen();
  }

  cancelButton() {
    return { id: "choose-cancel", label: this.page.text.cancel, run: () => this.cancel() };
  }
}

// Where `street` is to be cut. `cut(at)` does it.
export class ChoosingCut extends Choosing {
  constructor(page, street, cut) {
    super(page);
    Object.assign(this, { street, cut });
  }

  showBar() {
    const { bar, text } = this.page;
    const button = { id: "choose-cut", label: text.cutHere, run: () => this.cut(this.at), disabled: !this.at, primary: true };
    bar.show(this.at ? text.cutChosen : text.chooseCut, [button, this.cancelButton()]);
  }

  nearest({ lng, lat }) {
    return nearestOn(this.street.geometry.coordinates, [lng, lat], pixelsPerDegree(this.page.map.getZoom(), lat));
  }

  click(latlng) {
    const { notices, text, snapMark } = this.page;
    const found = this.nearest(latlng);
    if (found.distance > 2 * TAP_REACH) {
      notices.done(text.cutOnLine);
      return;
    }
    this.at = found.at;
    snapMark.show({ at: this.at, kind: "cut" });
    this.showBar();
  }

  hover(latlng) {
    if (this.at) return;
    const found = this.nearest(latlng);
    this.page.snapMark.show(found.distance <= 2 * TAP_REACH ? { at: found.at, kind: "line" } : null);
  }

  panned() {
    if (!this.at) this.hover(this.page.map.getCenter());
  }

  end() {
    super.end();
    this.page.snapMark.show(null);
  }
}

// The second street of a join, chosen on the map or in the list. `join(id)` does it.
export class ChoosingSecond extends Choosing {
  constructor(page, street, join) {
    super(page);
    Object.assign(this, { street, join });
  }

  showBar() {
    const { bar, text, network } = this.page;
    const other = network.street(this.second);
    const hint = other
      ? filled(text.joinChosen, { first: this.street.properties.calledHere, second: other.properties.calledHere })
      : text.chooseSecond;
    const button = { id: "choose-join", label: text.joinThem, run: () => this.join(this.second), disabled: !other, primary: true };
    bar.show(hint, [button, this.cancelButton()]);
  }

  click(latlng) {
    const id = this.page.streetAt(latlng, { except: this.street.id });
    if (id) this.choose(id);
  }

  choose(id) {
    if (id === this.street.id) return;
    this.second = id;
    this.page.selection.show({ street: this.street.id, second: id });
    this.showBar();
  }
}

// Which street an alley leaves. `take(id)` writes it into the form; `cancelled()` follows when none was chosen.
export class ChoosingParent extends Choosing {
  constructor(page, street, take, cancelled) {
    super(page);
    Object.assign(this, { street, take, cancelled });
  }

  cancel() {
    super.cancel();
    this.cancelled();
  }

  showBar() {
    this.page.bar.show(this.page.text.chooseParent, [this.cancelButton()]);
  }

  click(latlng) {
    const id = this.page.streetAt(latlng, { except: this.street?.id });
    if (id) this.choose(id);
  }

  choose(id) {
    if (id === this.street?.id) return;
    this.page.stage.leave();
    this.page.reopen();
    this.take(id);
  }
}
