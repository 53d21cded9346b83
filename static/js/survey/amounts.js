// Sizes, times and days as people read them.

export function sizeOf(bytes, language) {
  const [size, unit] = bytes < 1e6 ? [Math.max(bytes / 1e3, 1), "kB"] : bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: unit === "kB" ? 0 : 1 }).format(size)} ${unit}`;
}

// The code of a house as plates and desks write it: 229-248-922.
export function codeOf(code) {
  return (code ?? "").replace(/(\d{3})(?=\d)/g, "$1-");
}

const DAY = { day: "2-digit", month: "2-digit", year: "numeric" };

export function timeOf(text, language) {
  return new Intl.DateTimeFormat(placeOf(language), { ...DAY, hour: "2-digit", minute: "2-digit" }).format(new Date(text));
}

export function dayOf(text, language) {
  return new Intl.DateTimeFormat(placeOf(language), { ...DAY, timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
}

// Day before month in English too: here nobody would read 12/11 as the eleventh of December.
function placeOf(language) {
  return language === "en" ? "en-GB" : language;
}

// "365 days": in days from two on, else in hours, else in minutes.
export function spanOf(ms, language) {
  const steps = [["day", 86_400_000, 2], ["hour", 3_600_000, 2], ["minute", 60_000, 0]];
  const [unit, length] = steps.find(([, one, least]) => ms >= least * one);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(ms / length));
}
