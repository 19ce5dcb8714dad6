// Hands answers on, and tells the panel of them as they come.
import { publish } from "./latest.js";

// Take the trace out of an answer: it is long, and the panel tells it better.
function withoutTrace(answer) {
  if (!answer?.extensions?.trace) return answer;
  const { trace: _trace, ...extensions } = answer.extensions;
  return { ...answer, extensions };
}

// An answer may come in parts; each that brings extensions replaces what the panel was told.
export async function* telling(answers, { operationName }, began) {
  for await (const answer of answers) {
    const parts = [answer].flat();
    const told = parts.findLast((part) => part.extensions) ?? parts.at(-1);
    if (told.extensions || !told.hasNext) {
      publish({
        name: operationName ?? "It",
        milliseconds: performance.now() - began,
        extensions: told.extensions ?? {},
        began: "data" in told || "hasNext" in told,
      });
    }
    yield Array.isArray(answer) ? answer.map(withoutTrace) : withoutTrace(answer);
  }
}

// Results of a subscription are counted; what the panel shows beside is of the last one.
export async function* counting(results, { operationName }) {
  const name = operationName ?? "The subscription";
  let count = 0;
  let extensions = {};
  const tell = (open) => publish({ name, subscription: { count, open }, extensions });
  tell(true);
  try {
    for await (const result of results) {
      if ("data" in result) count += 1;
      extensions = result.extensions ?? {};
      tell(true);
      yield result;
    }
  } finally {
    tell(false);
  }
}
