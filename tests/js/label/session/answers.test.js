import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, openQuestions, questionState, sameAnswers } from "../../../../static/js/label/session/answers.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { codebook } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const question = (slug) => questions.find((each) => each.slug === slug);
const answered = (start, ...pairs) =>
  pairs.reduce((answers, [slug, value]) => answer(questions, answers, question(slug), value), start);
const open = (answers) => openQuestions(questions, answers).map(({ slug }) => slug);

test("a link is asked when both ends are judged and its condition holds", () => {
  const joy = answered({}, ["emotion", "joy"]);
  assert.equal(questionState(question("emotion_sentiment"), joy), "waiting");
  const both = answered(joy, ["sentiment", "positive"]);
  assert.equal(questionState(question("emotion_sentiment"), both), "asked");
  assert.deepEqual(open(both), ["sarcasm", "humor", "emotion_sentiment", "sarcasm_humor"]);
});

test("a link whose condition fails is not applicable without being asked", () => {
  const answers = answered({}, ["sentiment", "neutral"], ["emotion", "neutral"], ["sarcasm", "no"], ["humor", "yes"]);
  assert.deepEqual(answers, {
    sentiment: "neutral",
    emotion: "neutral",
    sarcasm: "no",
    humor: "yes",
    emotion_sentiment: "not_applicable",
    sarcasm_humor: "not_applicable",
  });
  assert.deepEqual(open(answers), []);
});

test("a link from something that cannot be judged is not applicable", () => {
  const answers = answered({}, ["emotion", "cannot_judge"]);
  assert.equal(answers.emotion_sentiment, "not_applicable");
});

test("changing an end clears the link and asks again", () => {
  const before = answered({}, ["emotion", "joy"], ["sentiment", "positive"], ["emotion_sentiment", 2]);
  const other = answered(before, ["sentiment", "negative"]);
  assert.equal(other.emotion_sentiment, undefined);
  assert.equal(questionState(question("emotion_sentiment"), other), "asked");
  assert.equal(answered(before, ["emotion", "neutral"]).emotion_sentiment, "not_applicable");
  const back = answered(before, ["emotion", "neutral"], ["emotion", "joy"]);
  assert.equal(back.emotion_sentiment, undefined);
});

test("pressing the same choice again changes nothing, not even the link", () => {
  const before = answered({}, ["emotion", "joy"], ["sentiment", "positive"], ["emotion_sentiment", 2]);
  assert.equal(answered(before, ["emotion", "joy"]), before);
});

test("a task with many choices keeps them in the codebook's order and may be emptied", () => {
  const many = { ...question("emotion"), many: true };
  const choose = (answers, value) => answer([many], answers, many, value);
  const two = choose(choose({}, "anger"), "joy");
  assert.deepEqual(two, { emotion: ["joy", "anger"] });
  assert.deepEqual(choose(choose(two, "joy"), "anger"), {});
  assert.deepEqual(choose(two, "cannot_judge"), { emotion: "cannot_judge" });
});

test("answers are compared regardless of the order of their keys", () => {
  assert.equal(sameAnswers({ a: "x", b: 1 }, { b: 1, a: "x" }), true);
  assert.equal(sameAnswers({ a: "x" }, { a: "x", b: 1 }), false);
  assert.equal(sameAnswers(null, undefined), true);
  assert.equal(sameAnswers(null, {}), false);
});
