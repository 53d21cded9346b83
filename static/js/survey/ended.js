// That a village is no longer its person's to walk, said on every screen of it: what is still done there may not be taken.

import { element } from "../map/elements.js";

// A part of a screen that follows what the server says; `end()` when the screen is left.
export async function endedPart({ keeping, sync }, round, village) {
  const box = element("p", { class: "notice warn", role: "status", hidden: true });
  const draw = async () => {
    const said = (await keeping.packs.get(round, village))?.ended ?? "";
    box.hidden = said === "";
    if (box.textContent !== said) box.textContent = said;
  };
  await draw();
  return { element: box, end: sync.follow(draw) };
}
