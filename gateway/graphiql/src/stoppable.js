// Answers that end when GraphiQL's Stop is pressed: a generator alone would wait for its next one first.

const END = { done: true, value: undefined };

export class Stoppable {
  #answers;
  #stop;

  // `stop` is the AbortController that ends whatever the answers come from.
  constructor(answers, stop) {
    this.#answers = answers;
    this.#stop = stop;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async next() {
    try {
      return await this.#answers.next();
    } catch (failure) {
      if (this.#stop.signal.aborted) return END;
      throw failure;
    }
  }

  async return() {
    this.#stop.abort();
    return END;
  }
}
