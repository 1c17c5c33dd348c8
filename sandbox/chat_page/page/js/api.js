// The control API, and the stream of what happens.

/** fetch(), whose failure is known as one: its words are the browser's, in the browser's language. */
async function call(...request) {
  try {
    return await fetch(...request);
  } catch (error) {
    throw Object.assign(error, { unreachable: true });
  }
}

async function read(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(typeof body.error === "string" ? body.error : response.statusText);
  return body;
}

/** GET /api/… */
export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return read(await call(`/api/${path}?${new URLSearchParams(given)}`));
}

/** POST /api/… with JSON. */
export async function post(path, body) {
  const headers = { "content-type": "application/json" };
  return read(await call(`/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Sends a message with files. */
export async function postFiles(payload, files) {
  const form = new FormData();
  form.append("payload", JSON.stringify(payload));
  for (const file of files) form.append("files", file, file.name);
  return read(await call("/api/messages", { method: "POST", body: form }));
}

/** Follows the sandbox; the browser reconnects by itself and says what it saw last. */
export function follow(after, onevent, onconnection) {
  const source = new EventSource(`/api/events?after=${after}`);
  source.onopen = () => onconnection(true);
  source.onerror = () => onconnection(false);
  source.onmessage = (message) => onevent(JSON.parse(message.data));
  return source;
}
