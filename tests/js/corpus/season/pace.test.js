import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace, sizeText, timeText } from "../../../../static/js/corpus/season/pace.js";

test("the rate is that of the last seconds, and the rest follows from it", () => {
  const pace = new Pace(100_000);
  pace.note(0, 0);
  assert.equal(pace.remainingMs, null);
  pace.note(10_000, 10_000);
  assert.equal(pace.rate, 1000);
  assert.equal(pace.remainingMs, 90_000);
  for (const second of [11, 15, 20, 25, 30, 35]) {
    pace.note(10_000 + (second - 10) * 2000, second * 1000);
  }
  assert.equal(pace.rate, 2000);
  assert.equal(pace.remainingMs, 20_000);
});

test("an upload that stands still has no end", () => {
  const pace = new Pace(100);
  pace.note(10, 0);
  pace.note(10, 5000);
  assert.equal(pace.rate, 0);
  assert.equal(pace.remainingMs, null);
});

test("sizes and times are short", () => {
  assert.deepEqual([0, 999, 1000, 1_250_000, 999_600, 4_400_000_000].map(sizeText), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.3 MB",
    "1.0 MB",
    "4.4 GB",
  ]);
  assert.deepEqual([0, 1, 61_000, 3_725_000].map(timeText), ["0:00", "0:01", "1:01", "1:02:05"]);
});
