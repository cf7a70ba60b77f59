import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "../../../../static/js/label/view/dom.js";

test("placeholders of a text are replaced", () => {
  assert.equal(fill("waiting ({n}) {x}", { n: 3 }), "waiting (3) {x}");
});
