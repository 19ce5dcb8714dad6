// What goes over the wire between a client and the gateway.

/**
 * A fetch that writes down each exchange: method, url, request headers, body, response status, type, and its `text`, to
 * be awaited. With an `origin` the requests look as a browser sends them for a page of that origin.
 */
export function tapped(origin) {
  const wire = [];
  async function fetchAndNote(url, options = {}) {
    const headers = new Headers(options.headers);
    if (origin) headers.set("origin", origin);
    const answer = await fetch(url, { ...options, headers });
    wire.push({
      method: options.method ?? "GET",
      url: String(url),
      headers,
      body: options.body ? JSON.parse(options.body) : null,
      status: answer.status,
      type: answer.headers.get("content-type").split(";")[0],
    });
    return answer;
  }
  return { wire, fetch: fetchAndNote };
}

/**
 * Does `write` again and again until `heard` is settled, and returns what was heard. A listener cannot tell when it is
 * listened to, so that the first of several changes may be too early for it.
 */
export async function writeUntil(heard, write) {
  let over = false;
  const first = heard.finally(() => {
    over = true;
  });
  for (let turn = 0; !over; turn += 1) {
    await write(turn);
    await Promise.race([first, new Promise((wake) => setTimeout(wake, 100))]);
  }
  return first;
}
