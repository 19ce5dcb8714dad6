// A query whose answer comes in parts; before, the same query stopped while it waits for its answer.

const IN_PARTS = `query InParts {
  contacts(first: 3) {
    totalCount
    nodes @stream(initialCount: 1) {
      id
      ... @defer { name { full } }
    }
  }
  ... @defer { labels(first: 2) { nodes { key } } }
}`;

async function stopped(page, bench) {
  await page.route("**/graphql", () => {}); // answers nothing
  const failed = page.waitForEvent("requestfailed");
  await bench.execute();
  await bench.stop();
  const request = await failed;
  await page.unroute("**/graphql");
  return request.failure().errorText;
}

export async function inParts(browsing) {
  const { context, page, bench, watch } = await browsing.openWith("light", IN_PARTS);
  // The editor writes only what is in sight, and breaks what is wider.
  await page.setViewportSize({ width: 2400, height: 1300 });
  const told = { stopped: await stopped(page, bench) };
  const response = await bench.answerTo("InParts");
  await bench.idle();
  told.type = await response.headerValue("content-type");
  told.shown = await bench.result();
  told.panel = await bench.panel();
  told.whole = await browsing.ask(IN_PARTS);
  told.watched = watch.told();
  await bench.shoot("parts-light");
  await context.close();
  return told;
}
