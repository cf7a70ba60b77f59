import assert from "node:assert/strict";
import { test } from "node:test";
import { Lifecycle } from "../../../../static/js/label/page/lifecycle.js";
import { PageState } from "../../../../static/js/label/page/state.js";
import { work } from "../fixtures.js";
import { label, opened, recorder } from "./parts.js";

const NONE = { unsent: [], posts: [], drafts: {}, judged: new Map() };

function setUp(state = new PageState(), { isNewStage = false } = {}) {
  const { calls, part } = recorder();
  const names = ["activity", "keyboard", "phases", "navigation", "overview"];
  names.push("dialogue", "questions", "hint", "utterancePanel", "workTime", "messages", "codebookNews");
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  const feedback = part("feedback", { isNewStage: () => isNewStage });
  const lifecycle = new Lifecycle({ state, language: "en", ...parts, feedback });
  return { lifecycle, state, calls, names: () => calls.map(([name]) => name) };
}

test("a dialogue is opened in every part of the page, then begun", () => {
  const { lifecycle, state, calls, names } = setUp();
  const posts = [{ kind: "flag", body: { id: "f" } }];
  lifecycle.open(work(), { ...NONE, posts, drafts: { u1: { emotion: "joy" } } });
  const { session } = state;
  assert.deepEqual([session.work.id, session.answers], ["assignment", { emotion: "joy" }]);
  for (const name of ["dialogue.open", "utterancePanel.open", "workTime.open"]) {
    assert.deepEqual(calls.find(([each]) => each === name)?.[1], session, name);
  }
  assert.deepEqual(calls.find(([name]) => name === "messages.open")?.slice(1), [session, posts]);
  assert.equal(calls.find(([name]) => name === "keyboard.setQuestions")?.[1].length, 6);
  assert.ok(names().includes("activity.take"), "the time before does not count");
  assert.equal(names().at(-1), "navigation.begin");
});

test("a new stage of training or test is announced before its first dialogue", () => {
  const { lifecycle, calls } = setUp(new PageState(), { isNewStage: true });
  lifecycle.open(work(), NONE);
  assert.deepEqual(calls.slice(-2), [["feedback.announce"], ["phases.enter", "round"]]);
});

test("a renewed dialogue is drawn again, and edited utterances have to be played again", () => {
  const state = opened({ phase: "label" });
  const { lifecycle, calls, names } = setUp(state);
  const fresh = work(3, { comment: "again, please" });
  Object.assign(fresh.utterances[2], { version: 2, text: "another" });
  lifecycle.renew(fresh, NONE);
  assert.deepEqual(calls[0], ["utterancePanel.forget", "u3"]);
  assert.deepEqual(
    calls.find(([name]) => name === "overview.showComment"),
    ["overview.showComment", "again, please"],
  );
  assert.deepEqual(names().slice(-2), ["overview.paint", "messages.paint"]);
});

test("an edit of the current utterance shows it again", () => {
  const { lifecycle, names } = setUp(opened());
  const fresh = work();
  Object.assign(fresh.utterances[0], { version: 2, text: "another" });
  lifecycle.renew(fresh, NONE);
  assert.equal(names().at(-1), "navigation.showCurrent");
  const watching = setUp(opened({ phase: "watch" }));
  watching.lifecycle.renew(fresh, NONE);
  assert.equal(watching.names().at(-1), "messages.paint", "but not while the dialogue is watched");
});

test("a complete dialogue that lost an answer is open again, at that utterance", () => {
  const state = opened({ utterances: 2, phase: "complete" });
  label(state.session);
  label(state.session);
  const { lifecycle, names } = setUp(state);
  const answers = state.session.committed.get("u1");
  lifecycle.renew(work(2, { history: [{ operation: "o", utterance: "u1", answers, undo: false }] }), NONE);
  assert.equal(state.session.utterance.id, "u2");
  assert.equal(names().at(-1), "navigation.showCurrent");
});

test("a dialogue that another tab completed is complete here, unless a draft is open", () => {
  const other = opened({ utterances: 1 });
  label(other.session);
  const answers = other.session.committed.get("u1");
  const history = [{ operation: "o", utterance: "u1", answers, undo: false }];
  const { lifecycle, calls } = setUp(opened({ utterances: 1 }));
  lifecycle.renew(work(1, { history }), NONE);
  assert.deepEqual(calls.at(-1), ["phases.enter", "complete"]);

  const drafting = opened({ utterances: 1 });
  drafting.session.choose(drafting.session.questions[0], "negative");
  const second = setUp(drafting);
  second.lifecycle.renew(work(1, { history }), NONE);
  assert.equal(second.names().at(-1), "messages.paint");
});

test("the state of another dialogue is ignored, also without an open one", () => {
  for (const state of [opened(), new PageState()]) {
    const { lifecycle, calls } = setUp(state);
    lifecycle.renew(work(3, { id: "another" }), NONE);
    assert.deepEqual(calls, []);
  }
});

test("without a further dialogue the page closes", () => {
  const { lifecycle, state, calls } = setUp(opened());
  lifecycle.close();
  assert.equal(state.session, null);
  assert.deepEqual(calls, [["messages.open", null], ["overview.clear"], ["phases.enter", "nothing"]]);
});

test("a lost assignment is explained by its code", () => {
  const { lifecycle, calls } = setUp(opened());
  lifecycle.lose("", undefined);
  lifecycle.lose("Enough.", "annotator.daily_limit");
  lifecycle.lose("Archived.", "corpus.archived");
  lifecycle.lose("", "annotator.not_qualified");
  assert.deepEqual(calls, [
    ["phases.enterWithNotice", "gone", ""],
    ["phases.enterWithNotice", "enough", "Enough."],
    ["phases.enterWithNotice", "archived", "Archived."],
    ["feedback.announce"],
    ["phases.enter", "failed"],
  ]);
});

test("a dialogue that is not accepted as finished stays complete on the page, with the reason", () => {
  const { lifecycle, calls } = setUp(opened());
  lifecycle.refuseHandIn("2 left");
  assert.deepEqual(calls, [["phases.enterWithNotice", "complete", "2 left"]]);
});

test("a dialogue that was moved to another codebook is opened anew, with its questions and a notice", () => {
  const { lifecycle, state, calls, names } = setUp(opened());
  const { session } = state;
  const fresh = work(3, { codebook_version: 2 });
  lifecycle.renew(fresh, NONE);
  assert.notEqual(state.session, session);
  assert.equal(calls.find(([name]) => name === "keyboard.setQuestions")?.[1].length, 6);
  assert.deepEqual(calls.at(-1), ["codebookNews.show", fresh]);
  assert.ok(names().includes("navigation.begin"));
});

test("an utterance that is asked again after its answers arrived is announced", () => {
  const { lifecycle, calls } = setUp(opened());
  const fresh = work(3);
  Object.assign(fresh.utterances[1], { asked: { emotion: ["glad"] } });
  lifecycle.renew(fresh, NONE);
  assert.ok(calls.some(([name]) => name === "codebookNews.show"));
});
