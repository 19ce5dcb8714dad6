// The register of a client's checks, and the way in which its program tells what came of them.

const CHECK_SECONDS = 20;
const checks = [];

/** Registers one check. `act` throws when the client is let down. */
export function check(name, act) {
  checks.push({ name, act });
}

/** Makes every check, one after another, and prints a line of JSON for each: {"check", "error"}, error null for a pass. */
export async function tell() {
  for (const { name, act } of checks) {
    console.log(JSON.stringify({ check: name, error: await failureOf(act) }));
  }
  // Whatever a client still holds open is not waited for.
  process.exit(0);
}

async function failureOf(act) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${CHECK_SECONDS} s`)), CHECK_SECONDS * 1000);
  });
  try {
    await Promise.race([act(), late]);
    return null;
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    clearTimeout(timer);
  }
}
