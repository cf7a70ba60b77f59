// How long somebody has worked today and since their last break. Pure: times in, what is to be said out.

const MINUTE_MS = 60_000;
const BREAK_MS = 5 * MINUTE_MS;

export class Care {
  #today = 0;
  #stretch = 0;
  #last;
  #spoken = 0;

  /** @param {() => number} [clock] milliseconds */
  constructor(clock = () => performance.now()) {
    this.clock = clock;
    this.#last = clock();
  }

  /** @param {{active_ms: number, limit_minutes: number | null, rest_minutes: number | null}} today as the server sums it */
  begin({ active_ms, limit_minutes, rest_minutes }) {
    // what was worked since the last commit is not in the server's sum yet: the day never grows shorter on the page
    this.#today = Math.max(this.#today, active_ms);
    this.limit = limit_minutes;
    this.rest = rest_minutes;
  }

  /** @param {number} active milliseconds of work since the last call */
  add(active) {
    const now = this.clock();
    if (now - this.#last >= BREAK_MS) {
      this.#stretch = 0;
      this.#spoken = 0;
    }
    if (active > 0) this.#last = now;
    this.#today += active;
    this.#stretch += active;
  }

  get minutes() {
    return Math.floor(this.#today / MINUTE_MS);
  }

  /** Whether the day's limit is reached. */
  get isEnough() {
    return Boolean(this.limit) && this.#today >= Number(this.limit) * MINUTE_MS;
  }

  /**
   * Tell whether it is time to speak of a rest: once each time the stretch without a break has grown by that long.
   *
   * @returns {number} minutes of the stretch, or 0
   */
  takeRest() {
    if (!this.rest) return 0;
    const stretches = Math.floor(this.#stretch / (this.rest * MINUTE_MS));
    if (stretches <= this.#spoken) return 0;
    this.#spoken = stretches;
    return Math.floor(this.#stretch / MINUTE_MS);
  }
}
