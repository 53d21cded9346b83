// How the soil is drawn: the colours of classes and symbols are the catalogue's, the rest comes from the stylesheet.
/* global protomapsL */
import { classOf } from "./choice.js";
import { wellInside } from "./inside.js";

const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const RADIUS = [[10, 1.6], [12, 2.4], [14, 4.2], [16, 6.5], [18, 9]];
const TEXT_FROM = 15;
const MOST_MORE_DIGITS = 6; // as soil_map/classes.py
const LEAST_WIDTH = 24; // pixels of a polygon that a symbol needs

export function soilColours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: named("map-text"),
    halo: named("map-halo"),
    edge: named("soil-edge"),
    ring: named("soil-ring"),
    unclassed: named("soil-unclassed"),
    hidden: named("soil-hidden"),
    };
}

// A line of a polygon's own colour closes the hair between neighbours that were each drawn with smooth edges.
function filledBy(colourOf, edge, edgeWidth) {
  const { PolygonSymbolizer, LineSymbolizer } = protomapsL;
  const fill = (_zoom, feature) => colourOf(feature.props);
  const rules = [new PolygonSymbolizer({ fill, stroke: fill, width: 0.7, perFeature: true })];
  if (edgeWidth) rules.push(new LineSymbolizer({ color: edge, width: edgeWidth, lineJoin: "round" }));
  return rules;
}

const painted = (dataLayer, symbolizers) => symbolizers.map((symbolizer) => ({ dataSource: "soil", dataLayer, symbolizer }));

// `isNamed`: whether nothing lies over the units, so that their symbols can be read.
export function unitRules(colour, map, isNamed) {
  const colours = new Map(map.symbols.map((each) => [each.symbol, each.colour]));
  const paintRules = painted("unit", filledBy(({ symbol }) => colours.get(symbol) ?? colour.unclassed, colour.edge, 1));
  const label = new protomapsL.CenteredTextSymbolizer({
    labelProps: ["symbol"], fill: colour.text, stroke: colour.halo, width: 2, fontFamily: FONT, fontSize: 13, fontWeight: 700,
  });
  const symbols = { dataSource: "soil", dataLayer: "unit", minzoom: 12, symbolizer: new Inside(label) };
  return { paintRules, labelRules: isNamed ? [symbols] : [] };
}

export function zoneRules(colour, scheme) {
  const colours = new Map(scheme.classes.map((each) => [each.rank, each.colour]));
  return { paintRules: painted("zone", filledBy(({ rank }) => colours.get(rank) ?? colour.unclassed, colour.edge, 0.8)), labelRules: [] };
}

// A point has the colour of its class. One whose place is coarsened has no value: an open circle, larger, since it lies
// somewhere around there.
export function pointRules(colour, layer, language) {
  // Tiles round values, but to more digits where fewer would put one in another class.
  const number = { minimumFractionDigits: layer.decimals, maximumFractionDigits: layer.decimals + MOST_MORE_DIGITS };
  const classColour = ({ value }) => classOf(layer.scheme, value)?.colour ?? colour.unclassed;
  const paintRules = [{ dataSource: "soil", dataLayer: "sample", symbolizer: new Dot(colour, classColour) }];
  const { OffsetTextSymbolizer } = protomapsL;
  const label = new OffsetTextSymbolizer({
    labelProps: ["text"], fill: colour.text, stroke: colour.halo, width: 2, fontFamily: FONT, fontSize: 12, fontWeight: 700, offsetX: 8, offsetY: 5,
  });
  return {
    paintRules,
    labelRules: [
      {
        dataSource: "soil", dataLayer: "sample", minzoom: TEXT_FROM,
        symbolizer: new Written(({ value }) => (typeof value === "number" ? value.toLocaleString(language, number) : ""), label),
      },
    ],
  };
}

// A disc inside a dark ring inside a light one, which stands out on any ground; whole before the next is drawn.
class Dot {
  constructor(colour, fillOf) {
    this.colour = colour;
    this.fillOf = fillOf;
    this.radius = protomapsL.linear(RADIUS);
  }

  draw(context, [[at]], zoom, { props }) {
    const radius = this.radius(zoom);
    const disc = (size, fill) => {
      context.fillStyle = fill;
      context.beginPath();
      context.arc(at.x, at.y, size, 0, 2 * Math.PI);
      context.fill();
    };
    context.globalAlpha = 1;
    if (typeof props.value !== "number") {
      disc(radius * 1.6, this.colour.hidden);
      context.strokeStyle = this.colour.text;
      context.lineWidth = 1.4;
      context.setLineDash([3, 2]);
      context.stroke();
      context.setLineDash([]);
      return;
    }
    disc(radius + 2, this.colour.halo);
    disc(radius + 1, this.colour.ring);
    disc(radius, this.fillOf(props));
  }
}

// A label whose text is made from the feature; nothing where there is none.
class Written {
  constructor(text, symbolizer) {
    this.text = text;
    this.symbolizer = symbolizer;
  }

  place(layout, geometry, feature) {
    const text = this.text(feature.props);
    return text ? this.symbolizer.place(layout, geometry, { ...feature, props: { text } }) : undefined;
  }
}

// A label well inside its polygon, and none where the polygon is too narrow for it.
class Inside {
  constructor(symbolizer) {
    this.symbolizer = symbolizer;
  }

  place(layout, geometry, feature) {
    const place = wellInside(geometry, LEAST_WIDTH);
    if (!place) return undefined;
    const at = geometry[0][0].clone();
    [at.x, at.y] = [place.x, place.y];
    return this.symbolizer.place(layout, [[at]], feature);
  }
}
