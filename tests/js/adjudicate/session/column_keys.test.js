import assert from "node:assert/strict";
import { test } from "node:test";
import { caseKeymap, columnKeys } from "../../../../static/js/adjudicate/session/column_keys.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { codebook } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const few = questionsOf({ ...codebook, tasks: codebook.tasks.slice(0, 1), links: [] }, "en");
const press = (code, more = {}) => ({ code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

test("columns have their own letters as keys if the codebook leaves them free", () => {
  assert.deepEqual(
    columnKeys(few, ["A", "B", "C"]).map(({ key }) => key),
    ["A", "B", "C"],
  );
});

test("otherwise columns have free keys of the home row, and none clashes with an answer", () => {
  const keys = columnKeys(questions, ["A", "B", "C"]);
  assert.deepEqual(
    keys.map(({ key }) => key),
    ["J", "K", "L"],
  );
  const answers = questions.flatMap(({ options }) => options.map(({ code }) => code));
  for (const { code } of columnKeys(questions, [..."ABCDEFGHIJKLM"])) assert.ok(!answers.includes(code), code);
});

test("columns beyond the free keys have none", () => {
  const keys = columnKeys(questions, [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]);
  assert.equal(new Set(keys.map(({ code }) => code)).size, keys.length);
  assert.ok(keys.length < 26);
});

const cases = [
  ["KeyJ", {}, { do: "take", letter: "A" }],
  ["KeyK", { shiftKey: true }, { do: "settle", letter: "B" }],
  ["Minus", {}, { do: "undecidable" }],
  ["Backquote", {}, { do: "discuss" }],
  ["Backslash", {}, { do: "unfold" }],
  ["F2", {}, { do: "meeting" }],
  ["ArrowDown", {}, { do: "focus", step: 1 }],
  ["ArrowLeft", {}, { do: "previous" }],
  ["ArrowRight", {}, { do: "skip" }],
  ["Enter", {}, { do: "commit" }],
  ["Space", {}, { do: "replay" }],
  ["KeyZ", { ctrlKey: true }, { do: "undo" }],
  ["Quote", {}, null],
  ["ArrowLeft", { shiftKey: true }, null],
];
for (const [code, more, action] of cases) {
  test(`${Object.keys(more)} ${code} is ${action?.do ?? "no action"}`, () => {
    const actionOf = caseKeymap(questions, columnKeys(questions, ["A", "B", "C"]));
    assert.deepEqual(actionOf(press(code, more)), action);
  });
}

test("answers keep the keys of the codebook", () => {
  const action = caseKeymap(questions, columnKeys(questions, ["A"]))(press("KeyW"));
  assert.deepEqual([action.do, action.question.slug, action.value], ["answer", "emotion", "joy"]);
});
