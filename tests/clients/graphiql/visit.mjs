// Visits the gateway's page as a newcomer does, and prints what happened as one line of JSON:
// node visit.mjs ORIGIN CHROMIUM SECONDS [FOLDER FOR SCREENSHOTS]
// SECONDS is how soon the page should be usable.
import { Browsing } from "./browsing.mjs";
import { inParts } from "./parts.mjs";
import { listen, subscribe } from "./subscribing.mjs";

const [origin, executablePath, seconds, folder] = process.argv.slice(2);
const TOKEN = "a-token-nobody-may-see";
const TOO_MUCH = `query TooMuch {
  contacts(first: 50) { nodes { labels { contacts(first: 50) { nodes { id } } } } }
}`;
// The starters' queries and mutations; the tab after them holds a subscription.
const STARTERS = [
  ["Labels"],
  ["ContactsOfALabel"],
  ["FindContact", "LabelContact"],
  ["RenameLabel"],
  ["BulkLabel"],
  ["MergePreview"],
];

async function visit(browsing, colorScheme, starters) {
  const opened = await browsing.open(colorScheme);
  const { context, bench, watch } = opened;
  const told = { tabs: await bench.tabs(), runs: [] };
  for (const [tab, names] of starters.entries()) {
    for (const name of names) told.runs.push(await bench.run(tab, name, names.length > 1));
  }
  told.again = await bench.run(1, "ContactsOfALabel", false);
  await bench.shoot(`panel-${colorScheme}`);
  await bench.turnTo(STARTERS.length, "LabelChanges");
  told.live = await listen(browsing, opened, colorScheme);
  told.documentation = await bench.documentation();
  await bench.shoot(`documentation-${colorScheme}`);
  told.background = await bench.background();
  told.watched = watch.told();
  await context.close();
  return told;
}

async function share(browsing) {
  const sender = await browsing.open("light");
  await sender.bench.writeToken(TOKEN);
  const answer = await sender.bench.run(0, "Labels", false);
  const link = await sender.bench.link();
  const stored = await sender.bench.stored();
  await sender.page.goto(`${origin}/graphql`);
  await sender.bench.ready();
  const tabs = await sender.bench.tabs();
  await sender.context.close();
  const receiver = await browsing.open("light", link.slice(origin.length));
  const told = {
    token: TOKEN,
    sent: answer.authorization,
    link,
    kept: stored.includes(TOKEN),
    tabs,
    asked: sender.watch.asked("Starters"),
    shown: await receiver.bench.operation(),
    watched: [...sender.watch.told(), ...receiver.watch.told()],
  };
  await receiver.context.close();
  return told;
}

async function overreach(browsing) {
  const { context, bench, watch } = await browsing.openWith("dark", TOO_MUCH);
  const told = { ...(await bench.run(0, "TooMuch", false)), watched: watch.told() };
  await bench.shoot("refused-dark");
  await context.close();
  return told;
}

const browsing = await Browsing.begin(executablePath, origin, folder);
try {
  const told = {
    light: await visit(browsing, "light", STARTERS),
    dark: await visit(browsing, "dark", STARTERS.slice(0, 3)),
    refused: await overreach(browsing),
    shared: await share(browsing),
    parts: await inParts(browsing),
    subscribed: await subscribe(browsing, TOKEN),
  };
  await browsing.openUntilWithin(Number(seconds));
  console.log(JSON.stringify({ ...told, loads: browsing.loads }));
} finally {
  await browsing.end();
}
