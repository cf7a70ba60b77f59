import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Failure } from "../../../../static/js/label/sync/api.js";
import { TrainingFeedback } from "../../../../static/js/label/view/training_feedback.js";
import { installDom } from "../fake_dom.js";

const TEXTS = { lessonWaits: "Loading", lessonRight: "All right", lessonWrong: "Not right" };

function begin(responses) {
  const { byId } = installDom();
  const title = byId("feedback-title");
  const session = {
    index: 1,
    go() {},
    utterance: { id: "u1" },
    committed: new Map(),
    work: { id: "a1" },
    questions: [],
  };
  const trainingFeedback = async () => {
    const next = responses.shift();
    if (next instanceof Failure) throw next;
    return next;
  };
  return { title, session, feedback: new TrainingFeedback(TEXTS, { trainingFeedback }) };
}

const accepted = () => ({ acceptable: {}, reasons: {}, verdicts: {} });
const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

test("answers that were not saved yet are asked for again, and a refusal is final", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const waits = begin([new Failure("refused", "annotator.not_committed", "Wait."), accepted()]);
  void waits.feedback.show(waits.session, 0, Promise.resolve());
  await settle();
  assert.equal(waits.title.textContent, "Wait.");
  mock.timers.tick(2_000);
  await settle();
  assert.equal(waits.title.textContent, "All right");

  const ends = begin([new Failure("refused", "annotator.no_lesson", "No training."), accepted()]);
  void ends.feedback.show(ends.session, 0, Promise.resolve());
  await settle();
  mock.timers.tick(10_000);
  await settle();
  assert.equal(ends.title.textContent, "No training.");
  mock.timers.reset();
});
