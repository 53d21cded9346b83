// Draws a list anew without taking from under a finger what stands there already.

// A box gets these nodes for children, texts among them. One that it has already, by all that is seen and where it leads, stays the
// node that it is: a button or a link that is put there again between touch and lifting is never pressed.
export function put(box, nodes) {
  const before = [...box.childNodes];
  const wanted = nodes.filter((one) => one !== "").map((one) => {
    const node = typeof one === "string" ? document.createTextNode(one) : one;
    const place = before.findIndex((old) => old.isEqualNode(node));
    return place < 0 ? node : before.splice(place, 1)[0];
  });
  // What is gone goes first, so that what stays need not be moved past it.
  for (const old of before) old.remove();
  wanted.forEach((node, place) => {
    if (box.childNodes[place] !== node) box.insertBefore(node, box.childNodes[place] ?? null);
  });
}
