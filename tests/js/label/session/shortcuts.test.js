import assert from "node:assert/strict";
import { test } from "node:test";
import { policyOf, questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { readingTime } from "../../../../static/js/label/session/shortcuts.js";
import { codebook, work } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const effort = { active_ms: 1, played_ms: 1 };
const calm = {
  sentiment: "neutral",
  emotion: "neutral",
  sarcasm: "no",
  humor: "no",
  emotion_sentiment: "not_applicable",
  sarcasm_humor: "not_applicable",
};
const glad = { ...calm, sentiment: "positive", emotion: "joy", emotion_sentiment: 1 };

const allowing = (shortcuts) => ({ ...codebook, policy: { ...codebook.policy, shortcuts } });
const begin = (shortcuts, more = {}, kept = {}) =>
  new Session(work(3, { codebook: allowing(shortcuts), ...more }), questions, kept);
const past = (answers, more = {}) => ({ operation: "a", utterance: "u1", answers, undo: false, ...more });

test("the values of the policy, and those of older codebooks", () => {
  const allowed = (shortcuts) => policyOf({ policy: { shortcuts } }).shortcuts;
  assert.deepEqual(allowed("off"), []);
  assert.deepEqual(allowed(false), []);
  assert.deepEqual(allowed("all_default"), ["all_default"]);
  assert.deepEqual(allowed("both"), ["all_default", "same_as_previous"]);
  assert.deepEqual(allowed(true), ["all_default", "same_as_previous"]);
  const seen = (context) => policyOf({ policy: { context, watch_first: true } });
  assert.deepEqual([seen("all").context, seen("past").context, seen("before").context], ["all", "past", "past"]);
  assert.deepEqual([seen("all").watchFirst, seen("past").watchFirst], [true, false]);
});

test("a shortcut that is not allowed does nothing", () => {
  const session = begin("same_as_previous");
  assert.equal(session.useShortcut("all_default"), false);
  assert.deepEqual(session.answers, {});
});

test("all default answers every task and leaves the links to their conditions", () => {
  const session = begin("all_default");
  assert.equal(session.useShortcut("all_default"), true);
  assert.deepEqual(session.answers, calm);
  const operation = session.commit(effort);
  assert.deepEqual([operation.answers, operation.shortcut], [calm, "all_default"]);
});

test("same as previous needs a previous utterance with answers", () => {
  const session = begin("both");
  assert.equal(session.useShortcut("same_as_previous"), false);
  session.useShortcut("all_default");
  session.commit(effort);
  assert.equal(session.useShortcut("same_as_previous"), true);
  assert.equal(session.commit(effort).shortcut, "same_as_previous");
});

test("a draft changed after a shortcut still names it, one that was undone does not", () => {
  const session = begin("both");
  const emotion = questions.find(({ slug }) => slug === "emotion");
  session.useShortcut("all_default");
  session.choose(emotion, "joy");
  assert.equal(session.shortcut, "all_default");
  assert.equal("~shortcut" in session.answers, false);
  session.undo(effort);
  session.undo(effort);
  assert.equal(session.shortcut, "");
  for (const [slug, value] of Object.entries({
    sentiment: "neutral",
    emotion: "neutral",
    sarcasm: "no",
    humor: "no",
  })) {
    session.choose(
      questions.find((each) => each.slug === slug),
      value,
    );
  }
  assert.equal("shortcut" in session.commit(effort), false);
});

test("a shortcut outlives a reload before the commit, and an undo after it", () => {
  const session = begin("both");
  session.useShortcut("all_default");
  const drafts = Object.fromEntries(session.drafts);
  const again = begin("both", {}, { drafts: structuredClone(drafts) });
  assert.deepEqual([again.answers, again.shortcut], [calm, "all_default"]);
  again.commit(effort);
  again.undo(effort);
  assert.deepEqual([again.answers, again.shortcut], [calm, "all_default"]);

  const later = begin("both", { history: [past(glad, { shortcut: "same_as_previous", opened: 1 })] });
  later.undo(effort);
  assert.deepEqual([later.answers, later.shortcut], [glad, "same_as_previous"]);
});

test("a choice of many is a list by default too", () => {
  const many = structuredClone(allowing("both"));
  many.tasks[1].many = true;
  const session = new Session(work(1, { codebook: many }), questionsOf(many, "en"));
  session.useShortcut("all_default");
  assert.deepEqual(session.answers.emotion, ["neutral"]);
});

test("reading takes longer in Chinese, and always some time", () => {
  assert.equal(readingTime("好"), 600);
  assert.equal(readingTime("你怎么现在才回来啊"), 9 * 120);
  assert.equal(readingTime("Why do you come only now?"), 25 * 40);
  assert.equal(readingTime("长".repeat(500)), 6000);
});
