import assert from "node:assert/strict";
import { test } from "node:test";
import { Phases } from "../../../../static/js/label/page/phases.js";
import { PageState } from "../../../../static/js/label/page/state.js";
import { PAUSE_MS } from "../../../../static/js/label/view/key_pause.js";
import { FakeElement, installDom } from "../fake_dom.js";
import { recorder } from "./parts.js";

function setUp() {
  const { byId } = installDom();
  const { calls, part } = recorder();
  const state = new PageState();
  const phases = new Phases({ state, player: part("player"), onEnter: () => calls.push(["onEnter", state.phase]) });
  return { byId, calls, state, phases };
}

test("a phase is set in the state and on the page before the page is drawn", () => {
  const { byId, calls, state, phases } = setUp();
  phases.enter("label");
  assert.deepEqual([state.phase, byId("label").dataset.phase], ["label", "label"]);
  assert.deepEqual(calls, [["onEnter", "label"]], "the player goes on while an utterance is labelled");
  phases.enter("complete");
  assert.deepEqual(calls.slice(1), [["player.pause"], ["onEnter", "complete"]]);
});

test("a final phase focuses the link that leads on", () => {
  const { byId, phases } = setUp();
  const link = new FakeElement("a");
  byId("label").found[".phase-nothing a"] = link;
  phases.enter("complete");
  assert.equal(link.isFocused, false);
  phases.enter("nothing");
  assert.equal(link.isFocused, true);
  phases.enter("gone"); // whose link is missing
});

test("a dialogue that is lost while its annotator types does not take the next Enter", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { byId, phases } = setUp();
  const link = new FakeElement("a");
  byId("label").found[".phase-gone a"] = link;
  phases.enter("gone");
  assert.equal(link.isFocused, false);
  context.mock.timers.tick(PAUSE_MS);
  assert.equal(link.isFocused, true);
});

test("a notice is visible until the next phase", () => {
  const { byId, phases } = setUp();
  phases.enterWithNotice("complete", "2 utterances are open.");
  assert.deepEqual([byId("notice").hidden, byId("notice-text").textContent], [false, "2 utterances are open."]);
  phases.enter("label");
  assert.equal(byId("notice").hidden, true);
  phases.enterWithNotice("gone", "");
  assert.equal(byId("notice").hidden, true, "an empty notice is not shown");
});

test("while the dialogue plays, the phase stays the same", () => {
  const { byId, state, phases } = setUp();
  phases.enter("watch");
  phases.markWatching(true);
  assert.deepEqual([state.phase, byId("label").dataset.phase], ["watch", "watching"]);
  phases.markWatching(false);
  assert.equal(byId("label").dataset.phase, "watch");
});
