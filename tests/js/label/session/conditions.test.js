import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { applies, holds } from "../../../../static/js/label/session/conditions.js";

const table = JSON.parse(readFileSync(new URL("../../../conditions.json", import.meta.url), "utf8"));

for (const { text, tree, answers, holds: expected } of table.holds) {
  test(`${text} of ${JSON.stringify(answers)}`, () => {
    assert.equal(holds(tree, answers), expected);
  });
}

test("a link is asked only between judged ends", () => {
  const link = { from: "emotion", to: "sentiment", condition: ["always"] };
  assert.equal(applies(link, { emotion: "joy", sentiment: "positive" }), true);
  assert.equal(applies(link, { emotion: "cannot_judge", sentiment: "positive" }), false);
  assert.equal(applies(link, { emotion: "joy" }), false);
});

test("a chain of any length is evaluated without recursion", () => {
  let tree = ["==", "emotion", "joy"];
  for (let i = 0; i < 100_000; i++) tree = ["or", ["not", tree], ["!=", "emotion", "joy"]];
  assert.equal(holds(tree, { emotion: "joy" }), true);
  assert.equal(holds(tree, {}), false);
});

test("an unknown operator is an error", () => {
  assert.throws(() => holds(["<", "emotion", "joy"], { emotion: "joy" }), /unknown operator </);
});
