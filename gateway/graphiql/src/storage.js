// What the page keeps in the browser. GraphiQL's history would keep headers as well: here it does not.

const PREFIX = "graphiql:";
const HISTORY = [`${PREFIX}queries`, `${PREFIX}favorites`];

function withoutHeaders(text) {
  return JSON.stringify(JSON.parse(text), (key, value) => (key === "headers" ? null : value));
}

// Whether somebody has been here before, who gets his own tabs back.
export function storesTabs() {
  return localStorage.getItem(`${PREFIX}tabState`) !== null;
}

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) =>
    localStorage.setItem(key, HISTORY.includes(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => keys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return keys().length;
  },
};
