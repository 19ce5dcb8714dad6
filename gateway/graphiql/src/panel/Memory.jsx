// What needed no call, because the gateway knew it, and for how long it had.
import { counted, inSeconds } from "./words.js";

function Kind({ kind, answers, stale, oldestSeconds }) {
  return (
    <li>
      <b>{kind.replaceAll("-", " ")}</b>
      <span>
        {counted(answers, "answer")}, {answers > 1 ? "the oldest " : ""}
        {inSeconds(oldestSeconds)} old
        {stale > 0 && <em> · {stale === answers ? "" : `${stale} `}stale, being refreshed</em>}
      </span>
    </li>
  );
}

export function Memory({ memory }) {
  return (
    <div className="upstream-memory">
      <h3>From memory</h3>
      {memory.length ? (
        <ul>{memory.map((known) => <Kind key={known.kind} {...known} />)}</ul>
      ) : (
        <p className="upstream-note">Nothing that was asked for was known.</p>
      )}
    </div>
  );
}
