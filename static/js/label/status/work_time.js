// Today's work in a line, a word about a rest, and when it is enough.

import { byId, fill } from "../view/dom.js";
import { Care } from "./break_reminder.js";

/** @typedef {import("../session/session.js").Session} Session */

export class Day {
  #care = new Care();
  #line = byId("today");
  #rest = byId("rest");
  /** @type {Session | null} */
  #session = null;
  #before = 0;
  #minutes = -1;
  #isSaid = false;

  /** @param {Record<string, string>} texts */
  constructor(texts) {
    this.texts = texts;
    byId("rest-close").addEventListener("click", () => {
      this.#rest.hidden = true;
    });
  }

  /** @param {Session} session */
  open(session) {
    this.#session = session;
    this.#before = session.labelled;
    this.#care.begin(session.work.today);
    this.show();
  }

  /** @param {number} active milliseconds of work since the last call */
  add(active) {
    this.#care.add(active);
    const minutes = this.#care.takeRest();
    if (minutes) this.#say(fill(this.texts.rest, { n: minutes }));
    if (this.#care.minutes !== this.#minutes) this.show();
  }

  show() {
    const session = this.#session;
    if (!session) return;
    const { utterances, limit_minutes: limit } = session.work.today;
    const done = utterances + Math.max(0, session.labelled - this.#before);
    const minutes = this.#care.minutes;
    this.#minutes = minutes;
    const words = fill(limit ? this.texts.todayOf : this.texts.today, { n: done, minutes, limit: limit ?? 0 });
    if (this.#line.textContent !== words) this.#line.textContent = words;
    if (this.#care.isEnough && !session.isComplete) this.#sayOnce(fill(this.texts.enough, { limit: limit ?? 0 }));
  }

  /** @param {string} words */
  #sayOnce(words) {
    if (this.#isSaid) return;
    this.#isSaid = true;
    this.#say(words);
  }

  /** @param {string} words */
  #say(words) {
    byId("rest-text").textContent = words;
    this.#rest.hidden = false;
  }
}
