import assert from "node:assert/strict";
import { test } from "node:test";
import { HintLine } from "../../../../static/js/label/view/hint.js";
import { FakeElement, installDom } from "../fake_dom.js";
import { question, questions } from "../page/parts.js";

function setUp() {
  const { byId } = installDom();
  const root = new FakeElement("section");
  const hint = new HintLine(root);
  hint.open(questions.map((each) => ({ ...each, help: `What is ${each.slug}?` })));
  const shown = () => byId("hint").children.map((child) => child.children?.[0] ?? child);
  return { root, hint, shown };
}

/** A button of an answer, or anything else in the row of a question if no value is given. */
function inRow(slug, value) {
  const element = new FakeElement("span");
  element.found["[data-question]"] = new FakeElement("div", { dataset: { question: slug } });
  if (value !== undefined) element.found["[data-value]"] = new FakeElement("button", { dataset: { value } });
  return element;
}

test("the question in focus is explained", () => {
  const { hint, shown } = setUp();
  hint.update({ focus: { ...question("emotion"), help: "Which is it?" } });
  assert.deepEqual(shown(), [question("emotion").name, " Which is it?"]);
  hint.update({ focus: null });
  assert.deepEqual(shown(), []);
});

for (const type of ["pointermove", "pointerdown", "focusin"]) {
  test(`an answer is explained on ${type}, also by touch`, () => {
    const { root, shown } = setUp();
    const option = question("emotion").options[1];
    root.dispatch(type, { target: inRow("emotion", String(option.value)), movementX: 1 });
    assert.equal(shown()[0], option.name);
    root.dispatch(type, { target: inRow("sarcasm"), movementX: 1 });
    assert.equal(shown()[0], question("sarcasm").name);
  });
}

test("without a pointer on the questions, the one in focus is explained again", () => {
  const { root, hint, shown } = setUp();
  hint.update({ focus: question("humor") });
  root.dispatch("pointermove", { target: inRow("emotion"), movementX: 0, movementY: 0 });
  assert.equal(shown()[0], question("humor").name, "the page changed under a pointer at rest");
  root.dispatch("pointermove", { target: inRow("emotion"), movementX: 0, movementY: 2 });
  assert.equal(shown()[0], question("emotion").name);
  root.dispatch("pointerleave");
  assert.equal(shown()[0], question("humor").name);
});

test("a finger reads the title of a button, which it cannot hover, and a mouse does not", () => {
  const { root, hint, shown } = setUp();
  hint.update({ focus: question("humor") });
  const button = new FakeElement("button", { attributes: { title: "Slower ([)" } });
  button.found["[title]"] = button;
  root.dispatch("pointerdown", { target: button, pointerType: "mouse" });
  assert.equal(shown()[0], question("humor").name);
  root.dispatch("pointerdown", { target: button, pointerType: "touch" });
  root.dispatch("pointerleave", { pointerType: "touch" });
  assert.equal(shown()[0], "Slower ([)");
});
