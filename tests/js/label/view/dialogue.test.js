import assert from "node:assert/strict";
import { test } from "node:test";

import { coloursOf } from "../../../../static/js/label/view/dialogue.js";

const [mei, lei, han, more] = [
  { id: "mei", name: "梅", colour: 2 },
  { id: "lei", name: "雷", colour: 7 },
  { id: "han", name: "寒", colour: 2 },
  { id: "more", name: "", colour: 7 },
];

test("the colour of a speaker does not depend on the other speakers", () => {
  assert.deepEqual(coloursOf([mei, lei]), { mei: 3, lei: 8 });
  assert.deepEqual(coloursOf([lei, mei]), { mei: 3, lei: 8 });
});

test("two speakers of one dialogue have different colours", () => {
  assert.deepEqual(coloursOf([lei, mei, han, more]), { lei: 8, mei: 3, han: 4, more: 1 });
});

test("more speakers than colours share them", () => {
  const crowd = Array.from({ length: 10 }, (_, place) => ({ id: `s${place}`, name: "", colour: 3 }));
  const colours = Object.values(coloursOf(crowd));
  assert.deepEqual(new Set(colours), new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  assert.equal(colours.length, 10);
});
