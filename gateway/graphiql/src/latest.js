// What the panel shows: the operation that was run last.
import { useSyncExternalStore } from "react";

let latest = null;
const listeners = new Set();

export function publish(run) {
  latest = run;
  for (const listener of listeners) listener();
}

function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLatest() {
  return useSyncExternalStore(subscribe, () => latest);
}
