import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../../static/js/corpus/upload.js";

test("a file is refused before it is sent", () => {
  const texts = { sending: "", storing: "", broken: "", too_large: "too large", no_room: "no room" };
  const limits = { maxBytes: "100", freeBytes: "50" };
  assert.deepEqual(
    [101, 100, 51, 50].map((size) => refusal(size, limits, texts)),
    ["too large", "no room", "no room", ""],
  );
});
