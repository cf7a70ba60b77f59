import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../static/js/label/api.js";
import { memoryJournal } from "../../../static/js/label/journal.js";
import { Supply } from "../../../static/js/label/supply.js";
import { work } from "./material.js";

const applied = (operations) => operations.map(({ id }) => ({ id, status: "applied", code: "", detail: "" }));

async function given({ claims = [work()], finish = async () => {}, journal = memoryJournal() } = {}) {
  const told = [];
  const tell =
    (name) =>
    (...what) =>
      told.push([name, ...what]);
  const supply = new Supply({
    journal,
    author: "me",
    heartbeatMs: 0,
    api: {
      claim: async () => claims.shift() ?? null,
      send: async (_assignment, _token, _author, operations) => applied(operations),
      finish,
      heartbeat: async () => {},
    },
    on: {
      work: tell("work"),
      nothing: tell("nothing"),
      lost: tell("lost"),
      refused: tell("refused"),
      report: tell("report"),
    },
  });
  await supply.start();
  return { supply, told, journal, names: () => told.map(([name]) => name).filter((name) => name !== "report") };
}

test("work comes with what the journal still holds of it", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: { id: "x" }, refused: "no" });
  await journal.keepDraft("me", "assignment", "u1", { emotion: "joy" });
  const { told } = await given({ journal });
  const [, , kept] = told.find(([name]) => name === "work");
  assert.deepEqual(kept, { unsent: [], drafts: { u1: { emotion: "joy" } } });
});

test("nobody says saved between the key press and the server's word", async () => {
  const { supply, told } = await given();
  told.length = 0;
  const sending = supply.send({ id: "1", kind: "commit", utterance: "u1", answers: {} });
  assert.equal(told.at(-1)[1].waiting, 1);
  await sending;
  assert.deepEqual(
    told.map(([, report]) => report.waiting),
    [1, 1, 0],
  );
});

test("a dialogue is handed in, then the next comes, until nothing is left", async () => {
  const { supply, names } = await given({ claims: [work(), work()] });
  await supply.finish();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(names(), ["work", "work"]);
  await supply.finish();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(names(), ["work", "work", "nothing"]);
});

test("a dialogue that is not whole is not handed in", async () => {
  const { supply, told, names } = await given({
    finish: async () => {
      throw new Failure("refused", "annotator.unfinished", "2 left");
    },
  });
  await supply.finish();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(names(), ["work", "refused"]);
  assert.equal(told.find(([name]) => name === "refused")[1], "2 left");
});
