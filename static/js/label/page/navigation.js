// Movement within the open dialogue: from one utterance to another, and from watching to labelling.

import { byId } from "../view/dom.js";

/** @typedef {import("./state.js").PageState} PageState */

export class Navigation {
  /**
   * @param {object} options
   * @param {PageState} options.state
   * @param {import("./phases.js").Phases} options.phases
   * @param {import("../view/utterance.js").UtterancePanel} options.utterancePanel
   * @param {{root: HTMLElement}} options.questions
   * @param {{propose: () => void, showCurrent: () => void}} options.messages
   */
  constructor({ state, phases, utterancePanel, questions, messages }) {
    this.state = state;
    this.phases = phases;
    this.utterancePanel = utterancePanel;
    this.questions = questions;
    this.messages = messages;
  }

  /**
   * Go to an utterance, as far as the policy allows it.
   *
   * @param {number} index
   */
  go(index) {
    const { session } = this.state;
    if (!session || index < 0 || index >= session.work.utterances.length || index === session.index) return;
    const before = session.index;
    this.messages.propose();
    session.go(index);
    if (session.index !== before) this.showCurrent();
  }

  /** @param {number} step -1 for the utterance before, 1 for the one after */
  step(step) {
    if (this.state.session) this.go(this.state.session.index + step);
  }

  /** Show the current utterance for labelling, and play it. */
  showCurrent() {
    this.phases.enter("label");
    // a button that keeps the focus would take the next Enter for a click
    if (this.questions.root.contains(document.activeElement)) byId("current-utterance").focus();
    this.utterancePanel.showCurrent();
    this.messages.showCurrent();
  }

  /** Begin or resume the open dialogue. */
  begin() {
    const { session } = this.state;
    if (!session) return;
    const isFresh = session.labelled === 0 && session.drafts.size === 0;
    if (session.isComplete && !session.isCorrection) this.phases.enter("complete");
    else if (isFresh && this.utterancePanel.hasMedia && session.policy.watchFirst) {
      this.phases.enter("watch");
      this.utterancePanel.overview();
    } else this.showCurrent();
  }

  /** Show the next open utterance, or the end of the dialogue if every utterance has its answers. */
  proceed() {
    const { session } = this.state;
    if (session?.isComplete && !session.isCorrection) this.phases.enter("complete");
    else this.showCurrent();
  }

  /** Play the whole dialogue before labelling; afterwards show the first utterance. */
  async watch() {
    const { state, phases } = this;
    if (!state.session) return;
    phases.markWatching(true);
    const hasPlayed = await this.utterancePanel.watch();
    if (state.phase !== "watch") return;
    if (hasPlayed) this.showCurrent();
    else phases.markWatching(false);
  }

  /** Play the current utterance, or the whole dialogue while the page offers to watch it. */
  replay() {
    if (this.state.phase === "watch") void this.watch();
    else void this.utterancePanel.replay();
  }

  /** Play from the start of the dialogue to the current utterance. */
  replayFromStart() {
    if (this.state.phase === "watch") void this.watch();
    else if (this.state.session) void this.utterancePanel.playUpTo(this.state.session.index);
  }
}
