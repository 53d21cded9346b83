// The only place that calls fetch. A network that failed and a server that refused are different errors,
// because the person does different things about them.

export class NetworkError extends Error {}

export class Refused extends Error {
  // `place` is [lng, lat] where what is wrong lies somewhere on the map; `problems` are those of a text, by line.
  constructor(status, code, sentence, place = null, problems = []) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.place = place;
    this.problems = problems;
  }
}

function csrfToken() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

async function answer(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NetworkError(url);
  }
  if (response.ok) return response;
  const body = isJson(response) ? await response.json() : null;
  throw new Refused(response.status, body?.code ?? "", body?.error ?? "", body?.place ?? null, body?.problems ?? []);
}

function isJson(response) {
  return (response.headers.get("content-type") || "").startsWith("application/json");
}

async function send(url, options) {
  const response = await answer(url, options);
  return isJson(response) ? response.json() : null;
}

export function getJson(url, { signal } = {}) {
  return send(url, { headers: { Accept: "application/json" }, signal });
}

export async function getBytes(url, { signal } = {}) {
  const response = await answer(url, { headers: { Accept: "application/json, */*" }, signal });
  return response.arrayBuffer();
}

export function postJson(url, data, { signal } = {}) {
  return send(url, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
    signal,
  });
}

// Post JSON and get a picture back, as a Blob.
export async function postForPicture(url, data, { signal } = {}) {
  const response = await answer(url, {
    method: "POST",
    headers: { Accept: "application/json, image/*", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
    signal,
  });
  return response.blob();
}
