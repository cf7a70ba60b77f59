// Today's work in one line, and reminders of breaks and of the daily limit.

import { byId, fill } from "../view/dom.js";
import { BreakReminder } from "./break_reminder.js";

/** @typedef {import("../session/session.js").Session} Session */

export class WorkTime {
  #reminder = new BreakReminder();
  #line = byId("today");
  #banner = byId("break-reminder");
  /** @type {Session | null} */
  #session = null;
  #labelledBefore = 0; // when the dialogue was opened
  #minutes = -1;
  #isLimitShown = false;

  /** @param {Record<string, string>} texts */
  constructor(texts) {
    this.texts = texts;
    byId("break-reminder-close").addEventListener("click", () => {
      this.#banner.hidden = true;
    });
  }

  /** @param {Session} session */
  open(session) {
    this.#session = session;
    this.#labelledBefore = session.labelled;
    this.#reminder.begin(session.work.today);
    this.show();
  }

  /** @param {number} active milliseconds of work since the last call */
  add(active) {
    this.#reminder.add(active);
    const minutes = this.#reminder.takeReminder();
    if (minutes) this.#remind(fill(this.texts.rest, { n: minutes }));
    if (this.#reminder.minutes !== this.#minutes) this.show();
  }

  show() {
    const session = this.#session;
    if (!session) return;
    const { utterances, limit_minutes: limit } = session.work.today;
    const done = utterances + Math.max(0, session.labelled - this.#labelledBefore);
    const minutes = this.#reminder.minutes;
    this.#minutes = minutes;
    const text = fill(limit ? this.texts.todayOf : this.texts.today, { n: done, minutes, limit: limit ?? 0 });
    if (this.#line.textContent !== text) this.#line.textContent = text;
    if (this.#reminder.isEnough && !session.isComplete)
      this.#remindOnce(fill(this.texts.enough, { limit: limit ?? 0 }));
  }

  /** @param {string} text */
  #remindOnce(text) {
    if (this.#isLimitShown) return;
    this.#isLimitShown = true;
    this.#remind(text);
  }

  /** @param {string} text */
  #remind(text) {
    byId("break-reminder-text").textContent = text;
    this.#banner.hidden = false;
  }
}
