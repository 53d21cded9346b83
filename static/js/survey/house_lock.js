// A house is open in one tab at a time: two forms of one draft would each write over what was typed in the other.

const CHANNEL = "sonha-survey-houses";
const PAGE_GOES_MS = 600; // a page that is left or loaded again lets go a moment later
const TAB_GIVES_MS = 3_000; // the other tab writes down what is typed there

// The name of a house's lock on the phone of `person`.
export const lockOfHouse = ({ id }, round, house) => `sonha-survey-${id}-${round}/${house}`;

// Takes the lock `name`; returns how to let go of it, or null where another tab has it. `takesOver` asks that tab for it
// first; `asked()` is called when another asks for ours.
export async function holdHouse(name, { takesOver = false, asked }) {
  if (!navigator.locks) return () => {}; // a browser of before 2022
  const channel = new BroadcastChannel(CHANNEL);
  if (takesOver) channel.postMessage(name);
  const release = await lockOf(name, takesOver ? TAB_GIVES_MS : PAGE_GOES_MS);
  if (release === null) {
    channel.close();
    return null;
  }
  channel.addEventListener("message", ({ data }) => data === name && asked());
  return () => {
    channel.close();
    release();
  };
}

function lockOf(name, patience) {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), patience);
  return new Promise((resolve) => {
    const hold = () => {
      clearTimeout(timer);
      return new Promise((release) => resolve(release));
    };
    navigator.locks.request(name, { signal: given.signal }, hold).catch(() => resolve(null)); // it took too long
  });
}
