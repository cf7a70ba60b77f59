import assert from "node:assert/strict";
import { test } from "node:test";
import { splitAt } from "../../../static/js/corpus/episode.js";

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
