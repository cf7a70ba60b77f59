import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clock,
  exactClock,
  fullNameOf,
  isNumeric,
  shortNameOf,
  signed,
} from "../../../../static/js/label/view/format.js";

const task = (name, ...names) => ({
  name,
  kind: "task",
  options: names.map((each) => ({ value: each.replace("−", "-").split(" ")[0], name: each })),
});
const arousal = task("Arousal", "−2", "0", "2 wild");
const emotion = task("Emotion", "joy", "anger", "fear");
const humor = task("Humor", "no", "yes");

test("a number is named with its question", () => {
  assert.equal(shortNameOf(arousal, "-2"), "Arousal −2");
  assert.equal(shortNameOf(arousal, "2"), "Arousal 2 wild");
  assert.equal(fullNameOf(arousal, undefined), "Arousal");
  assert.equal(shortNameOf(emotion, "joy"), "joy");
  assert.equal(shortNameOf(emotion, ["joy", "fear"]), "joy · fear");
  assert.equal(shortNameOf(humor, "yes"), "Humor");
  assert.deepEqual([arousal, emotion, humor, { ...arousal, kind: "link" }].map(isNumeric), [true, false, false, false]);
});

test("a minus sign is a minus sign", () => {
  assert.deepEqual([-2, 0, 2].map(signed), ["−2", "0", "+2"]);
});

test("a place in the dialogue is told in whole seconds", () => {
  assert.deepEqual([clock(6_240), clock(3_661_000)], ["0:06", "1:01:01"]);
});

test("one step of a cut changes an exact time", () => {
  assert.deepEqual([6_240, 6_280, 6_440, 3_661_005].map(exactClock), ["0:06.24", "0:06.28", "0:06.44", "1:01:01.00"]);
});
