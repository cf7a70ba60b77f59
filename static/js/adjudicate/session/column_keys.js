// The keys of the adjudication page: those of the columns, found among the keys that the codebook leaves free.

import { keymap } from "../../label/session/keymap.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {{letter: string, code: string, key: string}} ColumnKey key: as printed */

/**
 * @typedef {{do: string, letter?: string, question?: Question, value?: string | number, step?: number}} Action
 *   `take`: the whole profile of a column; `settle`: its answer to the question in focus; `focus`: the question before or
 *   after; `undecidable`, `discuss`, `unfold`, `meeting`, `previous`, `skip`, and those of the labelling page
 */

/** @type {Record<string, string>} */
const SIGNS = { Comma: ",", Period: ".", Slash: "/", Semicolon: ";" };
// home row first, where the right hand rests; the labelling page uses G
const FREE_KEYS = "JKLHUIOPMNFDSAREWTYQVCXZB";
/** @type {Record<string, Action>} */
const PAGE_KEYS = {
  Minus: { do: "undecidable" },
  Backquote: { do: "discuss" },
  Equal: { do: "discuss" },
  Backslash: { do: "unfold" },
  F2: { do: "meeting" },
  ArrowUp: { do: "focus", step: -1 },
  ArrowDown: { do: "focus", step: 1 },
  ArrowLeft: { do: "previous" },
  PageUp: { do: "previous" },
  ArrowRight: { do: "skip" },
  PageDown: { do: "skip" },
};
const NOT_HERE = new Set(["flag", "ask", "cut", "back", "forward", "all_default", "same_as_previous"]);

/**
 * Return the keys of the columns: their own letters if the codebook leaves all of them free, else other free keys.
 *
 * @param {Question[]} questions
 * @param {string[]} letters of the columns
 * @returns {ColumnKey[]} without the columns for which no key is left
 */
export function columnKeys(questions, letters) {
  const taken = new Set(["KeyG", ...questions.flatMap(({ options }) => options.map(({ code }) => code))]);
  const own = letters.map((letter) => `Key${letter}`);
  const free = [
    ...[...FREE_KEYS].map((each) => `Key${each}`),
    "Semicolon",
    ..."987654321".split("").map((n) => `Digit${n}`),
  ];
  const codes = own.every((code) => !taken.has(code)) ? own : free.filter((code) => !taken.has(code));
  return letters.flatMap((letter, index) =>
    codes[index] ? [{ letter, code: codes[index], key: printed(codes[index]) }] : [],
  );
}

/**
 * Return the function that maps a key press to an action.
 *
 * @param {Question[]} questions
 * @param {ColumnKey[]} columns
 * @returns {(event: {code: string, shiftKey: boolean, ctrlKey: boolean, metaKey: boolean, altKey: boolean}) => Action | null}
 */
export function caseKeymap(questions, columns) {
  const labelling = keymap(questions);
  const letters = new Map(columns.map(({ code, letter }) => [code, letter]));
  return (event) => {
    const { code, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (!ctrlKey && !metaKey && !altKey) {
      const letter = letters.get(code);
      if (letter) return { do: shiftKey ? "settle" : "take", letter };
      if (!shiftKey && code in PAGE_KEYS) return PAGE_KEYS[code];
    }
    const action = labelling(event);
    return action && !NOT_HERE.has(action.do) ? action : null;
  };
}

/** @param {string} code */
function printed(code) {
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "");
}
