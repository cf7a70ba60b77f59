import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { keymap } from "../../../../static/js/label/session/keymap.js";
import { codebook } from "../fixtures.js";

const act = keymap(questionsOf(codebook, "en"));
const press = (code, more = {}) =>
  act({ code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
const chosen = (code) => {
  const found = press(code);
  return found?.do === "answer" ? [found.question.slug, found.value] : found?.do;
};

test("each choice is chosen by the position of its key", () => {
  assert.deepEqual(chosen("Digit3"), ["sentiment", "positive"]);
  assert.deepEqual(chosen("Numpad3"), ["sentiment", "positive"]);
  assert.deepEqual(chosen("KeyW"), ["emotion", "joy"]);
  assert.deepEqual(chosen("KeyZ"), ["emotion_sentiment", -2]);
  assert.deepEqual(chosen("Slash"), ["sarcasm_humor", 2]);
});

test("an input method changes key and key code, but not the position", () => {
  const composing = { key: "Process", keyCode: 229, isComposing: true };
  assert.equal(press("KeyQ", composing)?.value, "neutral");
  assert.equal(press("Enter", { ...composing })?.do, "commit");
});

test("the page has its own keys", () => {
  const own = { Enter: "commit", NumpadEnter: "commit", Space: "replay", Backspace: "undo", Digit0: "cannot-judge" };
  for (const [code, expected] of Object.entries(own)) assert.equal(chosen(code), expected);
  assert.equal(press("Space", { shiftKey: true })?.do, "replay-all");
  assert.equal(press("KeyZ", { ctrlKey: true })?.do, "undo");
  assert.equal(press("KeyZ", { metaKey: true })?.do, "undo");
  assert.equal(press("KeyZ", { ctrlKey: true, shiftKey: true })?.do, "redo");
  assert.equal(press("KeyY", { ctrlKey: true })?.do, "redo");
  assert.equal(press("Backspace", { shiftKey: true })?.do, "redo");
  assert.equal(press("KeyG")?.do, "guideline");
  assert.equal(press("Slash", { shiftKey: true })?.do, "guideline");
});

test("combinations of the browser are not taken", () => {
  assert.equal(press("KeyR", { ctrlKey: true }), null);
  assert.equal(press("KeyC", { metaKey: true }), null);
  assert.equal(press("KeyD", { altKey: true }), null);
  assert.equal(press("F5"), null);
});

test("a codebook may use the key g", () => {
  const document = structuredClone(codebook);
  Object.assign(document.tasks[0].choices[0], { key: "g", code: "KeyG" });
  const found = keymap(questionsOf(document, "en"))({ code: "KeyG" });
  assert.deepEqual([found.do, found.value], ["answer", "negative"]);
});

test("flag and inquiry have keys that no codebook can use", () => {
  assert.deepEqual([press("Backquote")?.do, press("Quote")?.do], ["flag", "ask"]);
});
