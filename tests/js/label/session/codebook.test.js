import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { codebook } from "../fixtures.js";

test("names are in the reader's language, and slugs if there is no name", () => {
  const named = (language) => questionsOf(codebook, language).find(({ slug }) => slug === "emotion").name;
  assert.equal(named("zh-hans"), "情绪");
  assert.equal(named("en"), "emotion");
  assert.equal(questionsOf(codebook, "en")[4].options[0].name, "-2");
});
