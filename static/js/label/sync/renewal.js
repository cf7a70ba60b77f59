// Asks the server for the state of the open dialogue, one request at a time, and again if asked meanwhile.

export class Renewal {
  /** @type {Promise<void> | null} */
  #running = null;
  #again = false;
  #isOutdated = false;

  /** @param {() => Promise<"shown" | "repeat" | "same">} once asks the server once and shows its state; repeat: the
   *   response was too early for something that happened meanwhile */
  constructor(once) {
    this.once = once;
  }

  /** Whether the page is known to differ from the server. */
  get isOutdated() {
    return this.#isOutdated;
  }

  /**
   * @param {boolean} isOutdated whether the page is known to differ; remembered until a state is shown
   * @returns {Promise<void>}
   */
  ask(isOutdated) {
    this.#isOutdated ||= isOutdated;
    if (this.#running) this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run() {
    do {
      this.#again = false;
      const result = await this.once();
      if (result === "shown") this.#isOutdated = false;
      if (result === "repeat") this.#again = true;
    } while (this.#again);
  }
}
