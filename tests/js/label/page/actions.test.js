import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../../../static/js/label/page/actions.js";
import { PageState } from "../../../../static/js/label/page/state.js";
import { opened, question, recorder } from "./parts.js";

function setUp(state = opened()) {
  const { calls, part } = recorder();
  const names = ["labelling", "navigation", "utterancePanel", "guideline", "messages"];
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  return { calls, perform: createActions({ state, ...parts }) };
}

const emotion = question("emotion");
for (const [action, ...expected] of [
  [{ do: "answer", question: emotion, value: "joy" }, ["labelling.choose", emotion, "joy"]],
  [{ do: "cannot-judge" }, ["labelling.cannotJudge"]],
  [{ do: "all_default" }, ["labelling.useShortcut", "all_default"]],
  [{ do: "same_as_previous" }, ["labelling.useShortcut", "same_as_previous"]],
  [{ do: "commit" }, ["labelling.commit"]],
  [{ do: "undo" }, ["labelling.undo"]],
  [{ do: "cut", edge: "end_ms", steps: -1 }, ["labelling.moveCut", "end_ms", -1]],
  [{ do: "replay" }, ["navigation.replay"]],
  [{ do: "replay-all" }, ["navigation.replayFromStart"]],
  [{ do: "back" }, ["navigation.step", -1]],
  [{ do: "forward" }, ["navigation.step", 1]],
  [{ do: "slower" }, ["utterancePanel.changeRate", -1]],
  [{ do: "faster" }, ["utterancePanel.changeRate", 1]],
  [{ do: "flag" }, ["messages.flag"]],
  [{ do: "ask" }, ["messages.ask"]],
  [{ do: "close" }, ["messages.close"], ["guideline.close"]],
]) {
  test(`${action.do} ${expected.map(([call]) => call).join(", ")}`, () => {
    const { calls, perform } = setUp();
    perform(action);
    assert.deepEqual(calls, expected);
  });
}

test("the guideline opens at the next open question", () => {
  const state = opened();
  const { calls, perform } = setUp(state);
  perform({ do: "guideline" });
  assert.deepEqual(calls, [["guideline.toggle", state.session.focus]]);
  assert.equal(state.session.focus.slug, "sentiment");
});

test("without an open dialogue nothing happens", () => {
  const { calls, perform } = setUp(new PageState());
  perform({ do: "commit" });
  perform({ do: "guideline" });
  assert.deepEqual(calls, []);
});
