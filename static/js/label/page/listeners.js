// Event listeners of the page: buttons, signs of activity, connection and closing.

import { byId } from "../view/dom.js";

/**
 * @param {object} options
 * @param {import("./state.js").PageState} options.state
 * @param {import("./keyboard.js").Keyboard} options.keyboard
 * @param {(action: import("../session/keymap.js").Action) => void} options.perform
 * @param {import("./labelling.js").Labelling} options.labelling
 * @param {import("./navigation.js").Navigation} options.navigation
 * @param {{toggle: (question: import("../types.js").Question | null) => void}} options.guideline
 * @param {import("../status/activity.js").Activity} options.activity
 * @param {{add: (activeMs: number) => void}} options.workTime
 * @param {import("../sync/assignment_sync.js").AssignmentSync} options.sync
 * @param {() => boolean} options.mayLoseWork whether closing the page now would lose unsent work
 */
export function listen({
  state,
  keyboard,
  perform,
  labelling,
  navigation,
  guideline,
  activity,
  workTime,
  sync,
  mayLoseWork,
}) {
  document.addEventListener("keydown", (event) => keyboard.handle(event));
  byId("label").addEventListener("click", releaseFocus);
  byId("commit").addEventListener("click", () => labelling.commit());
  byId("undo").addEventListener("click", () => labelling.undo());
  byId("redo").addEventListener("click", () => labelling.redo());
  byId("guideline-open").addEventListener("click", () => guideline.toggle(state.session?.focus ?? null));
  byId("transport").addEventListener("click", (event) => {
    const action = transportAction(event);
    if (action) perform(action);
  });
  byId("watch-start").addEventListener("click", () => navigation.watch());
  byId("watch-skip").addEventListener("click", () => labelling.commit());
  for (const type of ["pointermove", "keydown", "wheel"]) {
    document.addEventListener(
      type,
      () => {
        workTime.add(activity.touch());
        sync.touch();
      },
      { passive: true },
    );
  }
  for (const type of ["online", "focus"]) window.addEventListener(type, () => sync.retry());
  window.addEventListener("focus", () => sync.refresh());
  document.addEventListener("visibilitychange", () => document.hidden || sync.refresh());
  window.addEventListener("beforeunload", (event) => {
    if (mayLoseWork()) event.preventDefault();
  });
}

/**
 * Take the focus from a button after a mouse click; it would take the next Enter for a click.
 *
 * @param {MouseEvent} event `detail` is 0 for a press by keyboard
 */
export function releaseFocus({ detail, target }) {
  if (detail > 0) /** @type {HTMLElement} */ (target).closest("button")?.blur();
}

/**
 * Return the action of a button below the picture; these buttons have the same actions as keys.
 *
 * @param {Event} event
 * @returns {import("../session/keymap.js").Action | null}
 */
export function transportAction({ target }) {
  const { do: name, edge, steps } = /** @type {HTMLElement} */ (target).closest("button")?.dataset ?? {};
  if (edge) return { do: "cut", edge: edge === "start_ms" ? "start_ms" : "end_ms", steps: Number(steps) };
  return name ? /** @type {any} */ ({ do: name }) : null;
}
