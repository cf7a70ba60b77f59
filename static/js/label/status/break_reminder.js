// Working time of today and since the last break, compared with the limits of the corpus.

const MINUTE_MS = 60_000;
const BREAK_MS = 5 * MINUTE_MS;

export class BreakReminder {
  #today = 0;
  #stretch = 0;
  #last;
  #reminders = 0;

  /** @param {() => number} [clock] milliseconds */
  constructor(clock = () => performance.now()) {
    this.clock = clock;
    this.#last = clock();
  }

  /** @param {{active_ms: number, limit_minutes: number | null, rest_minutes: number | null}} today as the server returns it */
  begin({ active_ms, limit_minutes, rest_minutes }) {
    // the server's total lacks the time since the last commit, so the page's total must not decrease
    this.#today = Math.max(this.#today, active_ms);
    this.limit = limit_minutes;
    this.rest = rest_minutes;
  }

  /** @param {number} active milliseconds of work since the last call */
  add(active) {
    const now = this.clock();
    if (now - this.#last >= BREAK_MS) {
      this.#stretch = 0;
      this.#reminders = 0;
    }
    if (active > 0) this.#last = now;
    this.#today += active;
    this.#stretch += active;
  }

  get minutes() {
    return Math.floor(this.#today / MINUTE_MS);
  }

  /** Whether the daily limit is reached. */
  get isEnough() {
    return Boolean(this.limit) && this.#today >= Number(this.limit) * MINUTE_MS;
  }

  /**
   * Return the minutes since the last break when a reminder is due: once per `rest_minutes` of work without a break.
   *
   * @returns {number} minutes; 0 if no reminder is due
   */
  takeReminder() {
    if (!this.rest) return 0;
    const stretches = Math.floor(this.#stretch / (this.rest * MINUTE_MS));
    if (stretches <= this.#reminders) return 0;
    this.#reminders = stretches;
    return Math.floor(this.#stretch / MINUTE_MS);
  }
}
