import assert from "node:assert/strict";
import { test } from "node:test";
import {
  columnsOf,
  columnWith,
  differingQuestions,
  groupsOf,
  sharedAnswers,
  withColumnAnswer,
  withSharedLinks,
} from "../../../../static/js/adjudicate/session/columns.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { codebook, column, GLAD, NEUTRAL } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const question = (slug) => questions.find((each) => each.slug === slug);
const columns = (...profiles) =>
  columnsOf(
    questions,
    profiles.map((each, index) => column("ABC"[index], each)),
  );
const differing = (...profiles) => differingQuestions(questions, columns(...profiles)).map(({ slug }) => slug);

test("a column has `not_applicable` for links that were not asked", () => {
  assert.deepEqual(columns(NEUTRAL)[0].answers, NEUTRAL);
});

test("a link differs if one rater was not asked", () => {
  assert.deepEqual(differing(NEUTRAL, GLAD), ["sentiment", "emotion", "emotion_sentiment"]);
  assert.deepEqual(differing(GLAD, GLAD), []);
});

test("a link is shared only between shared ends", () => {
  const two = columns(GLAD, { ...GLAD, sentiment: "neutral" });
  assert.deepEqual(sharedAnswers(questions, two), {
    emotion: "joy",
    sarcasm: "no",
    humor: "no",
    sarcasm_humor: "not_applicable",
  });
});

test("without columns nothing is shared", () => {
  assert.deepEqual(sharedAnswers(questions, []), {});
});

test("a link gets the value of the raters with the decided ends, if they agree", () => {
  const open = { ...GLAD };
  delete open.emotion_sentiment;
  const value = (...profiles) => withSharedLinks(questions, columns(...profiles), open).emotion_sentiment;
  assert.equal(value(GLAD, NEUTRAL), 2, "of the only one with these ends");
  assert.equal(value(GLAD, { ...GLAD, emotion_sentiment: 1 }), undefined, "they differ");
  assert.equal(value(NEUTRAL, { ...GLAD, emotion: "anger" }), undefined, "nobody has these ends");
});

test("a link that is answered stays", () => {
  const kept = withSharedLinks(questions, columns(GLAD), { ...GLAD, emotion_sentiment: -1 });
  assert.equal(kept.emotion_sentiment, -1);
});

test("the answer of a column asks its links again", () => {
  const [, other] = columns(NEUTRAL, GLAD);
  const next = withColumnAnswer(questions, NEUTRAL, question("emotion"), other);
  assert.equal(next.emotion, "joy");
  assert.equal(next.emotion_sentiment, undefined);
});

test("a link that is not asked takes no answer of a column", () => {
  const [, other] = columns(NEUTRAL, GLAD);
  assert.equal(withColumnAnswer(questions, NEUTRAL, question("emotion_sentiment"), other), NEUTRAL);
});

test("a profile belongs to the column that was taken, or else to the first equal one", () => {
  const three = columns(NEUTRAL, GLAD, GLAD);
  assert.equal(columnWith(three, GLAD, "C"), "C");
  assert.equal(columnWith(three, GLAD, "A"), "B");
  assert.equal(columnWith(three, { ...GLAD, humor: "yes" }, "B"), null);
});

test("equal answers share a number, and the answer of most raters comes first", () => {
  assert.deepEqual(groupsOf(columns(NEUTRAL, GLAD, GLAD), "emotion"), [1, 0, 0]);
});
