// The ruler of a value: the classes of its scheme side by side, the value as a mark on them and its 95 % interval as a
// bar. Classes are equally wide, so that a narrow one can still be read; inside a class the scale is even.
import { svg } from "./svg.js";

const WIDTH = 320;
const TOP = 22;
const BAND = 18;
const HEIGHT = 58;

export function ruler({ scheme, value, low, high, decimals, language, label }) {
  const { classes } = scheme;
  const width = WIDTH / classes.length;
  const place = (number) => Math.min(WIDTH - 1, Math.max(1, along(classes, number) * width));
  const said = (number) => number.toLocaleString(language, { maximumFractionDigits: Math.max(decimals, 2) });
  const picture = svg("svg", { class: "ruler", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  classes.forEach((each, index) => {
    picture.append(svg("rect", { x: index * width + 0.5, y: TOP, width: width - 1, height: BAND, fill: each.colour }));
    if (index > 0) picture.append(svg("text", { x: index * width, y: HEIGHT - 3, class: "limit" }, said(each.from)));
  });
  if (low !== null && low !== undefined) {
    const [from, to] = [place(low), place(high)];
    picture.append(svg("rect", { x: from, y: TOP + BAND / 2 - 3, width: Math.max(2, to - from), height: 6, rx: 3, class: "interval" }));
  }
  const at = place(value);
  picture.append(
    svg("path", { d: `M${at} ${TOP + BAND + 1} V8`, class: "mark-line" }),
    svg("circle", { cx: at, cy: 8, r: 6, class: "mark" }),
  );
  return picture;
}

// How many classes lie below a value, with the part of its own; an open end is taken as wide as its neighbour.
export function along(classes, value) {
  const last = classes.length - 1;
  let index = 0;
  while (index < last && value >= classes[index + 1].from) index += 1;
  if (last === 0) return 0.5;
  const inner = (nth) => (nth > 0 && nth < last ? classes[nth + 1].from - classes[nth].from : null);
  const around = inner(index) ?? inner(index === 0 ? 1 : last - 1) ?? (Math.abs(classes[1].from) || 1);
  const from = index === 0 ? classes[1].from - around : classes[index].from;
  return index + Math.min(1, Math.max(0, (value - from) / around));
}
