// The calls to Wix over time: waiting at the gate is hatched, being answered is solid. A dashed line
// is where this operation began, after a call that it then shared.
import { counted, inMilliseconds } from "./words.js";

const THIN = 0.6; // per cent of the width: what is shorter is still seen

// The time from the first thing to the last; a shared call may have begun before this operation.
function spanOf({ calls, milliseconds }) {
  const begins = calls.map((call) => call.beganAt);
  const ends = calls.map((call) => call.beganAt + call.queued + call.milliseconds);
  return { from: Math.min(0, ...begins), to: Math.max(milliseconds, ...ends, 0.01) };
}

function outcomeOf(status) {
  if (status === null) return "lost";
  return status < 400 ? "well" : "refused";
}

function place(start, width) {
  return { insetInlineStart: `${start}%`, ...(width && { inlineSize: `${width}%` }) };
}

function Bar({ call, span }) {
  const share = (milliseconds) => (100 * milliseconds) / (span.to - span.from);
  const start = share(call.beganAt - span.from);
  const queued = share(call.queued);
  return (
    <div className="upstream-track" aria-hidden="true">
      {span.from < 0 && <i className="upstream-start" style={place(share(-span.from), 0)} />}
      <i className="upstream-queued" style={place(start, queued)} />
      <i
        className="upstream-answered"
        data-outcome={outcomeOf(call.status)}
        style={place(Math.min(start + queued, 100 - THIN), Math.max(share(call.milliseconds), THIN))}
      />
    </div>
  );
}

function Remarks({ call }) {
  const remarks = [];
  if (call.queued >= 0.1) remarks.push(`${inMilliseconds(call.queued)} in the queue`);
  if (call.attempt > 1) remarks.push(`try ${call.attempt}`);
  if (call.sharedWith) remarks.push(`shared with ${counted(call.sharedWith, "other request")}`);
  return remarks.length > 0 && <p className="upstream-remarks">{remarks.join(" · ")}</p>;
}

function Call({ call, span }) {
  return (
    <li className="upstream-call">
      <p className="upstream-request" title={`${call.method} ${call.path}`}>
        <b>{call.method}</b> <code>{call.path}</code>
      </p>
      <Bar call={call} span={span} />
      <p className="upstream-result">
        <b data-outcome={outcomeOf(call.status)}>{call.status ?? "no answer"}</b>
        <span>{inMilliseconds(call.milliseconds)}</span>
      </p>
      <Remarks call={call} />
    </li>
  );
}

export function Waterfall({ trace }) {
  const span = spanOf(trace);
  return (
    <div className="upstream-waterfall">
      <h3>
        Calls to Wix
        <span className="upstream-note">over {inMilliseconds(span.to - span.from)}</span>
      </h3>
      {trace.calls.length ? (
        <ol>{trace.calls.map((call, index) => <Call key={index} call={call} span={span} />)}</ol>
      ) : (
        <p className="upstream-note">None: everything was known.</p>
      )}
    </div>
  );
}
