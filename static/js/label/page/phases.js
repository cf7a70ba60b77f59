// The phases of the labelling page: which panel is visible, and the notice above it.

import { byId } from "../view/dom.js";
import { awaitPause } from "../view/key_pause.js";

/** @typedef {import("./state.js").Phase} Phase */

const FINAL_PHASES = new Set(["nothing", "enough", "gone", "archived"]); // each shows one link that leads to the next page

export class Phases {
  #root = byId("label");
  #stopWaiting = () => {};

  /**
   * @param {object} options
   * @param {{phase: Phase}} options.state
   * @param {{pause: () => void}} options.player paused in every phase except labelling
   * @param {() => void} options.onEnter called after each change of phase
   */
  constructor({ state, player, onEnter }) {
    this.state = state;
    this.player = player;
    this.onEnter = onEnter;
  }

  /**
   * Enter a phase, and hide the notice of the phase before it.
   *
   * @param {Phase} phase
   */
  enter(phase) {
    this.state.phase = phase;
    this.#root.dataset.phase = phase;
    if (phase !== "label") this.player.pause();
    this.#stopWaiting();
    const link = FINAL_PHASES.has(phase) ? this.#root.querySelector(`.phase-${phase} a`) : null;
    if (link instanceof HTMLElement) {
      // the dialogue went to someone else while the annotator was typing; the other phases follow a press of Enter
      if (phase === "gone") this.#stopWaiting = awaitPause(() => link.focus());
      else link.focus();
    }
    byId("notice").hidden = true;
    this.onEnter();
  }

  /**
   * Enter a phase with a notice.
   *
   * @param {Phase} phase
   * @param {string} text of the notice; empty for none
   */
  enterWithNotice(phase, text) {
    this.enter(phase);
    byId("notice-text").textContent = text;
    byId("notice").hidden = !text;
  }

  /**
   * Mark whether the whole dialogue is playing. Only the styles use this mark; the phase stays "watch".
   *
   * @param {boolean} isPlaying
   */
  markWatching(isPlaying) {
    this.#root.dataset.phase = isPlaying ? "watching" : "watch";
  }
}
