import assert from "node:assert/strict";
import { test } from "node:test";

import { coloursOf, DialogueView } from "../../../../static/js/label/view/dialogue.js";
import { FakeElement, installDom } from "../fake_dom.js";

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

test("sounds stand between utterances, and translations below their text", () => {
  installDom();
  const list = new FakeElement("ol");
  const view = new DialogueView(/** @type {any} */ (list), { nobody: "?" }, () => {});
  const utterances = [
    { id: "a", speaker: "", text: "你去哪儿了？", translation: "Where?", start_ms: 0, end_ms: 1, version: 1 },
    { id: "b", speaker: "", text: "买伞去了。", start_ms: 5, end_ms: 6, version: 1 },
    { id: "c", speaker: "", text: "好。", start_ms: 7, end_ms: 8, version: 1 },
  ];
  const passages = [
    { text: "[door]", start_ms: 2, end_ms: 3, before: 1 },
    { text: "♪", start_ms: 9, end_ms: 10, before: 3 },
  ];
  const work = { speakers: [], utterances, passages };
  view.update = () => {};
  view.open(/** @type {any} */ ({ work, reach: 1, index: 0, committed: new Map(), questions: [] }));
  assert.deepEqual(list.children.map(textsOf), [["你去哪儿了？", "Where?"], ["[door]", "买伞去了。"], []]);
  view.open(/** @type {any} */ ({ work, reach: 2, index: 0, committed: new Map(), questions: [] }));
  assert.deepEqual(textsOf(list.children[2]), ["好。", "♪"]);
});

/**
 * Return the texts of an item: of passages, utterances and translations.
 *
 * @param {any} element
 * @returns {string[]}
 */
function textsOf(element) {
  const shown = ["dialogue-text", "utterance-translation", "dialogue-passage"];
  if (shown.includes(element.attributes?.class)) return element.children.map(String);
  return (element.children ?? []).flatMap((/** @type {any} */ child) =>
    typeof child === "object" ? textsOf(child) : [],
  );
}
