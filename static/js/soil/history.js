// A place over the campaigns: a small line of the values by one method, and the same as a list.
import { element } from "../map/elements.js";
import { svg } from "./svg.js";

const [WIDTH, HEIGHT, PAD] = [320, 72, 12];

export function timeline(history, layer, { text, legend }) {
  if (!layer || history.length < 2) return [];
  const name = layer.method_name;
  const same = history.filter((each) => each.method_name === name && typeof each.value === "number");
  const inTime = [...same].sort((a, b) => (a.started_on < b.started_on ? -1 : 1));
  const rows = [...history].sort((a, b) => (a.started_on < b.started_on ? 1 : -1)).map((each) =>
    element(
      "li", {},
      element("span", {}, each.campaign, each.method_name === name ? null : element("small", {}, ` ${each.method_name}`)),
      element("strong", { class: "class-area" }, each.text),
    ),
  );
  return [
    element(
      "section", {},
      element("h3", {}, text.history),
      inTime.length > 1 ? line(inTime, layer, legend) : null,
      element("ul", { class: "classes history" }, ...rows),
    ),
  ];
}

function line(points, { decimals }, legend) {
  const days = points.map(({ started_on: day }) => Date.parse(day));
  const values = points.map(({ value }) => value);
  const [first, last] = [days[0], days.at(-1)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (day) => PAD + 8 + ((WIDTH - 2 * PAD - 16) * (day - first)) / (last - first || 1);
  const y = (value) => HEIGHT - 22 - ((HEIGHT - 44) * (value - low)) / (high - low || 1);
  const at = points.map(({ value }, index) => [x(days[index]), y(value)]);
  const picture = svg("svg", { class: "timeline", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  picture.append(svg("polyline", { points: at.map((place) => place.join(",")).join(" ") }));
  at.forEach(([left, top], index) => {
    const anchor = index === 0 ? "start" : index === at.length - 1 ? "end" : "middle";
    const edge = index === 0 ? left - 5 : index === at.length - 1 ? left + 5 : left;
    picture.append(
      svg("circle", { cx: left, cy: top, r: 4 }),
      svg("text", { x: edge, y: top - 8, "text-anchor": anchor, class: "timeline-value" }, legend.number(values[index], decimals)),
      svg("text", { x: edge, y: HEIGHT - 3, "text-anchor": anchor }, points[index].started_on.slice(0, 4)),
    );
  });
  return picture;
}
