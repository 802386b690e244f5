// Requests to the emulator's control addresses.

export const API = "/emulator/v1";

/** A body is an object to be written as JSON, or a form. */
export async function request(method, path, body) {
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await fetch(API + path, {
    method,
    headers: isJson ? { "Content-Type": "application/json" } : {},
    body: isJson ? JSON.stringify(body) : body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(refusal(text) ?? `The emulator answered ${response.status}.`);
  return text === "" ? null : JSON.parse(text);
}

/** The reason in an error's body, when it is one of ours and not, say, a proxy's page. */
function refusal(text) {
  try {
    const { error } = JSON.parse(text);
    return typeof error === "string" ? error : error?.message;
  } catch {
    return undefined;
  }
}

export const customerPath = (id) => `/customers/${encodeURIComponent(id)}`;
