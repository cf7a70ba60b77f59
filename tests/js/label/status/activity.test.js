import assert from "node:assert/strict";
import { test } from "node:test";
import { Activity } from "../../../../static/js/label/status/activity.js";

test("time away counts for 30 seconds at most", () => {
  let now = 0;
  const activity = new Activity(() => now);
  now = 4_000;
  activity.touch();
  now = 1_000_000;
  activity.touch();
  now += 500;
  assert.equal(activity.take(), 34_500);
  assert.equal(activity.take(), 0);
});
