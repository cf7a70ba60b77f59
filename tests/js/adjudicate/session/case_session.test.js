import assert from "node:assert/strict";
import { test } from "node:test";
import { CaseSession } from "../../../../static/js/adjudicate/session/case_session.js";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { caseOf, codebook, column, GLAD, NEUTRAL } from "../fixtures.js";

const questions = questionsOf(codebook, "en");
const question = (slug) => questions.find((each) => each.slug === slug);
const effort = { active_ms: 1200, played_ms: 900 };
const FUNNY = { ...NEUTRAL, humor: "yes" };
const begin = (profiles, more, pending) => new CaseSession(caseOf(profiles, more), questions, pending);
const slugs = (list) => list.map(({ slug }) => slug);

test("a decision starts with what all raters share, and asks what they differ in", () => {
  const session = begin([NEUTRAL, NEUTRAL, FUNNY]);
  assert.deepEqual(slugs(session.differing), ["humor"]);
  assert.equal(session.focus.slug, "humor");
  assert.equal(session.answers.emotion, "neutral");
  assert.deepEqual(slugs(session.shown), ["humor"]);
});

test("one key takes a whole profile, which is recorded with the column", () => {
  const session = begin([NEUTRAL, NEUTRAL, FUNNY]);
  session.take("C");
  const operation = session.decide(effort);
  assert.deepEqual(
    { ...operation, id: "", made_at: "" },
    {
      id: "",
      kind: "decide",
      outcome: "profile",
      answers: FUNNY,
      taken_from: "C",
      reason: "",
      comment: "",
      version: 1,
      ...effort,
      made_at: "",
    },
  );
});

test("one key settles the only question that differs, and the profile is the column's", () => {
  const session = begin([NEUTRAL, NEUTRAL, FUNNY]);
  session.settle("C");
  assert.equal(session.takenFrom, "C");
  assert.equal(session.needsReason, false);
});

test("an own profile needs a reason", () => {
  const session = begin([NEUTRAL, NEUTRAL, FUNNY]);
  session.choose(question("humor"), "yes");
  session.choose(question("sentiment"), "positive");
  assert.equal(session.needsReason, true);
  assert.equal(session.decide(effort, { reason: "tone" }).taken_from, null);
});

test("a profile of parts of two raters is nobody's, but each answer is somebody's: no reason is asked for", () => {
  const session = begin([GLAD, { ...NEUTRAL, humor: "yes" }]);
  session.settle("B", question("humor"));
  session.settle("A", question("sentiment"));
  session.settle("A", question("emotion"));
  assert.equal(session.answers.emotion_sentiment, 2, "the link of the rater with these ends");
  assert.equal(session.takenFrom, null);
  assert.equal(session.needsReason, false);
});

test("a link that no rater answered for the decided ends is asked", () => {
  const session = begin([GLAD, NEUTRAL]);
  session.settle("A", question("emotion"));
  session.settle("B", question("sentiment"));
  assert.equal(session.focus.slug, "emotion_sentiment");
  assert.equal(session.decide(effort), null, "a decision is a whole profile");
});

test("cases without a decision store no answers", () => {
  const session = begin([NEUTRAL, FUNNY]);
  const operation = session.decide(effort, { outcome: "discussion", comment: "hm" });
  assert.deepEqual([operation.outcome, operation.answers, operation.taken_from], ["discussion", null, null]);
});

test("undo takes back keys first, then the decision, whose answers become the draft", () => {
  const session = begin([NEUTRAL, FUNNY]);
  session.take("B");
  const { id } = session.decide(effort);
  session.choose(question("humor"), "no");
  assert.equal(session.undo(effort), null);
  assert.equal(session.answers.humor, "yes");
  const undo = session.undo(effort);
  assert.deepEqual([undo.kind, undo.undoes], ["undo", id]);
  assert.equal(session.decision, null);
  assert.equal(session.answers.humor, "yes");
  assert.equal(session.undo(effort), null);
});

test("redo makes a key press again", () => {
  const session = begin([NEUTRAL, FUNNY]);
  session.take("B");
  session.undo(effort);
  assert.equal(session.redo(), true);
  assert.equal(session.answers.humor, "yes");
});

test("the arrow keys move among the shown questions that are asked", () => {
  const session = begin([NEUTRAL, GLAD]);
  assert.deepEqual(slugs(session.shown), ["sentiment", "emotion", "emotion_sentiment"]);
  session.moveFocus(1);
  assert.equal(session.focus.slug, "emotion");
  session.moveFocus(1);
  assert.equal(session.focus.slug, "sentiment", "the link is not asked yet");
});

test("a question stays on the page once its answer leaves the agreement", () => {
  const session = begin([NEUTRAL, FUNNY]);
  session.choose(question("sentiment"), "positive");
  assert.deepEqual(slugs(session.shown), ["sentiment", "humor"]);
  session.isUnfolded = true;
  assert.equal(session.shown.length, questions.length);
  assert.deepEqual(session.folded, []);
});

test("a blind case asks everything, needs no reason, and shows the answers after its decision", () => {
  const session = begin([], { blind: true });
  assert.equal(session.isHidden, true);
  assert.equal(session.focus.slug, "sentiment");
  for (const [slug, value] of Object.entries({ sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "yes" }))
    session.choose(question(slug), value);
  assert.equal(session.needsReason, false);
  assert.equal(session.mayReveal, false);
  assert.ok(session.decide(effort));
  assert.equal(session.mayReveal, true);
  session.reveal({ columns: [column("A", NEUTRAL), column("B", GLAD)], differing: [] });
  assert.equal(session.isHidden, false);
  assert.deepEqual(session.answers, FUNNY, "the own answers stay");
  assert.equal(session.isChanged, false);
  session.take("B");
  assert.equal(session.isChanged, true);
});

test("a case with a stored decision shows it", () => {
  const decision = { outcome: "profile", answers: FUNNY };
  const session = begin([NEUTRAL, FUNNY], { decision });
  assert.deepEqual(session.answers, FUNNY);
  assert.equal(session.isDecided, true);
  assert.equal(session.isChanged, false);
});

test("unsent decisions and drafts of the journal are shown after a reload", () => {
  const operation = begin([NEUTRAL, FUNNY]);
  operation.take("B");
  const unsent = [operation.decide(effort)];
  const session = begin([NEUTRAL, FUNNY], {}, { unsent });
  assert.equal(session.decision.taken_from, "B");
  const drafted = begin([NEUTRAL, FUNNY], {}, { draft: { ...NEUTRAL, humor: "yes" } });
  assert.equal(drafted.answers.humor, "yes");
});

test("the server's newer state replaces an untouched draft, and leaves a touched one", () => {
  const newer = caseOf([NEUTRAL, FUNNY], { decision: { outcome: "profile", answers: FUNNY } });
  const untouched = begin([NEUTRAL, FUNNY]);
  untouched.renew(newer);
  assert.deepEqual(untouched.answers, FUNNY);
  const touched = begin([NEUTRAL, FUNNY]);
  touched.take("A");
  touched.renew(newer);
  assert.deepEqual(touched.answers, NEUTRAL);
});

test("a second decision stays once the answers are shown", () => {
  const session = begin([], { blind: true });
  const own = { sentiment: "neutral", emotion: "neutral", sarcasm: "no", humor: "no" };
  for (const [slug, value] of Object.entries(own)) session.choose(question(slug), value);
  assert.ok(session.decide(effort));
  assert.equal(session.canUndo, true);
  session.reveal({ ...caseOf([NEUTRAL, GLAD]), is_final: true });
  assert.deepEqual([session.isFinal, session.canUndo], [true, false]);
});
