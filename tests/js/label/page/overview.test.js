import assert from "node:assert/strict";
import { test } from "node:test";
import { Overview } from "../../../../static/js/label/page/overview.js";
import { PageState } from "../../../../static/js/label/page/state.js";
import { installDom } from "../fake_dom.js";
import { work } from "../fixtures.js";
import { label, opened, recorder } from "./parts.js";

const texts = { count: "{n} of {all}", dialogues: "{n} of {all} dialogues", dialoguesDone: "{n} dialogues done" };

function setUp(state) {
  const { byId } = installDom();
  const { calls, part } = recorder();
  const names = ["dialogue", "editedNotice", "workTime", "questions", "linkArcs", "hint", "shortcutButtons"];
  const views = Object.fromEntries(names.map((name) => [name, part(name)]));
  const overview = new Overview({
    state,
    texts,
    views: { ...views, utterancePanel: { isTaken: true }, feedback: { position: ({ place }) => `training ${place}` } },
  });
  return { overview, byId, calls, names: () => calls.map(([name]) => name) };
}

test("everything is drawn, and the progress counted", () => {
  const state = opened();
  label(state.session);
  const { overview, byId, names } = setUp(state);
  overview.paint();
  const drawn = ["dialogue.update", "editedNotice.update", "workTime.show", "questions.update", "linkArcs.update"];
  assert.deepEqual(names(), [...drawn, "hint.update", "shortcutButtons.update"]);
  assert.deepEqual([byId("count").textContent, byId("dialogues").textContent], ["1 of 3", "0 of 1 dialogues"]);
  assert.equal(byId("meter").value, 1 / 3);
});

test("a key press draws only the answers", () => {
  const { overview, names } = setUp(opened());
  overview.paintAnswers();
  assert.deepEqual(names(), ["questions.update", "linkArcs.update", "hint.update", "shortcutButtons.update"]);
});

test("undo and commit are available when they do something", () => {
  const state = opened();
  const { overview, byId } = setUp(state);
  overview.paintAnswers();
  assert.deepEqual([byId("undo").disabled, byId("commit").dataset.ready], [true, "false"]);
  label(state.session);
  overview.paintAnswers();
  assert.deepEqual([byId("undo").disabled, byId("commit").dataset.ready], [false, "false"]);
  state.phase = "complete";
  overview.paintAnswers();
  assert.equal(byId("commit").dataset.ready, "true");
});

test("training shows the position in its round, relabelling no total", () => {
  const training = setUp(opened({ more: { round: { use: "training", place: 2, all: 3 } } }));
  training.overview.paint();
  assert.equal(training.byId("dialogues").textContent, "training 2");
  const more = setUp(opened({ more: { dialogues: { done: 4, ready: 1 } } }));
  more.overview.paint();
  assert.equal(more.byId("dialogues").textContent, "4 dialogues done");
});

test("the heading names the dialogue, and the manager's comment if there is one", () => {
  const { overview, byId } = setUp(opened());
  overview.showHeading(work(1, { dialogue: { series: "S", episode: "", name: "D1" }, comment: "" }));
  assert.deepEqual([byId("where").textContent, byId("comment").hidden], ["S · D1", true]);
  overview.showComment("again, please");
  assert.deepEqual([byId("comment").hidden, byId("comment-text").textContent], [false, "again, please"]);
});

test("without a dialogue nothing is drawn, and its names are removed", () => {
  const { overview, byId, calls } = setUp(new PageState());
  overview.paint();
  overview.paintAnswers();
  assert.deepEqual(calls, []);
  byId("where").textContent = "D1";
  overview.clear();
  assert.deepEqual([calls, byId("where").textContent], [[["editedNotice.update", null]], ""]);
});
