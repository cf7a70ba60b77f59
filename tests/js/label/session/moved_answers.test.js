import assert from "node:assert/strict";
import { test } from "node:test";
import { offeredAnswers } from "../../../../static/js/label/session/answers.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const effort = { active_ms: 1200, played_ms: 900 };
const calm = {
  sentiment: "neutral",
  emotion: "neutral",
  sarcasm: "no",
  humor: "no",
  emotion_sentiment: "not_applicable",
  sarcasm_humor: "not_applicable",
};
const past = (more) => ({
  operation: null,
  utterance: "u1",
  answers: null,
  undo: false,
  moved: false,
  draft: null,
  ...more,
});
const begin = (history, pending) => new Session(work(2, { history, codebook_version: 2 }), questions, pending);

test("moved answers are committed, and undo does not go behind them", () => {
  const session = begin([past({ answers: calm, moved: true })]);
  assert.deepEqual(session.committed.get("u1"), calm);
  assert.equal(session.utterance.id, "u2");
  assert.equal(session.canUndo, false);
});

test("an utterance that is asked again is open, with the answers that stay as its draft", () => {
  const { emotion: _, emotion_sentiment: _link, ...known } = calm;
  const session = begin([past({ moved: true, draft: known })]);
  assert.equal(session.labelled, 0);
  assert.equal(session.utterance.id, "u1");
  assert.equal(session.focus?.slug, "emotion");
  session.choose(
    questions.find(({ slug }) => slug === "emotion"),
    "neutral",
  );
  assert.deepEqual(session.commit(effort)?.answers, calm);
});

test("answers that were committed after the move are undone as usual", () => {
  const session = begin([
    past({ answers: calm, moved: true }),
    past({ operation: "o", answers: { ...calm, humor: "yes" } }),
  ]);
  assert.equal(session.canUndo, true);
  assert.equal(session.undo(effort)?.undoes, "o");
  assert.deepEqual(session.committed.get("u1"), calm);
});

test("a draft keeps what the new codebook offers", () => {
  const draft = { emotion: "gone", sentiment: "neutral", other: "x", humor: "cannot_judge", emotion_sentiment: 9 };
  assert.deepEqual(offeredAnswers(questions, draft), { sentiment: "neutral", humor: "cannot_judge" });
  const session = begin([], { drafts: { u1: { ...draft, "~shortcut": "all_default" } } });
  assert.equal(session.shortcut, "all_default");
  const { answers } = session;
  assert.deepEqual(answers, { sentiment: "neutral", humor: "cannot_judge", sarcasm_humor: "not_applicable" });
});
