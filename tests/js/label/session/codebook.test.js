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

test("a choice that is a number is shown with it, and the ends of its scale have names", () => {
  const choices = ["-2", "0", "2"].map((slug) => ({ slug, key: "", code: "" }));
  const arousal = { slug: "arousal", scale: "interval", many: false, default: "0", choices };
  const texts = { en: { arousal: { name: "Arousal", low: "calm", high: "excited" }, "arousal.2": { name: "wild" } } };
  const policy = { cannot_judge: "off" };
  const [task] = questionsOf({ tasks: [arousal], links: [], policy, texts }, "en");
  assert.deepEqual(
    task.options.map(({ name, value }) => [name, value]),
    [
      ["−2", "-2"],
      ["0", "0"],
      ["2 wild", "2"],
    ],
  );
  assert.deepEqual([task.low, task.high], ["calm", "excited"]);
});
