// Keeps a browser on one host, and writes down what it complains about or tries all the same.

export class Watch {
  #complaints = [];
  #operations = [];
  #sockets = [];
  #origin;

  constructor(origin) {
    this.#origin = origin;
  }

  static async over(context, origin) {
    const watch = new Watch(origin);
    await context.route(
      (url) => !["data:", "blob:"].includes(url.protocol) && url.origin !== origin,
      (route) => {
        watch.#complaints.push(`foreign host: ${route.request().url()}`);
        return route.abort();
      },
    );
    await context.exposeBinding("violated", (_source, what) => watch.#complaints.push(`policy: ${what}`));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        window.violated(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    context.on("page", (page) => watch.#listen(page));
    return watch;
  }

  #listen(page) {
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        this.#complaints.push(`console: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.#complaints.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (request.method() === "POST") this.#operations.push(request.postDataJSON().query);
    });
    page.on("websocket", (socket) => this.#follow(socket));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // Leaving a page ends what it was still loading.
      if (why !== "net::ERR_ABORTED") this.#complaints.push(`failed: ${request.url()} ${why}`);
    });
  }

  // No route holds WebSockets back: the page's policy has to.
  #follow(socket) {
    const { protocol, host } = new URL(socket.url());
    if (`${protocol}//${host}` !== this.#origin.replace("http", "ws")) {
      this.#complaints.push(`foreign host: ${socket.url()}`);
    }
    const told = { sent: [], results: 0 };
    socket.on("framesent", ({ payload }) => told.sent.push(JSON.parse(payload)));
    socket.on("framereceived", ({ payload }) => {
      if (JSON.parse(payload).type === "next") told.results += 1;
    });
    socket.on("socketerror", (error) => this.#complaints.push(`socket: ${error}`));
    this.#sockets.push(new Promise((resolve) => socket.on("close", () => resolve(told))));
  }

  // What went over each WebSocket, once all of them are closed.
  async closedSockets() {
    return Promise.all(this.#sockets);
  }

  // How often an operation of this name was sent.
  asked(name) {
    return this.#operations.filter((query) => query.includes(`query ${name} `)).length;
  }

  told() {
    return this.#complaints;
  }
}
