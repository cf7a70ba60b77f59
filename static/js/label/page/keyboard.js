// Key presses on the page, turned into actions.

import { keymap } from "../session/keymap.js";

/** @typedef {{do: string, [detail: string]: any}} Action */

const REPEATABLE = new Set(["back", "forward", "cut"]); // actions that repeat while the key is held down

export class Keyboard {
  /** @type {(event: KeyboardEvent) => Action | null} */
  #actionOf = () => null;

  /** @param {(action: any) => void} perform */
  constructor(perform) {
    this.perform = perform;
  }

  /** @param {import("../types.js").Question[]} questions whose choices have keys */
  setQuestions(questions) {
    this.setKeymap(keymap(questions));
  }

  /** @param {(event: KeyboardEvent) => Action | null} actionOf maps a key press to an action */
  setKeymap(actionOf) {
    this.#actionOf = actionOf;
  }

  /** @param {KeyboardEvent} event */
  handle(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (isField(target) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const action = this.#actionOf(event);
    if (!action || pressesFocusedButton(action, target) || scrollsRegion(event)) return;
    event.preventDefault();
    if (!event.repeat || REPEATABLE.has(action.do)) this.perform(action);
  }
}

/**
 * Return whether keys pressed on an element write into it.
 *
 * @param {HTMLElement} element
 */
function isField(element) {
  return element.closest("input, textarea, select, [contenteditable]") !== null;
}

/**
 * Return whether an arrow key scrolls the panel that has the focus, such as the guideline. Answers keep their keys there.
 *
 * @param {KeyboardEvent} event
 */
function scrollsRegion({ code, target }) {
  return code.startsWith("Arrow") && /** @type {HTMLElement} */ (target).closest("[data-scrolls]") !== null;
}

/**
 * Return whether a key belongs to the focused button: Enter and Space press it, unless it is an answer that is
 * already chosen.
 *
 * @param {Action} action
 * @param {HTMLElement} target
 */
function pressesFocusedButton(action, target) {
  if (action.do !== "commit" && action.do !== "replay") return false;
  const button = target.closest("button, a, summary");
  return button !== null && button.getAttribute("aria-checked") !== "true";
}
