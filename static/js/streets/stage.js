// What the map is used for at the moment: taps and keys on it go to one mode, or to `idle` when there is none.

const TYPING = "input, select, textarea, dialog";
const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

export class Stage {
  constructor(map, idle) {
    this.map = map;
    this.idle = idle;
    this.mode = null;
    const container = map.getContainer();
    let byKeys = false; // the map is moved by arrow keys, so that the crosshair in its middle counts
    map.on("click", ({ latlng }) => this.current.click?.(latlng));
    map.on("dblclick", () => this.current.doubleClick?.());
    map.on("mousemove", ({ latlng }) => this.current.hover?.(latlng));
    map.on("moveend", () => {
      this.current.rested?.();
      if (byKeys) this.current.panned?.();
    });
    container.addEventListener("pointerdown", () => (byKeys = false));
    container.addEventListener("keydown", (event) => {
      if (event.target !== container) return;
      if (ARROWS.has(event.key)) byKeys = true;
      if (event.key !== "Enter") return;
      event.preventDefault(); // the field that gets the focus now must not take this key for its own
      this.current.enter?.();
    });
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || !this.mode || event.target.closest?.(TYPING)) return;
      if (this.mode.key?.(event)) event.preventDefault();
    });
  }

  get current() {
    return this.mode ?? this.idle;
  }

  enter(mode) {
    this.leave();
    this.mode = mode;
    mode.begin();
  }

  leave() {
    const { mode } = this;
    this.mode = null;
    mode?.end();
  }
}
