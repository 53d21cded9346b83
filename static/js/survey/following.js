// Screens that are drawn anew when something tells "changed", and what is said where the database does not let them.

import { Closed, NoRoom, Superseded } from "./store.js";

const SENTENCES = [[NoRoom, "noRoomHere"], [Closed, "databaseClosed"], [Superseded, "pageIsOld"]];

// Whether what was kept cannot be read or written now, for a reason of its database's.
export const isOfDatabase = (error) => SENTENCES.some(([kind]) => error instanceof kind);

// What is said of that where somebody has pressed something; of any other error, which is thrown on, nothing.
export function sentenceOf(error, words) {
  if (!isOfDatabase(error)) throw error;
  return words[SENTENCES.find(([kind]) => error instanceof kind)[1]];
}

// `draw()` after each change of a target, until what is returned is called. What cannot be read then is drawn after the next one:
// notices.js says why.
export function follow(target, draw) {
  const drawn = async () => {
    try {
      await draw();
    } catch (error) {
      if (!isOfDatabase(error)) throw error;
    }
  };
  target.addEventListener("changed", drawn);
  return () => target.removeEventListener("changed", drawn);
}

// A screen's first drawing, `draw()`, of which the `ends` are called where it fails: such a screen is never shown, and nobody leaves it.
export async function drawnFirst(draw, ends) {
  try {
    await draw();
  } catch (error) {
    for (const end of ends) end();
    throw error;
  }
}
