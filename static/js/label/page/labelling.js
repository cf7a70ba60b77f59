// Answering, committing and undoing: changes of the session, written to the journal and sent to the server.

import { CANNOT_JUDGE } from "../session/conditions.js";

/** @typedef {import("./state.js").PageState} PageState */
/** @typedef {import("../types.js").Question} Question */

const NO_EFFORT = { active_ms: 0, played_ms: 0 }; // the time counts for the next operation

export class Labelling {
  /**
   * @param {object} options
   * @param {PageState} options.state
   * @param {string} options.author public id of the annotator
   * @param {import("../types.js").Journal} options.journal
   * @param {import("../sync/assignment_sync.js").AssignmentSync} options.sync
   * @param {import("../status/activity.js").Activity} options.activity
   * @param {import("./phases.js").Phases} options.phases
   * @param {import("./navigation.js").Navigation} options.navigation
   * @param {import("./overview.js").Overview} options.overview
   * @param {import("../view/utterance.js").UtterancePanel} options.utterancePanel
   * @param {{nudge: () => void}} options.questions
   * @param {import("../view/training_feedback.js").TrainingFeedback} options.feedback
   * @param {{propose: () => void}} options.messages
   * @param {import("./corrections.js").Corrections | null} options.corrections null: the page labels
   */
  constructor({
    state,
    author,
    journal,
    sync,
    activity,
    phases,
    navigation,
    overview,
    utterancePanel,
    questions,
    feedback,
    messages,
    corrections,
  }) {
    this.state = state;
    this.author = author;
    this.journal = journal;
    this.sync = sync;
    this.activity = activity;
    this.phases = phases;
    this.navigation = navigation;
    this.overview = overview;
    this.utterancePanel = utterancePanel;
    this.questions = questions;
    this.feedback = feedback;
    this.messages = messages;
    this.corrections = corrections;
  }

  /**
   * Answer a question of the current utterance.
   *
   * @param {Question} question
   * @param {string | number} value
   */
  choose(question, value) {
    const { session, phase } = this.state;
    if (!session || phase !== "label") return;
    if (session.choose(question, value)) this.#keepDraft();
    this.overview.paintAnswers();
  }

  /** Answer the next open question with "cannot judge", if it allows this answer. */
  cannotJudge() {
    const question = this.state.session?.focus;
    if (question?.allowsCannotJudge) this.choose(question, CANNOT_JUDGE);
  }

  /** @param {import("../types.js").Shortcut} kind of the key that answers every question */
  useShortcut(kind) {
    const { session, phase } = this.state;
    if (!session || phase !== "label" || !this.utterancePanel.isTaken) return;
    if (session.useShortcut(kind)) this.#keepDraft();
    this.overview.paintAnswers();
  }

  /**
   * Move an edge of the utterance, as a proposal to the manager.
   *
   * @param {"start_ms" | "end_ms"} edge
   * @param {number} steps of 40 ms; negative for earlier
   */
  moveCut(edge, steps) {
    const { session, phase } = this.state;
    if (phase !== "label" || !session?.moveCut(edge, steps)) return;
    this.utterancePanel.showCut();
    this.utterancePanel.listen(edge);
    this.overview.paintAnswers();
  }

  /** Do what Enter does in the present phase: commit the utterance, continue, or submit the dialogue. */
  commit() {
    const { session, phase } = this.state;
    if (!session || phase === "gone" || phase === "archived" || phase === "failed") return undefined;
    if (phase === "watch") return this.navigation.showCurrent();
    if (phase === "round") return this.navigation.begin();
    if (phase === "feedback") {
      this.feedback.leave(session);
      return this.navigation.proceed();
    }
    if (phase === "complete") return this.#handIn();
    if (session.focus) return this.questions.nudge();
    // a draft that a shortcut made may be older than this page; its clip has to be played all the same
    if (session.shortcut && this.utterancePanel.mustPlay) return void this.utterancePanel.replay();
    if (this.corrections && session.isChanged) return this.corrections.withReason(() => this.#commitUtterance(session));
    return this.#commitUtterance(session);
  }

  /** Take back the last key press on this utterance, or else the last commit. */
  undo() {
    const { session, phase } = this.state;
    if (!session?.canUndo || (phase !== "label" && phase !== "complete")) return;
    const operation = session.undo(session.hasPresses ? NO_EFFORT : this.#effort());
    void this.sync.send(operation);
    this.#keepDraft();
    if (operation || phase === "complete") this.navigation.showCurrent();
    else this.overview.paintAnswers();
    this.utterancePanel.showCut();
  }

  /** Redo the key press or the commit that was undone last. */
  redo() {
    const { session, phase } = this.state;
    if (!session?.canRedo || (phase !== "label" && phase !== "complete")) return;
    if (session.redoPress()) {
      this.#keepDraft();
      this.overview.paintAnswers();
      this.utterancePanel.showCut();
      return;
    }
    session.goToUndone();
    this.#keepDraft();
    const mustPlay = session.shortcut !== "" && this.utterancePanel.mustPlay;
    if (mustPlay || phase === "complete") this.navigation.showCurrent();
    if (!mustPlay) this.commit();
  }

  /** Leave the dialogue, which was returned to the manager. */
  leave() {
    this.phases.enter("loading");
    void this.sync.leave();
  }

  /** @param {import("../session/session.js").Session} session whose current utterance has all its answers */
  #commitUtterance(session) {
    const { id } = session.utterance;
    const { index } = session;
    this.messages.propose();
    const sent = this.sync.send(session.commit(this.#effort()));
    void this.journal.keepDraft(this.author, session.work.id, id, null);
    if (this.corrections && index === session.work.utterances.length - 1) return this.phases.enter("complete");
    if (session.work.round?.use !== "training") return this.navigation.proceed();
    void this.feedback.show(session, index, sent);
    return this.phases.enter("feedback");
  }

  #handIn() {
    this.phases.enter("loading");
    void (this.corrections ? this.sync.close() : this.sync.finish());
  }

  #effort() {
    return { active_ms: this.activity.take(), played_ms: this.utterancePanel.takePlayed() };
  }

  #keepDraft() {
    const { session } = this.state;
    if (!session) return;
    const { id } = session.utterance;
    void this.journal.keepDraft(this.author, session.work.id, id, session.drafts.get(id) ?? null);
  }
}
