// Usage: node run.mjs ORIGIN key|app
// Runs every check against the sandbox at ORIGIN and prints one line of JSON for each: {"check", "error"}, where error
// is null for a pass. The last line tells which methods were used and which exist: {"used", "exist"}.

import "./labels.mjs";
import "./fields.mjs";
import "./contacts.mjs";
import "./queries.mjs";
import "./merges.mjs";
import "./bulk.mjs";
import "./facets.mjs";
import "./identities.mjs";
import "./refusals.mjs";
import "./webhooks.mjs";

import { checks } from "./checks.mjs";
import { connect, everyMethod, redirect, strategies } from "./connect.mjs";
import { control } from "./control.mjs";

const CHECK_SECONDS = 30;

const [origin, strategy] = process.argv.slice(2);
const used = new Set();
const sandbox = control(origin);
redirect(origin);

for (const { name, act } of checks) {
  console.log(JSON.stringify({ check: name, error: await failureOf(act) }));
}
console.log(JSON.stringify({ used: [...used].sort(), exist: everyMethod().sort() }));

/** What went wrong in one check, or null. */
async function failureOf(act) {
  try {
    await sandbox.reset();
    await within(act({ ...connect(strategies[strategy](), used), sandbox, strategy, used }));
    return null;
  } catch (error) {
    return String(error?.stack ?? error);
  }
}

async function within(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${CHECK_SECONDS} s`)), CHECK_SECONDS * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
