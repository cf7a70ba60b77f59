// The life of a dialogue on the page: opened, renewed from the server, lost, closed.

import { questionsOf } from "../session/codebook.js";
import { Session } from "../session/session.js";

/** @typedef {import("./state.js").PageState} PageState */
/** @typedef {import("../types.js").Work} Work */
/** @typedef {import("../sync/assignment_sync.js").Pending} Pending */

/** @type {Map<string, import("./state.js").Phase>} refusals with a phase of their own: there is no new work now */
const PHASE_OF_REFUSAL = new Map([
  ["annotator.absent", "enough"],
  ["annotator.daily_limit", "enough"],
  ["annotator.paused", "enough"],
  ["annotator.share_done", "enough"],
  ["annotator.week_done", "enough"],
  ["corpus.archived", "archived"],
]);

export class Lifecycle {
  /**
   * @param {object} options
   * @param {PageState} options.state
   * @param {string} options.language of the page: `en`, `zh-hans`
   * @param {import("../status/activity.js").Activity} options.activity
   * @param {import("./keyboard.js").Keyboard} options.keyboard
   * @param {import("./phases.js").Phases} options.phases
   * @param {import("./navigation.js").Navigation} options.navigation
   * @param {import("./overview.js").Overview} options.overview
   * @param {{open: (session: Session) => void}} options.dialogue
   * @param {{open: (questions: import("../types.js").Question[]) => void}} options.questions
   * @param {{open: (questions: import("../types.js").Question[]) => void}} options.hint
   * @param {import("../view/utterance.js").UtterancePanel} options.utterancePanel
   * @param {{open: (session: Session) => void}} options.workTime
   * @param {import("../view/training_feedback.js").TrainingFeedback} options.feedback
   * @param {import("../messages/messages.js").Messages} options.messages
   * @param {import("./corrections.js").Corrections | null} [options.corrections] null: the page labels
   * @param {{show: (work: Work) => void}} options.codebookNews
   * @param {Record<string, string>} [options.texts]
   */
  constructor({
    state,
    language,
    activity,
    keyboard,
    phases,
    navigation,
    overview,
    dialogue,
    questions,
    hint,
    utterancePanel,
    workTime,
    feedback,
    messages,
    codebookNews,
    corrections = null,
    texts = {},
  }) {
    this.state = state;
    this.language = language;
    this.activity = activity;
    this.keyboard = keyboard;
    this.phases = phases;
    this.navigation = navigation;
    this.overview = overview;
    this.dialogue = dialogue;
    this.questions = questions;
    this.hint = hint;
    this.utterancePanel = utterancePanel;
    this.workTime = workTime;
    this.feedback = feedback;
    this.messages = messages;
    this.codebookNews = codebookNews;
    this.corrections = corrections;
    this.texts = texts;
  }

  /**
   * Open a dialogue.
   *
   * @param {Work} work
   * @param {Pending} pending
   */
  open(work, pending) {
    const roundBefore = this.state.session?.work.round;
    const questions = questionsOf(work.codebook, this.language);
    const session = new Session(work, questions, pending, this.corrections !== null);
    this.state.session = session;
    this.corrections?.open(session);
    this.keyboard.setQuestions(questions);
    this.questions.open(questions);
    this.hint.open(questions);
    this.dialogue.open(session);
    this.utterancePanel.open(session);
    this.workTime.open(session);
    this.messages.open(session, pending.posts);
    this.overview.showHeading(work);
    this.activity.take(); // the time before the dialogue was open does not count for it
    if (this.feedback.isNewStage(roundBefore, session)) this.#announce("round");
    else this.navigation.begin();
  }

  /**
   * Take over a newer state of the open dialogue from the server, and stay at the current utterance if possible.
   *
   * @param {Work} work
   * @param {Pending} pending
   */
  renew(work, pending) {
    const { session, phase } = this.state;
    if (session?.work.id !== work.id) return undefined;
    if (session.work.codebook_version !== work.codebook_version) {
      this.open(work, pending);
      return this.codebookNews.show(work);
    }
    const utteranceBefore = JSON.stringify(session.utterance);
    const wasComplete = session.isComplete;
    const wereAsked = askedAgain(session.work);
    for (const utterance of session.renew(work, pending)) this.utterancePanel.forget(utterance);
    this.dialogue.open(session);
    this.overview.showComment(work.comment);
    if (askedAgain(work) > wereAsked) this.codebookNews.show(work);
    const isOpenAgain = phase === "complete" && !session.isComplete;
    if (isOpenAgain) session.goToOpen();
    const isEdited = phase === "label" && utteranceBefore !== JSON.stringify(session.utterance);
    if (isOpenAgain || isEdited) return this.navigation.showCurrent();
    const isOver = session.isComplete && !wasComplete && session.drafts.size === 0;
    if (isOver && phase === "label") return this.phases.enter("complete");
    this.overview.paint();
    this.messages.paint();
    return undefined;
  }

  /** Close the page's dialogue: no dialogue is left to label. */
  close() {
    this.state.session = null;
    this.messages.open(null);
    this.overview.clear();
    this.phases.enter("nothing");
  }

  /**
   * The assignment belongs to someone else now, or the server gives out none.
   *
   * @param {string} reason the server's sentence; may be empty
   * @param {string} [code] of the refusal
   */
  lose(reason, code) {
    if (code === "open_again") this.phases.enterWithNotice("gone", this.texts.openAgain);
    else if (code === "annotator.not_qualified") this.#announce("failed");
    else this.phases.enterWithNotice(PHASE_OF_REFUSAL.get(code ?? "") ?? "gone", reason);
  }

  /** @param {string} reason why the server does not accept the dialogue as finished */
  refuseHandIn(reason) {
    this.phases.enterWithNotice("complete", reason);
  }

  /**
   * Show how far the annotator is in training and test.
   *
   * @param {"round" | "failed"} phase
   */
  #announce(phase) {
    void this.feedback.announce();
    this.phases.enter(phase);
  }
}

/** @param {Work} work */
function askedAgain({ utterances }) {
  return utterances.filter(({ asked }) => asked).length;
}
