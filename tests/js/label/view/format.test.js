import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, exactClock } from "../../../../static/js/label/view/format.js";

test("a place in the dialogue is told in whole seconds", () => {
  assert.deepEqual([clock(6_240), clock(3_661_000)], ["0:06", "1:01:01"]);
});

test("one step of a cut changes an exact time", () => {
  assert.deepEqual([6_240, 6_280, 6_440, 3_661_005].map(exactClock), ["0:06.24", "0:06.28", "0:06.44", "1:01:01.00"]);
});
