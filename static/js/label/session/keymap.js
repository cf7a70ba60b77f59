// The keys of the page. Keys are identified by position (`event.code`), so that layouts and input methods don't matter.

/** @typedef {import("../types.js").Question} Question */

/**
 * @typedef {{do: "answer", question: Question, value: string | number}
 *   | {do: "commit" | "undo" | "redo" | "replay" | "replay-all" | "cannot-judge" | "back" | "forward" | "guideline"
 *       | "slower" | "faster" | "close" | "flag" | "ask" | "all_default" | "same_as_previous"}
 *   | {do: "cut", edge: "start_ms" | "end_ms", steps: number}} Action
 */

/** @type {Record<string, Exclude<Action["do"], "answer" | "cut">>} */
const PAGE_KEYS = {
  Enter: "commit",
  NumpadEnter: "commit",
  Space: "replay",
  Backspace: "undo",
  Digit0: "cannot-judge",
  Numpad0: "cannot-judge",
  ArrowUp: "back",
  ArrowDown: "forward",
  BracketLeft: "slower",
  BracketRight: "faster",
  Escape: "close",
  Backquote: "flag",
  Quote: "ask",
  Minus: "all_default",
  Equal: "same_as_previous",
};
/** @type {Record<string, number>} */
const CUT_KEYS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * Return the function that maps a key press to an action.
 *
 * It ignores `event.key`, `isComposing` and the key code 229, since an input method changes all three.
 *
 * @param {Question[]} questions
 * @returns {(event: {code: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}) => Action | null}
 */
export function keymap(questions) {
  const answers = new Map();
  for (const question of questions) {
    for (const { code, value } of question.options) {
      if (!code) continue;
      answers.set(code, { do: "answer", question, value });
      if (code.startsWith("Digit")) answers.set(code.replace("Digit", "Numpad"), { do: "answer", question, value });
    }
  }
  return ({ code, shiftKey, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey) {
      if (altKey) return null;
      if (code === "KeyZ") return { do: shiftKey ? "redo" : "undo" };
      return code === "KeyY" && !shiftKey ? { do: "redo" } : null;
    }
    if (altKey) return null;
    if (shiftKey && code === "Space") return { do: "replay-all" };
    if (shiftKey && code === "Slash") return { do: "guideline" };
    if (shiftKey && code === "Backspace") return { do: "redo" };
    if (code in CUT_KEYS) return { do: "cut", edge: shiftKey ? "end_ms" : "start_ms", steps: CUT_KEYS[code] };
    if (shiftKey) return null;
    if (answers.has(code)) return answers.get(code);
    if (code === "KeyG") return { do: "guideline" };
    return code in PAGE_KEYS ? /** @type {Action} */ ({ do: PAGE_KEYS[code] }) : null;
  };
}
