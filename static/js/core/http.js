// The only place that calls fetch. A network that failed and a server that refused are different errors,
// because the person does different things about them.

export class NetworkError extends Error {}

export class Refused extends Error {
  constructor(status, code, sentence) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}

function csrfToken() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

async function send(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", redirect: "error", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NetworkError(url);
  }
  const isJson = (response.headers.get("content-type") || "").startsWith("application/json");
  const body = isJson ? await response.json() : null;
  if (!response.ok) throw new Refused(response.status, body?.code ?? "", body?.error ?? "");
  return body;
}

export function getJson(url, { signal } = {}) {
  return send(url, { headers: { Accept: "application/json" }, signal });
}

export function postJson(url, data) {
  return send(url, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(data),
  });
}
