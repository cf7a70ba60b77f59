// Draws the state of the open case: heading, columns, questions, progress and the button that stores.

import { byId, fill, setAttributes } from "../../label/view/dom.js";

/** @typedef {import("../session/case_session.js").CaseSession} CaseSession */

export class CaseView {
  #status = byId("case-status");
  #waiting = byId("waiting");

  /**
   * @param {Record<string, string>} texts
   * @param {object} views
   * @param {{update: (session: CaseSession) => void}} views.questions
   * @param {{update: (session: CaseSession) => void}} views.cells
   * @param {{update: (session: CaseSession) => void}} views.hint
   */
  constructor(texts, views) {
    this.texts = texts;
    this.views = views;
  }

  /** @param {CaseSession} session */
  open({ work: { series, episode, name }, given }) {
    byId("where").textContent = [series, episode, name].filter(Boolean).join(" · ");
    this.#waiting.textContent =
      given.waiting === undefined ? "" : fill(this.texts.waitingCases, { n: given.waiting, done: given.decided ?? 0 });
  }

  /**
   * @param {CaseSession} session
   * @param {{decided: number, hasPrevious: boolean, isArmed: boolean, mustPlay: boolean}} page
   */
  update(session, { decided, hasPrevious, isArmed, mustPlay }) {
    this.views.questions.update(session);
    this.views.cells.update(session);
    this.views.hint.update(session);
    const button = byId("commit");
    const isStored = session.isDecided && !session.isChanged;
    setAttributes(button, { "data-ready": String(isStored || (!session.firstOpen && !mustPlay)) });
    byId("commit-text").textContent = this.#commitText(session);
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !session.canUndo && !hasPrevious;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !session.canRedo;
    /** @type {HTMLButtonElement} */ (byId("previous")).disabled = !hasPrevious;
    byId("count").textContent = fill(this.texts.decidedHere, { n: decided });
    this.#show(this.#statusText(session, isArmed), statusOf(session, isArmed));
  }

  /** @param {CaseSession} session */
  #commitText(session) {
    if (session.isFinal || (session.isDecided && !session.isChanged)) return this.texts.next;
    if (session.takenFrom) return fill(this.texts.storeAs, { letter: session.takenFrom });
    return this.texts.store;
  }

  /**
   * @param {CaseSession} session
   * @param {boolean} isArmed
   */
  #statusText(session, isArmed) {
    if (isArmed) return this.texts.afterClip;
    const { decision } = session;
    if (session.isHidden) return this.texts.blind;
    if (session.isFinal) return this.texts.final;
    if (decision && !(decision.outcome === "profile" && session.isChanged)) {
      const text = this.texts[`decided.${decision.outcome}`];
      return decision.taken_from ? fill(this.texts.decidedAs, { letter: decision.taken_from }) : text;
    }
    const open = session.questions.filter(({ slug }) => session.answers[slug] === undefined).length;
    if (open) return fill(this.texts.open, { n: open });
    return session.takenFrom ? fill(this.texts.asColumn, { letter: session.takenFrom }) : this.texts.ownProfile;
  }

  /**
   * @param {string} text
   * @param {string} state
   */
  #show(text, state) {
    setAttributes(this.#status, { "data-state": state });
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }
}

/**
 * @param {CaseSession} session
 * @param {boolean} isArmed
 */
function statusOf(session, isArmed) {
  if (isArmed) return "waiting";
  if (session.isHidden) return "blind";
  if (session.isDecided && (session.decision?.outcome !== "profile" || !session.isChanged)) return "stored";
  if (session.firstOpen) return "open";
  return session.takenFrom ? "taken" : "own";
}
