// Opens the gateway's page in a browser that reaches no other host, and takes the time until it is usable.
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Watch } from "./watch.mjs";
import { Workbench } from "./workbench.mjs";

const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const MOST_LOADS = 12;

export class Browsing {
  // Seconds that each loading of the page took, none of it from the browser's cache.
  loads = [];
  #browser;
  #folder;

  constructor(browser, origin, folder) {
    this.#browser = browser;
    this.origin = origin;
    this.#folder = folder;
  }

  static async begin(executablePath, origin, folder) {
    return new Browsing(await chromium.launch({ executablePath, args: SWITCHES }), origin, folder);
  }

  async open(colorScheme, address = "/graphql") {
    const viewport = { width: 1500, height: 950 };
    const context = await this.#browser.newContext({ colorScheme, viewport });
    const watch = await Watch.over(context, this.origin);
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(this.origin + address);
    const picture = this.#folder && ((name) => join(this.#folder, `${name}.png`));
    const bench = new Workbench(page, this.origin, picture);
    await bench.ready();
    this.loads.push((performance.now() - began) / 1000);
    return { context, page, bench, watch };
  }

  async openWith(colorScheme, query) {
    return this.open(colorScheme, `/graphql#${new URLSearchParams({ query })}`);
  }

  // Where every loading was slow, tell a slow page from a machine that was busy: load it again.
  async openUntilWithin(seconds) {
    while (Math.min(...this.loads) >= seconds && this.loads.length < MOST_LOADS) {
      const { context } = await this.open("light");
      await context.close();
    }
  }

  // Ask the gateway as somebody else does, past the browser.
  async ask(query, variables) {
    const response = await fetch(`${this.origin}/graphql`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()).data;
  }

  async end() {
    await this.#browser.close();
  }
}
