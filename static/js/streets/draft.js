// What is being drawn: points [lng, lat] in order, an open line or a closed ring. Every step can be taken back.
// Pure: sketch_view.js shows it.

const SAME = 1e-9; // degrees: a tenth of a millimetre

export class Draft {
  constructor({ points = [], closed = false, changed = () => {} } = {}) {
    this.points = points.map((point) => [...point]);
    this.closed = closed;
    this.changed = changed;
    this.earlier = [];
  }

  get isEnough() {
    return this.points.length >= (this.closed ? 3 : 2);
  }

  get isTouched() {
    return this.earlier.length > 0;
  }

  // A second tap on the last point is a double tap, not another point.
  add(point) {
    const last = this.points[this.points.length - 1];
    if (last && Math.abs(last[0] - point[0]) < SAME && Math.abs(last[1] - point[1]) < SAME) return false;
    this.change((points) => points.push(point));
    return true;
  }

  insert(index, point) {
    this.change((points) => points.splice(index, 0, point));
  }

  move(index, point) {
    this.change((points) => (points[index] = point));
  }

  // The last two points of a line, or three of a ring, stay: without them there is nothing left to mend.
  remove(index) {
    if (this.points.length <= (this.closed ? 3 : 2)) return false;
    this.change((points) => points.splice(index, 1));
    return true;
  }

  back() {
    if (!this.isTouched) return false;
    this.points = this.earlier.pop();
    this.changed();
    return true;
  }

  change(how) {
    this.earlier.push(this.points);
    this.points = [...this.points];
    how(this.points);
    this.changed();
  }
}
