import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Keyboard } from "../../../../static/js/label/page/keyboard.js";
import { FakeElement, installDom } from "../fake_dom.js";
import { questions } from "./parts.js";

let performed;
let keyboard;
let dom;

beforeEach(() => {
  dom = installDom();
  performed = [];
  keyboard = new Keyboard((action) => performed.push(action.do));
  keyboard.setQuestions(questions);
});

/** Press a key; return whether the page took it. */
function press(code, { target = new FakeElement("body"), ...more } = {}) {
  const keys = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  const event = {
    code,
    target,
    ...keys,
    repeat: false,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
    ...more,
  };
  keyboard.handle(event);
  return event.defaultPrevented && !more.defaultPrevented;
}

test("a key of the page performs its action, and the browser's own is prevented", () => {
  assert.equal(press("Digit3"), true);
  assert.equal(press("Enter"), true);
  assert.deepEqual(performed, ["answer", "commit"]);
});

test("a key without an action is left to the browser", () => {
  assert.equal(press("F5"), false);
  assert.equal(press("KeyR", { ctrlKey: true }), false);
  assert.deepEqual(performed, []);
});

test("before a dialogue is open, no key has an action", () => {
  keyboard = new Keyboard((action) => performed.push(action.do));
  assert.equal(press("Enter"), false);
  assert.deepEqual(performed, []);
});

for (const tag of ["input", "textarea", "select", "[contenteditable]"]) {
  test(`keys in ${tag} write into it`, () => {
    assert.equal(press("Digit3", { target: new FakeElement(tag) }), false);
    assert.deepEqual(performed, []);
  });
}

test("while a dialog is open, or when another listener took the key, the page ignores it", () => {
  assert.equal(press("Digit3", { defaultPrevented: true }), false);
  dom.document.found["dialog[open]"] = new FakeElement("dialog");
  assert.equal(press("Digit3"), false);
  assert.deepEqual(performed, []);
});

test("Enter and Space press the focused button, other keys act", () => {
  const button = new FakeElement("button");
  assert.equal(press("Enter", { target: button }), false);
  assert.equal(press("Space", { target: button }), false);
  assert.equal(press("Digit3", { target: button }), true);
  assert.deepEqual(performed, ["answer"]);
});

test("Enter commits on an answer that is chosen already", () => {
  assert.equal(press("Enter", { target: new FakeElement("button", { attributes: { "aria-checked": "true" } }) }), true);
  assert.equal(
    press("Enter", { target: new FakeElement("button", { attributes: { "aria-checked": "false" } }) }),
    false,
  );
  assert.deepEqual(performed, ["commit"]);
});

test("only movements repeat while a key is held down", () => {
  for (const code of ["Digit3", "Enter", "Backspace"]) assert.equal(press(code, { repeat: true }), true, code);
  assert.deepEqual(performed, []);
  for (const code of ["ArrowUp", "ArrowDown", "ArrowLeft"]) press(code, { repeat: true });
  assert.deepEqual(performed, ["back", "forward", "cut"]);
});

test("arrow keys scroll the panel that has the focus; answers keep their keys", () => {
  const text = new FakeElement("div");
  text.found["[data-scrolls]"] = text;
  assert.equal(press("ArrowDown", { target: text }), false);
  assert.equal(press("ArrowLeft", { target: text }), false);
  assert.deepEqual(performed, []);
  assert.equal(press("Digit3", { target: text }), true);
  assert.equal(press("Escape", { target: text }), true);
  assert.deepEqual(performed, ["answer", "close"]);
});
