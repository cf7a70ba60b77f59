import assert from "node:assert/strict";
import { test } from "node:test";
import { showSaved, splitAt } from "../../../static/js/corpus/episode.js";

const span = { start: 1000, end: 3000 };

test("an utterance is split at the playing position, if that is inside it", () => {
  assert.deepEqual(splitAt(span, { length: 10, cursor: 3 }, 1234.4), { at_char: 3, at_ms: 1234 });
});

test("otherwise it is split in proportion to the text", () => {
  assert.deepEqual(splitAt(span, { length: 10, cursor: 3 }, 500), { at_char: 3, at_ms: 1600 });
  assert.deepEqual(splitAt(span, { length: 10, cursor: 3 }, 3000), { at_char: 3, at_ms: 1600 });
});

test("a cursor at either end of the text splits it in the middle", () => {
  assert.deepEqual(splitAt(span, { length: 9, cursor: 0 }, 0), { at_char: 5, at_ms: 2111 });
  assert.deepEqual(splitAt(span, { length: 9, cursor: 9 }, 0), { at_char: 5, at_ms: 2111 });
  assert.deepEqual(splitAt(span, { length: 0, cursor: 0 }, 0), { at_char: 0, at_ms: 2000 });
});

/** @param {Record<string, string>} values */
function formWith(values) {
  const fields = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  return { fields, elements: { namedItem: (/** @type {string} */ name) => fields[name] } };
}

test("fields show what was saved, not what was typed", () => {
  const sent = { speaker: "Anna", start_ms: "1000", end_ms: "3000", text: " two  words " };
  const form = formWith(sent);
  showSaved(form, sent, {
    savedSpeaker: "Anna Lee",
    savedStart: "0:01.000",
    savedEnd: "0:03.000",
    savedText: "two words",
  });
  assert.deepEqual(
    Object.values(form.fields).map((field) => field.value),
    ["Anna Lee", "0:01.000", "0:03.000", "two words"],
  );
});

test("a field that was edited since, or was refused, keeps what is typed in it", () => {
  const sent = { speaker: "Anna", start_ms: "1000", end_ms: "3000", text: "one" };
  const form = formWith({ ...sent, text: "one more" });
  showSaved(form, sent, { savedSpeaker: "Anna", savedStart: "0:01.000", savedEnd: "0:03.000", savedText: "one" });
  assert.equal(form.fields.text.value, "one more");
  showSaved(form, sent, {});
  assert.equal(form.fields.speaker.value, "Anna");
});
