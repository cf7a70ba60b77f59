// The actions of the keyboard and of the buttons.

/** @typedef {import("../session/column_keys.js").Action} Action */
/** @typedef {import("../types.js").Question} Question */

/**
 * @param {object} options
 * @param {import("./deciding.js").CaseState} options.state
 * @param {import("./deciding.js").Deciding} options.deciding
 * @param {import("../../label/view/utterance.js").UtterancePanel} options.utterancePanel
 * @param {{toggle: (question: Question | null) => void, close: () => void}} options.guideline
 * @param {() => void} options.unfold
 * @param {() => void} options.meet opens the dialog of a meeting
 * @param {() => void} options.paint
 * @returns {(action: Action) => void} performs an action
 */
export function createActions({ state, deciding, utterancePanel, guideline, unfold, meet, paint }) {
  return (action) => {
    if (action.do === "meeting") return meet();
    if (!state.session) return action.do === "undo" ? deciding.undo() : undefined;
    switch (action.do) {
      case "take":
        return deciding.change((session) => session.take(action.letter ?? ""));
      case "settle":
        return deciding.change((session) => session.settle(action.letter ?? ""));
      case "answer":
        return deciding.change((session) =>
          session.choose(/** @type {Question} */ (action.question), /** @type {string | number} */ (action.value)),
        );
      case "cannot-judge":
        return deciding.cannotJudge();
      case "commit":
        return deciding.enter();
      case "undecidable":
        return deciding.setAside("undecidable");
      case "discuss":
        return deciding.setAside("discussion");
      case "undo":
        return deciding.undo();
      case "redo":
        return deciding.change((session) => session.redo());
      case "previous":
        return deciding.previous();
      case "skip":
        return deciding.skip();
      case "focus":
        state.session.moveFocus(action.step ?? 1);
        return paint();
      case "unfold":
        return unfold();
      case "replay":
        return void utterancePanel.replay();
      case "replay-all":
        return void utterancePanel.playUpTo(state.session.index);
      case "slower":
        return utterancePanel.changeRate(-1);
      case "faster":
        return utterancePanel.changeRate(1);
      case "guideline":
        return guideline.toggle(state.session.focus);
      case "close":
        return guideline.close();
    }
    return undefined;
  };
}
