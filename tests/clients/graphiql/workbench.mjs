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
    await this.#turnTo(tab);
    await this.#page.locator(".graphiql-query-editor", { hasText: name }).waitFor(SOON);
    const answered = this.#page.waitForResponse((response) => this.#isAnswer(response, name), SOON);
    await this.#execute(name, oneOfSeveral);
    const response = await answered;
    await this.#page.locator(".upstream-times b", { hasText: name }).waitFor(SOON);
    return {
      name,
      body: await response.json(),
      authorization: (await response.request().headerValue("authorization")) ?? null,
      panel: await this.#panel(),
    };
  }

  // GraphiQL forgets what was typed a moment ago when one turns to a tab, be it the same.
  async #turnTo(tab) {
    const chosen = this.#page.getByRole("tab").nth(tab);
    if ((await chosen.getAttribute("aria-selected")) === "true") return;
    await chosen.locator(".graphiql-tab-button").click();
  }

  async #execute(name, oneOfSeveral) {
    // With several operations the button opens a menu, as soon as the page has counted them.
    const opening = oneOfSeveral ? "[aria-haspopup=menu]" : ":not([aria-haspopup])";
    await this.#page.locator(`.graphiql-execute-button${opening}`).click(SOON);
    if (!oneOfSeveral) return undefined;
    return this.#page.getByRole("menuitem", { name }).click();
  }

  #isAnswer(response, name) {
    const request = response.request();
    if (response.url() !== `${this.#origin}/graphql` || request.method() !== "POST") return false;
    return request.postDataJSON().operationName === name;
  }

  async #panel() {
    const panel = this.#page.locator(".upstream");
    const figure = (kind) => panel.locator(`[data-figure="${kind}"] dd`).getAttribute("title");
    return {
      left: Number(await panel.locator("meter").getAttribute("value")),
      estimated: Number(await figure("estimated")),
      actual: Number(await figure("actual")),
      hits: Number(await figure("hits")),
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
