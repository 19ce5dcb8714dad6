// Subscriptions: begun in the page, told of what is done elsewhere, and stopped.

const MOST_RENAMINGS = 20;
const LABEL_CHANGED = "subscription { labelChanged { kind label { displayName } } }";
const A_LABEL = `{ labels(first: 1, filter: { type: USER_DEFINED }) { nodes { key } } }`;
const RENAME = `mutation Rename($key: ID!, $name: String!) {
  renameLabel(input: { key: $key, displayName: $name }) { label { displayName } }
}`;

// Nothing says when the gateway has begun to listen: rename until it is seen.
async function seen(browsing, bench, words) {
  const { labels } = await browsing.ask(A_LABEL);
  const [{ key }] = labels.nodes;
  for (let tries = 1; tries <= MOST_RENAMINGS; tries += 1) {
    const { renameLabel } = await browsing.ask(RENAME, { key, name: `${words} ${tries}` });
    const name = renameLabel.label.displayName;
    if (await bench.shows(name)) return { name, shown: (await bench.result()).data };
  }
  throw new Error(`${MOST_RENAMINGS} times a label was renamed, and it was not seen`);
}

// Run the subscription of the tab in sight; tell what was seen of it.
export async function listen(browsing, { bench, watch }, words) {
  await bench.execute();
  const results = [
    await seen(browsing, bench, `${words} Once`),
    await seen(browsing, bench, `${words} Again`),
  ];
  const meanwhile = await bench.summary();
  const cost = await bench.cost();
  await bench.shoot(`subscribed-${words.toLowerCase()}`);
  await bench.stop();
  const [socket] = await watch.closedSockets();
  return { results, cost, summaries: [meanwhile, await bench.summary()], socket };
}

// Open a link to a subscription, and run it with a token.
export async function subscribe(browsing, token) {
  const opened = await browsing.openWith("light", LABEL_CHANGED);
  await opened.bench.writeToken(token);
  const told = await listen(browsing, opened, "Linked");
  await opened.context.close();
  return { ...told, token, watched: opened.watch.told() };
}
