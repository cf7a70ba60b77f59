// Active time on an utterance, without the time that the annotator was away.

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
   * Count the time since the last sign of activity (a key, a movement, playback), up to 30 seconds.
   *
   * @returns {number} milliseconds that count
   */
  touch() {
    const now = this.clock();
    const active = Math.min(now - this.#last, IDLE_MS);
    this.#active += active;
    this.#last = now;
    return active;
  }

  /** @returns {number} whole milliseconds since the last call */
  take() {
    this.touch();
    const active = Math.round(this.#active);
    this.#active = 0;
    return active;
  }
}
