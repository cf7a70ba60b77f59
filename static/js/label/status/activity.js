// How long somebody worked on an utterance, without the time they were away.

const IDLE_MS = 30_000;

export class Activity {
  #active = 0;
  #last;

  /** @param {() => number} [clock] milliseconds */
  constructor(clock = () => performance.now()) {
    this.clock = clock;
    this.#last = clock();
  }

  /**
   * Something was pressed, moved or played: the time since the last sign counts, up to half a minute.
   *
   * @returns {number} milliseconds that count
   */
  touch() {
    const now = this.clock();
    const worked = Math.min(now - this.#last, IDLE_MS);
    this.#active += worked;
    this.#last = now;
    return worked;
  }

  /** @returns {number} whole milliseconds since the last call */
  take() {
    this.touch();
    const active = Math.round(this.#active);
    this.#active = 0;
    return active;
  }
}
