import assert from "node:assert/strict";
import { test } from "node:test";
import { Navigation } from "../../../../static/js/label/page/navigation.js";
import { PageState } from "../../../../static/js/label/page/state.js";
import { FakeElement, installDom } from "../fake_dom.js";
import { label, opened, recorder } from "./parts.js";

function setUp(state, panel = {}) {
  const { byId, document } = installDom();
  const { calls, part } = recorder();
  const root = new FakeElement("section");
  const navigation = new Navigation({
    state,
    phases: part("phases", {
      enter: (phase) => {
        state.phase = phase;
        calls.push(["phases.enter", phase]);
      },
    }),
    utterancePanel: part("panel", { hasMedia: true, ...panel }),
    questions: { root },
    messages: part("messages"),
  });
  return { navigation, calls, root, byId, document, names: () => calls.map(([name]) => name) };
}

const SHOWN = [["phases.enter", "label"], ["panel.showCurrent"], ["messages.showCurrent"]];

test("going to another utterance proposes the moved cut, then shows the utterance", () => {
  const state = opened();
  const { navigation, calls } = setUp(state);
  navigation.go(2);
  assert.equal(state.session.index, 2);
  assert.deepEqual(calls, [["messages.propose"], ...SHOWN]);
});

test("going to the current utterance or outside the dialogue does nothing", () => {
  const state = opened();
  const { navigation, calls } = setUp(state);
  for (const index of [0, -1, 3]) navigation.go(index);
  navigation.step(-1);
  assert.deepEqual(calls, []);
  const empty = setUp(new PageState());
  empty.navigation.go(1);
  empty.navigation.step(1);
  assert.deepEqual(empty.calls, []);
});

test("under context past, utterances after the first open one are hidden", () => {
  const state = opened({ policy: { context: "past" } });
  const { navigation, calls } = setUp(state);
  navigation.step(1);
  assert.equal(state.session.index, 0);
  assert.deepEqual(calls, [["messages.propose"]]);
});

test("a step goes to the neighbouring utterance", () => {
  const state = opened();
  const { navigation } = setUp(state);
  navigation.step(1);
  navigation.step(1);
  navigation.step(-1);
  assert.equal(state.session.index, 1);
});

test("an answer's button loses the focus, which would take the next Enter", () => {
  const { navigation, root, byId, document } = setUp(opened());
  const button = new FakeElement("button");
  root.append(button);
  button.focus();
  navigation.showCurrent();
  assert.equal(document.activeElement, byId("current-utterance"));
  const other = new FakeElement("button");
  other.focus();
  navigation.showCurrent();
  assert.equal(document.activeElement, other, "a button elsewhere keeps it");
});

test("a fresh dialogue with a recording is watched first, if the policy asks for it", () => {
  const fresh = setUp(opened());
  fresh.navigation.begin();
  assert.deepEqual(fresh.calls, [["phases.enter", "watch"], ["panel.overview"]]);
  const text = setUp(opened(), { hasMedia: false });
  text.navigation.begin();
  assert.deepEqual(text.calls, SHOWN);
  const other = setUp(opened({ policy: { watch_first: false } }));
  other.navigation.begin();
  assert.deepEqual(other.calls, SHOWN);
});

test("a dialogue begun earlier continues, a complete one can be submitted", () => {
  const state = opened({ utterances: 2 });
  label(state.session);
  const resumed = setUp(state);
  resumed.navigation.begin();
  assert.deepEqual(resumed.calls, SHOWN);
  label(state.session);
  const complete = setUp(state);
  complete.navigation.begin();
  complete.navigation.proceed();
  assert.deepEqual(complete.calls, [
    ["phases.enter", "complete"],
    ["phases.enter", "complete"],
  ]);
});

test("a draft alone counts as begun", () => {
  const state = opened();
  state.session.choose(state.session.questions[0], "positive");
  const { navigation, calls } = setUp(state);
  navigation.begin();
  assert.deepEqual(calls, SHOWN);
});

test("after watching the first utterance is shown, unless the annotator went on before", async () => {
  let end;
  const watch = () => new Promise((resolve) => (end = resolve));
  const state = opened({ phase: "watch" });
  const { navigation, calls } = setUp(state, { watch });
  const watched = navigation.watch();
  assert.deepEqual(calls, [["phases.markWatching", true]]);
  end(true);
  await watched;
  assert.deepEqual(calls.slice(1), SHOWN);

  const left = setUp(opened({ phase: "watch" }), { watch });
  const leaving = left.navigation.watch();
  left.navigation.state.phase = "label";
  end(true);
  await leaving;
  assert.deepEqual(left.calls, [["phases.markWatching", true]]);
});

test("watching that is interrupted can be started again", async () => {
  const { navigation, calls } = setUp(opened({ phase: "watch" }), { watch: async () => false });
  await navigation.watch();
  assert.deepEqual(calls, [
    ["phases.markWatching", true],
    ["phases.markWatching", false],
  ]);
});

test("Space plays the utterance, or the whole dialogue while the page offers to watch it", () => {
  const labelling = setUp(opened());
  labelling.navigation.replay();
  labelling.navigation.replayFromStart();
  assert.deepEqual(labelling.calls, [["panel.replay"], ["panel.playUpTo", 0]]);
  const watching = setUp(opened({ phase: "watch" }), { watch: async () => false });
  watching.navigation.replay();
  watching.navigation.replayFromStart();
  assert.deepEqual(watching.names(), ["phases.markWatching", "phases.markWatching"]);
});
