// Deciding: changes of the open case, written to the journal and sent to the server, and the way to the next case.

import { CANNOT_JUDGE } from "../../label/session/conditions.js";

/** @typedef {import("../session/case_session.js").CaseSession} CaseSession */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {{session: CaseSession | null, phase: import("../../label/page/state.js").Phase}} CaseState */

const NO_EFFORT = { active_ms: 0, played_ms: 0 }; // the time counts for the next operation

export class Deciding {
  /** @type {"enter" | "undecidable" | null} what a key asked for while the clip plays: it is done at the clip's end */
  #waiting = null;

  /**
   * @param {object} options
   * @param {CaseState} options.state
   * @param {string} options.author public id of the adjudicator
   * @param {import("../../label/types.js").Journal} options.journal
   * @param {import("../sync/case_sync.js").CaseSync} options.sync
   * @param {import("../../label/status/activity.js").Activity} options.activity
   * @param {import("./visited_cases.js").VisitedCases} options.visited
   * @param {import("../../label/view/utterance.js").UtterancePanel} options.utterancePanel
   * @param {{nudge: () => void}} options.questions
   * @param {import("../view/decision_dialog.js").DecisionDialog} options.dialog
   * @param {() => string[]} options.group public ids of the people of a meeting
   * @param {() => void} options.paint
   * @param {(session: CaseSession) => void} options.show shows another case of this page
   */
  constructor({
    state,
    author,
    journal,
    sync,
    activity,
    visited,
    utterancePanel,
    questions,
    dialog,
    group,
    paint,
    show,
  }) {
    this.state = state;
    this.author = author;
    this.journal = journal;
    this.sync = sync;
    this.activity = activity;
    this.visited = visited;
    this.utterancePanel = utterancePanel;
    this.questions = questions;
    this.dialog = dialog;
    this.group = group;
    this.paint = paint;
    this.show = show;
  }

  /** Whether the decision is stored as soon as the clip has played. */
  get isArmed() {
    return this.#waiting === "enter";
  }

  /** Whether the clip has to be played to its end before a decision. */
  get mustPlay() {
    return this.utterancePanel.mustPlay && !this.state.session?.played;
  }

  /** @param {(session: CaseSession) => unknown} change of the draft */
  change(change) {
    const { session, phase } = this.state;
    if (!session || phase !== "label" || session.isFinal) return;
    this.#waiting = null;
    if (change(session)) this.#keepDraft(session);
    this.paint();
  }

  cannotJudge() {
    const question = this.state.session?.focus;
    if (question?.allowsCannotJudge) this.change((session) => session.choose(question, CANNOT_JUDGE));
  }

  /** Do what Enter does: store the decision and go to the next case. */
  enter() {
    const { session, phase } = this.state;
    if (!session || phase !== "label") return undefined;
    if (session.isFinal) return this.#leave(session);
    if (session.decision && !session.isHidden && !session.isChanged) return this.#leave(session);
    if (session.mayReveal && !session.isChanged) return void this.#reveal(session);
    if (session.firstOpen) return this.questions.nudge();
    if (!this.#hasPlayed()) return undefined;
    if (!session.needsReason) return this.#decide(session, {});
    return this.dialog.ask("own", session.utterance.text, (how) => this.#decide(session, how));
  }

  /** The clip has played to its end: store a decision that waited for it. */
  onPlayed() {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.paint();
    if (waiting === "enter") this.enter();
    else if (waiting) this.setAside(waiting);
  }

  /** @param {"undecidable" | "discussion"} outcome */
  setAside(outcome) {
    const { session, phase } = this.state;
    if (!session || phase !== "label" || session.isFinal) return;
    if (outcome === "undecidable" && !this.#hasPlayed("undecidable")) return;
    this.dialog.ask(outcome, session.utterance.text, (how) => this.#decide(session, { outcome, ...how }));
  }

  /** Go to the next case; an undecided one goes back to the queue. */
  skip() {
    const { session, phase } = this.state;
    if (!session || phase !== "label") return undefined;
    if (this.visited.isNewest && !session.isDecided) {
      session.isSkipped = true;
      void this.sync.giveBack(session.given);
    } else if (this.visited.isNewest) return this.#leave(session);
    return this.#next();
  }

  /** Go to the case before this one. */
  previous() {
    if (!this.visited.hasPrevious) return;
    const session = this.visited.step(-1);
    if (session?.isSkipped) void this.sync.reopen(session.given.utterance);
    else if (session) this.show(session);
  }

  /** Take back the last key press, or else the last decision, also of the case before this one. */
  undo() {
    const { phase } = this.state;
    let { session } = this.state;
    this.#waiting = null;
    if (phase === "nothing") session = this.visited.current;
    else if (phase !== "label") return;
    if (!session?.canUndo && phase === "label" && this.visited.hasPrevious) session = this.visited.step(-1);
    if (!session) return;
    const operation = session.undo(session.hasPresses ? NO_EFFORT : this.#effort(session));
    if (operation) void this.sync.send(session.given, operation);
    this.#keepDraft(session);
    if (session === this.state.session && phase === "label") this.paint();
    else this.show(session);
  }

  /**
   * @param {CaseSession} session
   * @param {{outcome?: import("../types.js").Outcome, reason?: string, comment?: string}} how
   */
  #decide(session, how) {
    const isBlind = session.isHidden;
    const operation = session.decide(this.#effort(session), { ...how, group: this.group() });
    if (!operation) return;
    const sent = this.sync.send(session.given, operation);
    void this.journal.keepDraft(this.author, session.id, session.given.utterance, null);
    if (isBlind) void sent.then(() => this.#reveal(session));
    else this.#leave(session);
    this.paint();
  }

  /** @param {CaseSession} session whose decision without the answers is stored */
  async #reveal(session) {
    const revealed = await this.sync.reveal(session.given);
    // without a network the answers stay hidden, and work goes on
    if (!revealed) return this.#leave(session);
    session.reveal(revealed);
    if (this.state.session === session) this.show(session);
  }

  /** @param {CaseSession} session that is decided */
  #leave(session) {
    if (this.state.session === session) this.#next();
  }

  #next() {
    this.#waiting = null;
    const later = this.visited.step(1);
    if (later && !later.isSkipped) this.show(later);
    else if (later) void this.sync.reopen(later.given.utterance);
    else void this.sync.next();
  }

  /**
   * Return whether the clip has played; else play it, or wait for its end.
   *
   * @param {"enter" | "undecidable"} [waiting] what is done at its end
   */
  #hasPlayed(waiting = "enter") {
    if (!this.mustPlay) return true;
    this.#waiting = waiting;
    if (!this.utterancePanel.isPlaying) void this.utterancePanel.replay();
    this.paint();
    return false;
  }

  /** @param {CaseSession} session a clip that was played for one decision counts for the next one on the same case */
  #effort(session) {
    const played = this.utterancePanel.takePlayed();
    session.played = played || session.played;
    return { active_ms: this.activity.take(), played_ms: session.played };
  }

  /** @param {CaseSession} session */
  #keepDraft(session) {
    void this.journal.keepDraft(this.author, session.id, session.given.utterance, session.answers);
  }
}
