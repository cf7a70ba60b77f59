import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Session } from "../../../../static/js/label/session/session.js";
import { codebook, work } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const question = (slug) => questions.find((each) => each.slug === slug);
const effort = { active_ms: 1200, played_ms: 900 };
const calm = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };
const settled = { ...calm, emotion_sentiment: "not_applicable", sarcasm_humor: "not_applicable" };
const sad = { ...settled, sentiment: "negative" };

const label = (session, answers = calm) => {
  for (const [slug, value] of Object.entries(answers)) session.choose(question(slug), value);
  return session.commit(effort);
};
const past = (operation, utterance, answers, more = {}) => ({ operation, utterance, answers, undo: false, ...more });
const redo = (session) => (session.goToUndone() ? session.commit(effort) : null);

test("redo commits the undone answers again, as an ordinary operation", () => {
  const session = new Session(work(), questions);
  const first = label(session);
  assert.equal(session.canRedo, false);
  session.undo(effort);
  assert.equal(session.canRedo, true);
  session.choose(question("sarcasm"), "yes"); // the draft changed meanwhile
  const again = redo(session);
  assert.deepEqual([again.kind, again.utterance, again.answers], ["commit", "u1", settled]);
  assert.notEqual(again.id, first.id);
  assert.equal(session.canRedo, false);
  assert.equal(session.utterance.id, "u2");
  assert.equal(redo(session), null);
});

test("several undone commits are redone in their order", () => {
  const session = new Session(work(), questions);
  label(session);
  label(session, { ...calm, sentiment: "negative" });
  session.undo(effort);
  session.undo(effort);
  assert.deepEqual([redo(session).utterance, redo(session).utterance], ["u1", "u2"]);
  assert.deepEqual(session.committed.get("u2"), sad);
});

test("a new commit ends the redoing", () => {
  const session = new Session(work(), questions);
  label(session);
  session.undo(effort);
  label(session, { ...calm, sentiment: "negative" });
  assert.equal(session.canRedo, false);
});

test("a key press is undone and redone without an operation, and another one ends the redoing", () => {
  const session = new Session(work(), questions);
  session.choose(question("sentiment"), "positive");
  session.undo(effort);
  assert.deepEqual(session.answers, {});
  assert.equal(session.redoPress(), true);
  assert.deepEqual(session.answers, { sentiment: "positive" });
  assert.equal(session.redoPress(), false);
  session.undo(effort);
  session.choose(question("humor"), "no");
  assert.equal(session.canRedo, false);
});

test("redo outlives a reload, with the history of the server and with unsent operations", () => {
  const history = [past("a", "u1", settled), past("b", "u1", null, { undo: true })];
  assert.deepEqual(redo(new Session(work(3, { history }), questions)).answers, settled);
  const unsent = [{ id: "b", kind: "undo", utterance: "u1", undoes: "a" }];
  const session = new Session(work(3, { history: history.slice(0, 1) }), questions, { unsent });
  assert.equal(redo(session).utterance, "u1");
  const redone = [...history, past("c", "u1", settled)];
  assert.equal(new Session(work(3, { history: redone }), questions).canRedo, false);
});

test("a shortcut is redone with its name", () => {
  const document = { ...codebook, policy: { ...codebook.policy, shortcuts: "all_default" } };
  const session = new Session(work(3, { codebook: document }), questions);
  session.useShortcut("all_default");
  session.commit(effort);
  session.undo(effort);
  assert.equal(redo(session).shortcut, "all_default");
});

test("answers to an utterance that was edited since are not redone", () => {
  const history = [
    past("a", "u1", settled),
    past("b", "u1", null, { undo: true }),
    past("c", "u1", sad),
    past(null, "u1", null),
  ];
  assert.equal(new Session(work(3, { history }), questions).canRedo, false);
});

const handedIn = (more = []) => work(3, { state: "done", history: [...done, ...more] });
const done = ["u1", "u2", "u3"].map((utterance) => past(`of ${utterance}`, utterance, settled));

test("a correction names its reason, and undo stops at what was handed in", () => {
  const session = new Session(handedIn(), questions, {}, true);
  assert.deepEqual([session.index, session.canUndo, session.isComplete], [0, false, true]);
  session.reason = { reason: "slip", comment: "" };
  assert.equal(session.commit(effort), null, "unchanged answers are no correction");
  session.choose(question("sentiment"), "negative");
  assert.equal(session.isChanged, true);
  const operation = session.commit(effort);
  assert.deepEqual(
    [operation.kind, operation.utterance, operation.answers, operation.reason, operation.comment],
    ["correct", "u2", sad, "slip", ""],
  );
  assert.equal(session.utterance.id, "u3");
  assert.equal(session.undo(effort).undoes, operation.id);
  assert.deepEqual(session.committed.get("u2"), settled);
  assert.deepEqual([session.canUndo, session.canRedo], [false, true]);
  assert.equal(redo(session).kind, "correct");
});

test("corrections are undone after a reload as well", () => {
  const more = [past("x", "u2", sad, { correction: true })];
  const session = new Session(handedIn(more), questions, {}, true);
  assert.equal(session.canUndo, true);
  assert.equal(session.undo(effort).undoes, "x");
  assert.equal(session.canUndo, false);
  const unsent = [{ id: "y", kind: "correct", utterance: "u1", answers: sad, reason: "slip" }];
  assert.equal(new Session(handedIn(), questions, { unsent }, true).undo(effort).undoes, "y");
});
