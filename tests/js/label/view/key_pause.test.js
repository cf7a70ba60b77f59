import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { awaitPause, PAUSE_MS } from "../../../../static/js/label/view/key_pause.js";

let page;
let released;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  page = new EventTarget();
  globalThis.document = page;
  released = 0;
});

/** Press a key; return whether it was held back. */
function press(code) {
  const event = Object.assign(new Event("keydown", { cancelable: true }), { code });
  page.dispatchEvent(event);
  return event.defaultPrevented;
}

const release = () => {
  released += 1;
};

test("keys are held back until none was pressed for a moment", (context) => {
  awaitPause(release);
  for (const code of ["KeyQ", "Digit1", "Enter"]) {
    assert.equal(press(code), true, code);
    context.mock.timers.tick(PAUSE_MS - 1);
    assert.equal(released, 0, "each key begins the pause anew");
  }
  context.mock.timers.tick(1);
  assert.deepEqual([released, press("KeyQ")], [1, false]);
});

test("a click, the Tab key or a moved focus ends the wait, and keeps its effect", (context) => {
  for (const event of [new Event("pointerdown", { cancelable: true }), new Event("focusin"), null]) {
    awaitPause(release);
    if (event) page.dispatchEvent(event);
    assert.equal(event ? event.defaultPrevented : press("Tab"), false);
    assert.equal(press("KeyQ"), false);
    context.mock.timers.tick(2 * PAUSE_MS);
    assert.equal(released, 0, "the focus is where the person put it");
  }
});

test("what closes by itself waits no longer", (context) => {
  const stop = awaitPause(release);
  stop();
  assert.equal(press("KeyQ"), false);
  context.mock.timers.tick(2 * PAUSE_MS);
  assert.equal(released, 0);
});
