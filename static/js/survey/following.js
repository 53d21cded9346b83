// Screens that are drawn anew when something tells "changed".

import { Closed, NoRoom, Superseded } from "./store.js";

// Whether what was kept cannot be read or written now, for a reason of its database's.
export const isOfDatabase = (error) => [NoRoom, Closed, Superseded].some((kind) => error instanceof kind);

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
