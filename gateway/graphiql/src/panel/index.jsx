// The upstream panel: why the operation just run was as slow, or as expensive, as it was.
import { useLatest } from "../latest.js";
import { Cost } from "./Cost.jsx";
import { Gauge } from "./Gauge.jsx";
import { Memory } from "./Memory.jsx";
import { Waterfall } from "./Waterfall.jsx";
import { counted, inMilliseconds } from "./words.js";
import "./panel.css";

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round">
      <path d="M3 5h7M7 10h9M12 15h5M16 20h5" />
    </svg>
  );
}

function Times({ run, trace }) {
  return (
    <p className="upstream-times">
      <b>{run.name}</b> took {inMilliseconds(run.milliseconds)} as seen from here,{" "}
      {inMilliseconds(trace.milliseconds)} of it in the gateway.
    </p>
  );
}

function Untold({ run }) {
  return (
    <p className="upstream-times">
      <b>{run.name}</b>{" "}
      {run.began ? (
        <>
          took {inMilliseconds(run.milliseconds)} as seen from here. To be told of its calls takes a
          token with the scope <code>schema:introspect</code>.
        </>
      ) : (
        "was refused before it ran."
      )}
    </p>
  );
}

function Subscribed({ name, subscription: { count, open } }) {
  const results = counted(count, "result");
  return (
    <p className="upstream-times">
      <b>{name}</b> {open ? `is under way: ${results} so far.` : `has ended after ${results}.`}
    </p>
  );
}

function Summary({ run }) {
  const { trace } = run.extensions;
  if (run.subscription) return <Subscribed {...run} />;
  return trace ? <Times run={run} trace={trace} /> : <Untold run={run} />;
}

function Content() {
  const run = useLatest();
  if (run === null) {
    return (
      <section className="upstream">
        <h2>Upstream</h2>
        <p className="upstream-note">
          Run an operation to see which calls to Wix it takes, what was spared, and what it costs.
        </p>
      </section>
    );
  }
  const { trace, cost } = run.extensions;
  return (
    <section className="upstream" aria-live="polite">
      <h2>Upstream</h2>
      <Summary run={run} />
      {cost && <Gauge budget={cost.budget} />}
      {cost && <Cost cost={cost} />}
      {trace && <Waterfall trace={trace} />}
      {trace && <Memory memory={trace.memory} />}
    </section>
  );
}

export const UPSTREAM_PLUGIN = { title: "Upstream", icon: Icon, content: Content };
