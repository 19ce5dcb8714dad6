// The register of checks, and the few words they share.

import assert from "node:assert/strict";

export const checks = [];

/** Registers one check. It gets the site that `run.mjs` describes, freshly reset, and throws when Wix's SDK is let down. */
export function check(name, act) {
  checks.push({ name, act });
}

/** The error that `call` rejects with. */
export async function refusalOf(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  return assert.fail("the call was to be refused, and was answered");
}

/** The first value of `look` that is not undefined; looks again every few milliseconds, for ten seconds at the most. */
export async function eventually(look, what) {
  const end = performance.now() + 10_000;
  while (performance.now() < end) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  return assert.fail(`waited ten seconds for ${what}`);
}

/** What creates a contact that no seed content resembles. */
export function person(first, extra = {}) {
  return {
    name: { first, last: "Quillfeather" },
    emails: { items: [{ tag: "MAIN", email: `${first.toLowerCase()}@quillfeather.example.com` }] },
    ...extra,
  };
}

export const emailsOf = (contact) => (contact.info.emails?.items ?? []).map(({ email }) => email);
export const labelsOf = (contact) => contact.info.labelKeys?.items ?? [];
export const firstNames = (contacts) => contacts.map(({ info }) => info.name.first);
