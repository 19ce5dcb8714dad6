// Visits the gateway's page as a newcomer does, in a browser that reaches no other host, and prints
// what happened as one line of JSON: node visit.mjs ORIGIN CHROMIUM [FOLDER FOR SCREENSHOTS]
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Watch } from "./watch.mjs";
import { Workbench } from "./workbench.mjs";

const [origin, executablePath, folder] = process.argv.slice(2);
const TOKEN = "a-token-nobody-may-see";
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const TOO_MUCH = `query TooMuch {
  contacts(first: 90) { nodes { labels { contacts(first: 90) { nodes { id } } } } }
}`;
const STARTERS = [
  ["Labels"],
  ["ContactsOfALabel"],
  ["FindContact", "LabelContact"],
  ["RenameLabel"],
  ["BulkLabel"],
  ["MergePreview"],
];

async function open(browser, colorScheme, address = "/graphql") {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1500, height: 950 } });
  const watch = await Watch.over(context, origin);
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(origin + address);
  const bench = new Workbench(page, origin, folder && ((name) => join(folder, `${name}.png`)));
  await bench.ready();
  return { context, page, bench, watch, seconds: (performance.now() - began) / 1000 };
}

async function visit(browser, colorScheme, starters) {
  const { context, bench, watch, seconds } = await open(browser, colorScheme);
  const told = { seconds, tabs: await bench.tabs(), runs: [] };
  for (const [tab, names] of starters.entries()) {
    for (const name of names) told.runs.push(await bench.run(tab, name, names.length > 1));
  }
  told.again = await bench.run(1, "ContactsOfALabel", false);
  await bench.shoot(`panel-${colorScheme}`);
  told.documentation = await bench.documentation();
  await bench.shoot(`documentation-${colorScheme}`);
  told.background = await bench.background();
  told.watched = watch.told();
  await context.close();
  return told;
}

async function share(browser) {
  const sender = await open(browser, "light");
  await sender.bench.writeToken(TOKEN);
  const answer = await sender.bench.run(0, "Labels", false);
  const link = await sender.bench.link();
  const stored = await sender.bench.stored();
  await sender.page.goto(`${origin}/graphql`);
  await sender.bench.ready();
  const tabs = await sender.bench.tabs();
  await sender.context.close();
  const receiver = await open(browser, "light", link.slice(origin.length));
  const told = {
    seconds: Math.min(sender.seconds, receiver.seconds),
    sent: answer.authorization,
    link,
    kept: stored.includes(TOKEN),
    tabs,
    asked: sender.watch.asked("Starters"),
    shown: await receiver.bench.operation(),
    watched: [...sender.watch.told(), ...receiver.watch.told()],
  };
  await receiver.context.close();
  return { ...told, token: TOKEN };
}

async function overreach(browser) {
  const link = `/graphql#${new URLSearchParams({ query: TOO_MUCH })}`;
  const { context, bench, watch, seconds } = await open(browser, "dark", link);
  const told = { seconds, ...(await bench.run(0, "TooMuch", false)), watched: watch.told() };
  await bench.shoot("refused-dark");
  await context.close();
  return told;
}

const browser = await chromium.launch({ executablePath, args: SWITCHES });
try {
  const light = await visit(browser, "light", STARTERS);
  const dark = await visit(browser, "dark", STARTERS.slice(0, 3));
  const refused = await overreach(browser);
  console.log(JSON.stringify({ light, dark, shared: await share(browser), refused }));
} finally {
  await browser.close();
}
