// The button that scans a plate and opens its house, among the houses of all villages of a round that lie on the phone.
// {act, end}: the screen that has the button calls end() when it is left, by the way back too, so that no camera stays on.
import { actOf } from "./acts.js";
import { Scanner } from "./scanner.js";
import { addressOf } from "./addresses.js";

export function scanAct(app, round) {
  let scanner = null;
  let isLeft = false;
  const act = actOf(app.words.scan, async () => {
    const packs = (await app.keeping.packs.all()).filter((pack) => pack.round === round);
    const houses = (await Promise.all(packs.map((pack) => app.keeping.houses.of(round, pack.village)))).flat();
    // Where a village was taken along before packs told of plates, the place says which house it is.
    const plates = packs.every((pack) => pack.plates) ? new Map(packs.flatMap((pack) => Object.entries(pack.plates))) : null;
    if (isLeft) return undefined;
    scanner = new Scanner({
      houses, plates, words: app.words, files: app.files, load: (name) => app.load(name),
      found: (row) => app.go(addressOf("house", round, row.house)),
      closed: () => act.focus(),
    });
    return scanner.run();
  });
  const end = () => {
    isLeft = true;
    scanner?.close();
  };
  return { act, end };
}
