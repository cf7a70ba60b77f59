// The actions of the keyboard and of the transport buttons.

/** @typedef {import("../session/keymap.js").Action} Action */

/**
 * @param {object} options
 * @param {import("./state.js").PageState} options.state
 * @param {import("./labelling.js").Labelling} options.labelling
 * @param {import("./navigation.js").Navigation} options.navigation
 * @param {{changeRate: (step: number) => void}} options.utterancePanel
 * @param {{toggle: (question: import("../types.js").Question | null) => void, close: () => void}} options.guideline
 * @param {{flag: () => void, ask: () => void, close: () => void}} options.messages
 * @returns {(action: Action) => void} performs an action; does nothing while no dialogue is open
 */
export function createActions({ state, labelling, navigation, utterancePanel, guideline, messages }) {
  return (action) => {
    if (!state.session) return undefined;
    switch (action.do) {
      case "answer":
        return labelling.choose(action.question, action.value);
      case "cannot-judge":
        return labelling.cannotJudge();
      case "all_default":
      case "same_as_previous":
        return labelling.useShortcut(action.do);
      case "commit":
        return labelling.commit();
      case "undo":
        return labelling.undo();
      case "redo":
        return labelling.redo();
      case "cut":
        return labelling.moveCut(action.edge, action.steps);
      case "replay":
        return navigation.replay();
      case "replay-all":
        return navigation.replayFromStart();
      case "back":
        return navigation.step(-1);
      case "forward":
        return navigation.step(1);
      case "slower":
        return utterancePanel.changeRate(-1);
      case "faster":
        return utterancePanel.changeRate(1);
      case "guideline":
        return guideline.toggle(state.session.focus);
      case "flag":
        return messages.flag();
      case "ask":
        return messages.ask();
      case "close":
        messages.close();
        return guideline.close();
    }
  };
}
