// How much is left of the calls that Wix allows the site.
import { counted } from "./words.js";

const LOW = 0.2;
const SCARCE = 0.5;

function state(share) {
  if (share <= LOW) return "low";
  return share <= SCARCE ? "scarce" : "ample";
}

function until(resetAt) {
  const seconds = Math.max(0, Math.round((new Date(resetAt) - Date.now()) / 1000));
  return seconds ? `all free again in ${seconds} s` : "all free";
}

export function Gauge({ budget }) {
  const { limit, remaining, resetAt } = budget;
  const share = limit ? remaining / limit : 0;
  return (
    <figure className="upstream-gauge" data-state={state(share)}>
      <figcaption>
        <b>{counted(remaining, "call")} left</b> of {limit} a minute
        <span className="upstream-note"> · {until(resetAt)}</span>
      </figcaption>
      <meter min="0" max={limit} value={remaining} aria-label="Calls left" />
    </figure>
  );
}
