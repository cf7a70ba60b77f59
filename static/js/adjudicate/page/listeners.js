// Event listeners of the page: buttons, signs of activity, connection and closing.

import { releaseFocus, transportAction } from "../../label/page/listeners.js";
import { byId } from "../../label/view/dom.js";

/**
 * @param {object} options
 * @param {import("../../label/page/keyboard.js").Keyboard} options.keyboard
 * @param {(action: any) => void} options.perform
 * @param {import("./deciding.js").Deciding} options.deciding
 * @param {() => void} options.toggleGuideline
 * @param {import("../../label/status/activity.js").Activity} options.activity
 * @param {import("../sync/case_sync.js").CaseSync} options.sync
 * @param {() => boolean} options.mayLoseWork whether closing the page now would lose unsent work
 */
export function listen({ keyboard, perform, deciding, toggleGuideline, activity, sync, mayLoseWork }) {
  document.addEventListener("keydown", (event) => keyboard.handle(event));
  byId("label").addEventListener("click", releaseFocus);
  byId("guideline-open").addEventListener("click", toggleGuideline);
  /** @type {[string, () => void][]} */
  const buttons = [
    ["commit", () => deciding.enter()],
    ["undo", () => deciding.undo()],
    ["redo", () => deciding.change((session) => session.redo())],
    ["previous", () => deciding.previous()],
    ["skip", () => deciding.skip()],
    ["undecidable", () => deciding.setAside("undecidable")],
    ["discuss", () => deciding.setAside("discussion")],
    ["back", () => deciding.undo()],
  ];
  for (const [id, act] of buttons) byId(id).addEventListener("click", act);
  byId("transport").addEventListener("click", (event) => {
    const action = transportAction(event);
    if (action) perform(action);
  });
  for (const type of ["pointermove", "keydown", "wheel"]) {
    const touch = () => {
      activity.touch();
      sync.touch();
    };
    document.addEventListener(type, touch, { passive: true });
  }
  for (const type of ["online", "focus"]) window.addEventListener(type, () => void sync.retry());
  window.addEventListener("focus", () => void sync.refresh());
  document.addEventListener("visibilitychange", () => document.hidden || void sync.refresh());
  window.addEventListener("beforeunload", (event) => {
    if (mayLoseWork()) event.preventDefault();
  });
}
