import assert from "node:assert/strict";
import { test } from "node:test";
import { CaseSync } from "../../../../static/js/adjudicate/sync/case_sync.js";
import { Failure } from "../../../../static/js/label/sync/api.js";
import { memoryJournal } from "../../../../static/js/label/sync/journal.js";
import { caseOf, NEUTRAL } from "../fixtures.js";

const given = (id) => caseOf([NEUTRAL], { id, utterance: "u1" });
const decide = (id) => ({ id, kind: "decide", outcome: "profile", answers: NEUTRAL });
const settle = async () => {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
};

/** A server that gives out cases in order and can be switched off. */
function server(ids) {
  const left = [...ids];
  const log = [];
  const self = { log, isDown: false, claims: [], refusal: null, cases: {} };
  const reach = () => {
    if (self.isDown) throw new Failure("offline");
  };
  self.api = {
    async claim(wish) {
      reach();
      self.claims.push(wish);
      if (self.refusal) throw new Failure("refused", self.refusal, "no");
      const id = wish.utterance ? `again-${wish.utterance}` : left.shift();
      return id ? given(id) : null;
    },
    async show(id) {
      reach();
      return self.cases[id] ?? given(id);
    },
    async reveal() {
      reach();
      return { columns: [], differing: [] };
    },
    async send(id, _token, _author, operations) {
      reach();
      log.push(...operations.map((each) => `${id} ${each.id}`));
      return operations.map((each) => ({ id: each.id, status: "applied", code: "", detail: "" }));
    },
    async post(path, body) {
      reach();
      log.push(body.skip ? `${path} skip` : path);
      return null;
    },
  };
  return self;
}

function begin(ids, more = {}) {
  const host = server(ids);
  const seen = { opened: [], ahead: [], nothing: 0, waiting: 0, lost: [], reports: [], renewed: [] };
  const journal = memoryJournal();
  const sync = new CaseSync({
    api: host.api,
    journal,
    author: "me",
    order: "disagreement",
    tabs: { listen() {}, publish() {} },
    heartbeatMs: 0,
    on: {
      opened: (each, pending) => seen.opened.push([each.id, pending]),
      ahead: (each) => seen.ahead.push(each.id),
      renewed: (each) => seen.renewed.push(each.id),
      waiting: () => {
        seen.waiting += 1;
      },
      nothing: () => {
        seen.nothing += 1;
      },
      lost: (reason, code) => seen.lost.push([reason, code]),
      report: (report) => seen.reports.push(report),
    },
    ...more,
  });
  return { sync, host, seen, journal };
}

test("the next case is claimed ahead, and the server learns which ones are held", async () => {
  const { sync, host, seen } = begin(["one", "two", "three"]);
  await sync.start();
  await settle();
  assert.deepEqual(host.claims, [
    { order: "disagreement", besides: [] },
    { order: "disagreement", besides: ["one"] },
  ]);
  assert.deepEqual(seen.ahead, ["two"], "its clip can be loaded");
  await sync.next();
  assert.deepEqual(
    seen.opened.map(([id]) => id),
    ["one", "two"],
  );
  assert.equal(seen.waiting, 1, "the second case opened at once");
});

test("decisions and cases that are given back arrive in order", async () => {
  const { sync, host } = begin(["one"]);
  await sync.start();
  const one = given("one");
  await sync.send(one, decide("d1"));
  await sync.giveBack(given("two"));
  await settle();
  assert.deepEqual(host.log, ["one d1", "adjudication/two/finish/ skip"]);
});

test("without a network work goes on with the case claimed ahead, and everything is sent later", async () => {
  const { sync, host, seen, journal } = begin(["one", "two"]);
  await sync.start();
  await settle();
  host.isDown = true;
  await sync.send(given("one"), decide("d1"));
  await sync.next();
  assert.equal(seen.opened.at(-1)[0], "two");
  await sync.send(given("two"), decide("d2"));
  assert.equal((await journal.entries("me")).length, 2);
  assert.equal(seen.reports.at(-1).trouble, "offline");
  host.isDown = false;
  await sync.retry();
  await settle();
  assert.deepEqual(host.log, ["one d1", "two d2"]);
});

test("a case that is opened again shows what is not sent yet", async () => {
  const { sync, host, seen, journal } = begin(["one"]);
  await journal.add({ author: "me", assignment: "one", token: 1, operation: decide("d1") });
  await journal.keepDraft("me", "one", "u1", { humor: "yes" });
  const { send } = host.api;
  host.api.send = async () => {
    throw new Failure("offline");
  };
  await sync.start();
  host.api.send = send; // ends the attempts
  const [, pending] = seen.opened[0];
  assert.deepEqual(
    pending.unsent.map(({ id }) => id),
    ["d1"],
  );
  assert.deepEqual(pending.draft, { humor: "yes" });
});

test("a skipped case goes back, and is opened again by its utterance", async () => {
  const { sync, host, seen } = begin(["one"]);
  await sync.start();
  await sync.giveBack(given("one"));
  await settle();
  assert.deepEqual(host.log, ["adjudication/one/finish/ skip"]);
  await sync.reopen("u1");
  assert.equal(seen.opened.at(-1)[0], "again-u1");
});

test("a case is opened again only after the server has it back", async () => {
  const { sync, host, seen } = begin(["one"]);
  await sync.start();
  const { claim } = host.api;
  host.api.claim = async (wish) => {
    host.log.push("claim");
    return claim(wish);
  };
  void sync.giveBack(given("one"));
  await sync.reopen("u1");
  assert.deepEqual(host.log.slice(0, 2), ["adjudication/one/finish/ skip", "claim"]);
  assert.equal(seen.opened.at(-1)[0], "again-u1");
});

test("an empty queue is reported", async () => {
  const { sync, seen } = begin([]);
  await sync.start();
  assert.equal(seen.nothing, 1);
});

test("a refused claim is reported with its code, and not repeated", async () => {
  const { sync, host, seen } = begin(["one"]);
  host.refusal = "corpus.archived";
  await sync.start();
  assert.deepEqual(seen.lost, [["no", "corpus.archived"]]);
});

test("a page for one utterance claims that one only", async () => {
  const { sync, host, seen } = begin(["one"], { wanted: "u7" });
  await sync.start();
  await settle();
  assert.deepEqual(host.claims, [{ utterance: "u7" }]);
  await sync.next();
  assert.equal(seen.nothing, 1);
});

test("operations made in another tab renew the case", async () => {
  const { sync, host, seen } = begin(["one"]);
  await sync.start();
  await sync.refresh();
  assert.deepEqual(seen.renewed, []);
  host.cases.one = { ...given("one"), mine: [{ id: "elsewhere", kind: "decide" }] };
  await sync.refresh();
  assert.deepEqual(seen.renewed, ["one"]);
});

test("a case that is being claimed ahead is opened once when it is needed at the same moment", async () => {
  const { sync, seen } = begin(["one", "two", "three"]);
  await sync.start();
  await sync.next(); // the claim ahead is under way
  await settle();
  await sync.next();
  assert.deepEqual(
    seen.opened.map(([id]) => id),
    ["one", "two", "three"],
  );
});
