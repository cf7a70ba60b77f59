import assert from "node:assert/strict";
import { test } from "node:test";
import { listen, releaseFocus, transportAction } from "../../../../static/js/label/page/listeners.js";
import { FakeElement, installDom } from "../fake_dom.js";
import { opened, recorder } from "./parts.js";

function setUp({ mayLoseWork = () => false, state = opened() } = {}) {
  const dom = installDom();
  const { calls, part } = recorder();
  const names = ["keyboard", "labelling", "navigation", "guideline", "workTime", "sync"];
  const parts = Object.fromEntries(names.map((name) => [name, part(name)]));
  const perform = (action) => calls.push(["perform", action]);
  listen({ state, perform, activity: { touch: () => 40 }, mayLoseWork, ...parts });
  return { ...dom, calls, state, names: () => calls.map(([name]) => name) };
}

test("buttons perform the actions of their keys", () => {
  const { byId, calls, state } = setUp();
  for (const id of ["commit", "undo", "watch-start", "watch-skip", "guideline-open"]) byId(id).dispatch("click");
  assert.deepEqual(calls, [
    ["labelling.commit"],
    ["labelling.undo"],
    ["navigation.watch"],
    ["labelling.commit"],
    ["guideline.toggle", state.session.focus],
  ]);
});

const buttonWith = (dataset) => ({ target: new FakeElement("button", { dataset }) });

test("the buttons below the picture play, and move the cut", () => {
  assert.deepEqual(transportAction(buttonWith({ do: "slower" })), { do: "slower" });
  const moved = transportAction(buttonWith({ edge: "end_ms", steps: "-1" }));
  assert.deepEqual(moved, { do: "cut", edge: "end_ms", steps: -1 });
  assert.equal(transportAction({ target: new FakeElement("svg") }), null);
  const { byId, calls } = setUp();
  byId("transport").dispatch("click", buttonWith({ do: "replay" }));
  byId("transport").dispatch("click", { target: new FakeElement("svg") });
  assert.deepEqual(calls, [["perform", { do: "replay" }]]);
});

test("a button that was clicked with the mouse loses the focus, one that was pressed by a key keeps it", () => {
  const { document } = installDom();
  const button = new FakeElement("button");
  button.focus();
  releaseFocus({ detail: 0, target: button });
  assert.equal(document.activeElement, button);
  releaseFocus({ detail: 1, target: button });
  assert.equal(document.activeElement, null);
});

test("movements, keys and the wheel count as activity", () => {
  const { document, calls } = setUp();
  document.dispatch("pointermove");
  document.dispatch("wheel");
  assert.deepEqual(calls, [["workTime.add", 40], ["sync.touch"], ["workTime.add", 40], ["sync.touch"]]);
  calls.length = 0;
  document.dispatch("keydown");
  assert.deepEqual(
    calls.map(([name]) => name),
    ["keyboard.handle", "workTime.add", "sync.touch"],
  );
});

test("a connection that is back, and a tab that comes to the front, try again and ask the server", () => {
  const { document, window, calls } = setUp();
  window.dispatch("online");
  assert.deepEqual(calls, [["sync.retry"]]);
  calls.length = 0;
  window.dispatch("focus");
  assert.deepEqual(calls, [["sync.retry"], ["sync.refresh"]]);
  calls.length = 0;
  document.hidden = true;
  document.dispatch("visibilitychange");
  assert.deepEqual(calls, []);
  document.hidden = false;
  document.dispatch("visibilitychange");
  assert.deepEqual(calls, [["sync.refresh"]]);
});

test("closing the page asks first only if work would be lost", () => {
  for (const mayLose of [true, false]) {
    const { window } = setUp({ mayLoseWork: () => mayLose });
    let isAsked = false;
    window.dispatch("beforeunload", { preventDefault: () => (isAsked = true) });
    assert.equal(isAsked, mayLose);
  }
});
