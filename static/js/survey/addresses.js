// Addresses of screens, after the page's own: "#/village/<round>/<village>".

export function addressOf(name, ...parts) {
  return `#/${[name, ...parts].map(encodeURIComponent).join("/")}`;
}

// "#/village/a/b" → {name: "village", parts: ["a", "b"]}
export function read(hash) {
  const [name, ...parts] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { name, parts };
}
