// Draws the current state of the page: progress, dialogue, answers.

import { byId, fill } from "../view/dom.js";

/** @typedef {import("./state.js").PageState} PageState */
/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Work} Work */

/**
 * @typedef {object} Views the parts of the page that show the session
 * @property {{update: (session: Session) => void}} dialogue
 * @property {{update: (session: Session | null) => void}} editedNotice
 * @property {{show: () => void}} workTime
 * @property {{update: (session: Session) => void}} questions
 * @property {{update: (session: Session) => void}} linkArcs
 * @property {{update: (session: Session) => void}} hint
 * @property {{update: (session: Session, isTaken: boolean) => void}} shortcutButtons
 * @property {{isTaken: boolean}} utterancePanel
 * @property {{position: (round: import("../types.js").Round) => string}} feedback
 */

export class Overview {
  /**
   * @param {object} options
   * @param {PageState} options.state
   * @param {Record<string, string>} options.texts
   * @param {Views} options.views
   */
  constructor({ state, texts, views }) {
    this.state = state;
    this.texts = texts;
    this.views = views;
  }

  /** Draw everything that shows the session. */
  paint() {
    const { session } = this.state;
    if (!session) return;
    this.views.dialogue.update(session);
    this.views.editedNotice.update(session);
    this.views.workTime.show();
    this.#paintProgress(session);
    this.paintAnswers();
  }

  /** Draw only the parts that a key press on an answer can change. */
  paintAnswers() {
    const { session, phase } = this.state;
    if (!session) return;
    this.views.questions.update(session);
    this.views.linkArcs.update(session);
    this.views.hint.update(session);
    this.views.shortcutButtons.update(session, this.views.utterancePanel.isTaken);
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !session.canUndo;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !session.canRedo;
    byId("commit").dataset.ready = String(!session.focus || phase !== "label");
  }

  /** @param {Work} work whose names and comment appear above the dialogue */
  showHeading({ dialogue: { series, episode, name }, comment }) {
    byId("where").textContent = [series, episode, name].filter(Boolean).join(" · ");
    this.showComment(comment);
  }

  /** @param {string} comment of the manager who sent the dialogue back; empty for none */
  showComment(comment) {
    byId("comment").hidden = !comment;
    byId("comment-text").textContent = comment;
  }

  /** Remove the contents of a dialogue, when no dialogue is open. */
  clear() {
    this.views.editedNotice.update(null);
    byId("where").textContent = byId("dialogues").textContent = "";
  }

  /** @param {Session} session */
  #paintProgress({ labelled, isCorrection, work: { utterances, round, dialogues } }) {
    const all = utterances.length;
    const { done, ready } = dialogues;
    byId("count").textContent = fill(this.texts.count, { n: labelled, all });
    if (isCorrection) byId("dialogues").textContent = this.texts.correcting;
    else
      byId("dialogues").textContent = round
        ? this.views.feedback.position(round)
        : fill(done > ready ? this.texts.dialoguesDone : this.texts.dialogues, { n: done, all: ready });
    /** @type {HTMLProgressElement} */ (byId("meter")).value = labelled / all;
  }
}
