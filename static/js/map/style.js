// How the map looks: colours from the stylesheet, so that light and dark are decided there.
/* global protomapsL */

const FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
// protomaps-leaflet gives the zoom of the screen; a tile's data zoom is one less.
const DOT_RADIUS = [[14, 1.8], [15, 2.6], [16, 3.6], [17, 4.6], [18, 5.6], [20, 8]];
// Pixels at zoom 16 by width class; of a width that nobody knows, by kind.
const STREET_WIDTHS = [0, 1.4, 2, 3, 4.5, 6];
const USUAL_WIDTH = { road: 4, street: 4, ngo: 2, kiet: 2, hem: 2, ngach: 1 };
const RING = [[14, 0.7], [15, 1], [17, 1.5], [20, 2]];

// A canvas draws black with a colour that it does not know: a page without the map's stylesheet is told at once.
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => {
    const value = style.getPropertyValue(`--${name}`).trim();
    if (!value) throw new Error(`The stylesheet of the map is missing: there is no --${name}.`);
    return value;
  };
  return {
    ground: named("map-ground"),
    land: named("map-land"),
    line: named("map-line"),
    village: named("map-village"),
    street: named("map-street"),
    streetEdge: named("map-street-edge"),
    text: named("map-text"),
    halo: named("map-halo"),
    house: named("map-house"),
    bare: named("map-bare"),
    onHouse: named("map-on-house"),
  };
}

const ofKind = (kind) => (_zoom, feature) => feature.props.kind === kind;

function outlineOf(kind, minzoom, symbolizer) {
  return { dataSource: "units", dataLayer: "outline", minzoom, filter: ofKind(kind), symbolizer };
}

export function paintRules(colour, { hasBaseMap }) {
  const { PolygonSymbolizer, LineSymbolizer, CircleSymbolizer } = protomapsL;
  const land = new PolygonSymbolizer({ fill: colour.land, opacity: hasBaseMap ? 0 : 1 });
  const line = (color, width) => new LineSymbolizer({ color, width, lineJoin: "round" });
  const radius = protomapsL.linear(DOT_RADIUS);
  const ring = protomapsL.linear(RING);
  return [
    outlineOf("province", 0, land),
    outlineOf("commune", 0, land),
    outlineOf("village", 12, line(colour.village, 1)),
    ...streets(colour),
    outlineOf("commune", 8, line(colour.line, protomapsL.linear([[9, 0.7], [12, 1.5], [16, 2.5]]))),
    outlineOf("province", 0, line(colour.line, 2)),
    {
      dataSource: "houses",
      dataLayer: "grid",
      symbolizer: new CircleSymbolizer({
        radius: (_zoom, feature) => markRadius(feature.props.houses),
        fill: colour.house,
        opacity: 0.88,
        stroke: colour.halo,
        width: 1.5,
      }),
    },
    {
      dataSource: "houses",
      dataLayer: "house",
      symbolizer: new CircleSymbolizer({
        radius,
        fill: (_zoom, feature) => (feature.props.plate ? colour.house : colour.bare),
        stroke: colour.house,
        width: ring,
      }),
    },
  ];
}

// A street is a light line in a darker casing; all casings come first, so that crossings stay open.
function streets(colour) {
  const { LineSymbolizer } = protomapsL;
  const rule = (color, more) => ({
    dataSource: "streets",
    dataLayer: "street",
    minzoom: 13,
    symbolizer: new LineSymbolizer({
      color,
      width: (zoom, feature) => streetWidth(zoom, feature.props) + more,
      lineCap: "round",
      lineJoin: "round",
      perFeature: true,
    }),
  });
  return [rule(colour.streetEdge, 1.6), rule(colour.street, 0)];
}

function streetWidth(zoom, { kind, width }) {
  const at16 = STREET_WIDTHS[width || USUAL_WIDTH[kind]] ?? 2;
  return Math.max(0.8, at16 * 1.5 ** (zoom - 16));
}

function markRadius(houses) {
  return Math.min(16, 9 + 2.4 * Math.log10(houses));
}

export function labelRules(colour, language) {
  const { CenteredTextSymbolizer, LineLabelSymbolizer, OffsetTextSymbolizer } = protomapsL;
  const short = new Intl.NumberFormat(language, { notation: "compact" });
  const name = (fontSize, fontWeight) =>
    new CenteredTextSymbolizer({
      labelProps: ["name"],
      fill: colour.text,
      stroke: colour.halo,
      width: 2,
      fontFamily: FONT,
      fontSize,
      fontWeight,
      lineHeight: 1.3,
    });
  const named = (kind, minzoom, maxzoom, symbolizer) => ({
    dataSource: "units", dataLayer: "name", minzoom, maxzoom, filter: ofKind(kind), symbolizer,
  });
  return [
    {
      dataSource: "houses",
      dataLayer: "grid",
      symbolizer: new Written(
        (props) => short.format(props.houses),
        new CenteredTextSymbolizer({ fill: colour.onHouse, fontFamily: FONT, fontSize: 11, fontWeight: 700 }),
      ),
    },
    named("commune", 10, 13, name(15, 700)),
    named("province", 6, 9, name(16, 700)),
    named("village", 14, 18, name(13, 600)),
    {
      dataSource: "streets",
      dataLayer: "name",
      minzoom: 16,
      symbolizer: new LineLabelSymbolizer({
        labelProps: ["name"],
        fill: colour.text,
        stroke: colour.halo,
        width: 2,
        fontFamily: FONT,
        fontSize: (zoom) => (zoom < 18 ? 11 : 13),
        fontWeight: 600,
        position: 2,
        repeatDistance: 600,
      }),
    },
    {
      dataSource: "houses",
      dataLayer: "house",
      minzoom: 16,
      symbolizer: new OffsetTextSymbolizer({
        labelProps: ["number"],
        fill: colour.text,
        stroke: colour.halo,
        width: 1.5,
        fontFamily: FONT,
        fontSize: (zoom) => (zoom < 18 ? 12 : 14),
        fontWeight: 600,
        offsetX: 6,
        offsetY: 4,
      }),
    },
  ];
}

// A label whose text is made from the feature, because the library writes only attributes that are text.
class Written {
  constructor(text, symbolizer) {
    this.text = text;
    this.symbolizer = symbolizer;
  }

  place(layout, geometry, feature) {
    return this.symbolizer.place(layout, geometry, { ...feature, props: { name: this.text(feature.props) } });
  }
}
