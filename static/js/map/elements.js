// Small ways to fill the page with nodes, never with markup in text.

export function byId(id) {
  return document.getElementById(id);
}

// element("a", { href: "/", class: "x" }, "text", node, …)
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

// "còn %(distance)s mét" with { distance: 5 }: the strings come from the server, translated. "%%" is a percent sign.
export function filled(text, values) {
  return text.replace(/%\((\w+)\)s|%%/g, (_whole, name) => (name ? values[name] : "%"));
}
