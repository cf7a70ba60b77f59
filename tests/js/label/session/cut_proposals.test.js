import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { CutProposals } from "../../../../static/js/label/session/cut_proposals.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

const utterance = { id: "u", speaker: "", text: "", start_ms: 100, end_ms: 500 };

test("edges move by a frame, and a clip keeps some length", () => {
  const cuts = new CutProposals();
  assert.equal(cuts.isMoved(utterance), false);
  cuts.move(utterance, "start_ms", -1);
  cuts.move(utterance, "end_ms", 2);
  assert.deepEqual(cuts.of(utterance), { start_ms: 60, end_ms: 580 });
  cuts.move(utterance, "start_ms", -9);
  assert.equal(cuts.of(utterance).start_ms, 0);
  assert.equal(cuts.move(utterance, "end_ms", -10), false);
  assert.equal(cuts.of(utterance).end_ms, 580);
});

test("a cut that was moved back is not a proposal", () => {
  const cuts = new CutProposals();
  cuts.move(utterance, "end_ms", 1);
  cuts.move(utterance, "end_ms", -1);
  assert.equal(cuts.isMoved(utterance), false);
  assert.equal(cuts.take(utterance), null);
});

test("the same cut is proposed once", () => {
  const cuts = new CutProposals();
  cuts.move(utterance, "end_ms", 1);
  const { id, ...proposal } = cuts.take(utterance);
  assert.deepEqual(proposal, { utterance: "u", reason: "bad_cut", comment: "", start_ms: 100, end_ms: 540 });
  assert.equal(cuts.take(utterance), null);
  cuts.move(utterance, "end_ms", 1);
  const second = cuts.take(utterance);
  assert.equal(second.end_ms, 580);
  assert.notEqual(second.id, id);
});

test("an utterance without times cannot be moved", () => {
  const timeless = { ...utterance, start_ms: null, end_ms: null };
  const cuts = new CutProposals();
  assert.equal(cuts.of(timeless), null);
  assert.equal(cuts.move(timeless, "start_ms", 1), false);
});

test("undo takes back moves and key presses in their order", () => {
  const questions = questionsOf(codebook, "en");
  const session = new Session(work(1), questions);
  const effort = { active_ms: 1, played_ms: 1 };
  session.moveCut("end_ms", 1);
  session.choose(questions[0], "positive");
  session.moveCut("end_ms", 1);
  const seen = () => [session.cuts.of(session.utterance).end_ms, session.answers.sentiment];
  assert.deepEqual(seen(), [980, "positive"]);
  session.undo(effort);
  assert.deepEqual(seen(), [940, "positive"]);
  session.undo(effort);
  assert.deepEqual(seen(), [940, undefined]);
  session.undo(effort);
  assert.deepEqual(seen(), [900, undefined]);
  assert.equal(session.canUndo, false);
});

test("a proposal is known as sent until an edge moves again", () => {
  const cuts = new CutProposals();
  cuts.move(utterance, "end_ms", 1);
  assert.equal(cuts.isSent(utterance), false);
  cuts.take(utterance);
  assert.equal(cuts.isSent(utterance), true);
  cuts.move(utterance, "end_ms", 1);
  assert.equal(cuts.isSent(utterance), false);
});
