import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { OpenedUtterances } from "../../../../static/js/label/session/opened_utterances.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const effort = { active_ms: 1, played_ms: 1 };
const media = { url: "/film", peaks: "", has_picture: true };
const seen = (context, more = {}, kept = {}) =>
  new Session(
    work(4, { codebook: { ...codebook, policy: { ...codebook.policy, context } }, ...more }),
    questions,
    kept,
  );
const label = (session) => {
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
  return session.commit(effort);
};

test("without a recording, everything visible counts as opened", () => {
  assert.equal(label(seen("all")).opened, 4);
  const session = seen("past");
  assert.deepEqual([label(session).opened, label(session).opened], [1, 2]);
});

test("of a recording, utterances that were played or current count as opened", () => {
  const session = seen("all", { media });
  assert.equal(label(session).opened, 1);
  for (const index of [0, 1, 2, 3]) session.openings.add(index);
  assert.equal(label(session).opened, 4);
});

test("under context past, nothing after the first utterance without answers can be reached", () => {
  const session = seen("past", { media });
  session.go(3);
  assert.deepEqual([session.index, session.reach], [0, 0]);
  label(session);
  assert.deepEqual([session.index, session.reach], [1, 1]);
  session.go(0);
  session.go(3);
  assert.equal(session.index, 1);
  assert.equal(seen("all").reach, 3);
});

test("utterances seen before an undo stay visible", () => {
  const session = seen("past");
  label(session);
  label(session);
  session.undo(effort);
  session.undo(effort);
  assert.deepEqual([session.index, session.reach], [0, 2]);
  assert.equal(label(session).opened, 3);
});

test("after a reload, the opened utterances come from the server and from unsent operations", () => {
  const answers = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };
  const history = [{ operation: "a", utterance: "u1", answers, undo: false, opened: 2 }];
  assert.equal(seen("all", { media, history }).openings.count, 2);
  const unsent = [{ id: "b", kind: "commit", utterance: "u2", answers, opened: 3 }];
  assert.equal(seen("all", { media, history }, { unsent }).openings.count, 3);
});

test("indexes outside the dialogue are not counted", () => {
  const opened = new OpenedUtterances({ all: 2, context: "all", isText: false, before: 9 });
  opened.add(-1);
  opened.add(2);
  assert.equal(opened.count, 2);
});
