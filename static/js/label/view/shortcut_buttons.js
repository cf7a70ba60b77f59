// Buttons of the shortcuts that answer every question. The codebook allows them; the utterance must be played or read.

import { byId } from "./dom.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Shortcut} Shortcut */

export class ShortcutButtons {
  /** @type {[Shortcut, HTMLButtonElement][]} */
  #buttons = [
    ["all_default", byId("all-default")],
    ["same_as_previous", byId("same-as-previous")],
  ];

  /** @param {(kind: Shortcut) => void} onUse */
  constructor(onUse) {
    for (const [kind, button] of this.#buttons) button.addEventListener("click", () => onUse(kind));
  }

  /**
   * @param {Session} session
   * @param {boolean} isTaken whether the utterance was played to its end, or read
   */
  update(session, isTaken) {
    for (const [kind, button] of this.#buttons) {
      button.hidden = !session.policy.shortcuts.includes(kind);
      button.disabled = !isTaken || (kind === "same_as_previous" && !session.previous);
      button.setAttribute("aria-pressed", String(session.shortcut === kind));
    }
  }
}
