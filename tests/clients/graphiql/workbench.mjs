// What a person does on the page, and sees there.

const SOON = { timeout: 30_000 };

export class Workbench {
  #page;
  #origin;
  #picture;

  constructor(page, origin, picture) {
    this.#page = page;
    this.#origin = origin;
    this.#picture = picture;
  }

  // Usable: the editor shows an operation, and what is written there is checked by the schema.
  async ready() {
    await this.#page.locator(".graphiql-query-editor .view-line").first().waitFor(SOON);
  }

  async tabs() {
    return this.#page.locator(".graphiql-tab-button").allInnerTexts();
  }

  async run(tab, name, oneOfSeveral) {
    await this.turnTo(tab, name);
    const response = await this.answerTo(name, oneOfSeveral);
    return {
      name,
      body: await response.json(),
      authorization: (await response.request().headerValue("authorization")) ?? null,
      panel: await this.panel(),
    };
  }

  // Run an operation of the tab in sight, and return the gateway's answer once the panel tells of it.
  async answerTo(name, oneOfSeveral = false) {
    const answered = this.#page.waitForResponse((response) => this.#isAnswer(response, name), SOON);
    await this.execute(name, oneOfSeveral);
    const response = await answered;
    await this.#page.locator(".upstream-times b", { hasText: name }).waitFor(SOON);
    return response;
  }

  // GraphiQL forgets what was typed a moment ago when one turns to a tab, be it the same.
  async turnTo(tab, name) {
    const chosen = this.#page.getByRole("tab").nth(tab);
    if ((await chosen.getAttribute("aria-selected")) !== "true") {
      await chosen.locator(".graphiql-tab-button").click();
    }
    await this.#page.locator(".graphiql-query-editor", { hasText: name }).waitFor(SOON);
  }

  async execute(name, oneOfSeveral = false) {
    // With several operations the button opens a menu, as soon as the page has counted them.
    const opening = oneOfSeveral ? "[aria-haspopup=menu]" : ":not([aria-haspopup])";
    await this.#button("Execute", opening).click(SOON);
    if (!oneOfSeveral) return undefined;
    return this.#page.getByRole("menuitem", { name }).click();
  }

  #button(does, kind = "") {
    return this.#page.locator(`.graphiql-execute-button[aria-label^="${does}"]${kind}`);
  }

  // End what is under way.
  async stop() {
    await this.#button("Stop").click(SOON);
    await this.idle();
  }

  // Return once nothing is under way.
  async idle() {
    await this.#button("Execute").waitFor(SOON);
  }

  // What the result pane shows, read as JSON. The editor writes it line by line as frames are drawn.
  async result() {
    const read = await this.#page.waitForFunction(async () => {
      for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
      const lines = [...document.querySelectorAll(".result-window .view-line")];
      const inOrder = lines.toSorted((one, other) => one.offsetTop - other.offsetTop);
      const text = inOrder.map((line) => line.textContent).join("\n");
      try {
        return JSON.parse(text.replaceAll("\u00a0", " "));
      } catch {
        return false; // not all of it is drawn yet
      }
    }, undefined, SOON);
    return read.jsonValue();
  }

  // Whether the result pane comes to show a text within a second.
  async shows(text) {
    const pane = this.#page.locator(".result-window", { hasText: text });
    return pane.waitFor({ timeout: 1000 }).then(() => true, () => false);
  }

  #isAnswer(response, name) {
    const request = response.request();
    if (response.url() !== `${this.#origin}/graphql` || request.method() !== "POST") return false;
    return request.postDataJSON().operationName === name;
  }

  // The panel's first sentence.
  async summary() {
    return this.#page.locator(".upstream-times").innerText();
  }

  async cost() {
    const panel = this.#page.locator(".upstream");
    const figure = (kind) => panel.locator(`[data-figure="${kind}"] dd`).getAttribute("title");
    return {
      left: Number(await panel.locator("meter").getAttribute("value")),
      estimated: Number(await figure("estimated")),
      actual: Number(await figure("actual")),
      hits: Number(await figure("hits")),
    };
  }

  async panel() {
    const panel = this.#page.locator(".upstream");
    return {
      ...(await this.cost()),
      calls: await panel.locator(".upstream-request").allInnerTexts(),
      results: await panel.locator(".upstream-result b").allInnerTexts(),
      memory: await panel.locator(".upstream-memory li").allInnerTexts(),
    };
  }

  async documentation() {
    await this.#page.getByRole("button", { name: "Show Documentation Explorer" }).click();
    const explorer = this.#page.locator(".graphiql-doc-explorer");
    await explorer.getByText("Query", { exact: true }).click();
    await explorer.getByText("labels", { exact: true }).first().waitFor(SOON);
    return explorer.innerText();
  }

  async background() {
    return this.#page.evaluate(
      () => getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor,
    );
  }

  async writeToken(token) {
    await this.#page.getByRole("button", { name: "Headers", exact: true }).click();
    const editor = this.#page.locator(".graphiql-editor-tool .monaco-editor:visible");
    await editor.locator(".view-line", { hasText: "Bearer" }).click();
    await this.#page.keyboard.press("End");
    await this.#page.keyboard.press("ArrowLeft");
    await this.#page.keyboard.type(token);
  }

  async link() {
    await this.#page.getByRole("button", { name: /Copy link/ }).click();
    await this.#page.waitForURL(/#query=/, SOON);
    return this.#page.url();
  }

  async stored() {
    return this.#page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  }

  async operation() {
    return this.#page.locator(".graphiql-query-editor .view-lines").innerText();
  }

  async shoot(name) {
    if (this.#picture) await this.#page.screenshot({ path: this.#picture(name) });
  }
}
