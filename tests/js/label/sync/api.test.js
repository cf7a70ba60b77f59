import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf } from "../../../../static/js/label/session/codebook.js";
import { Activity } from "../../../../static/js/label/status/activity.js";
import { createApi } from "../../../../static/js/label/sync/api.js";
import { memoryJournal, openJournal, withRefuge } from "../../../../static/js/label/sync/journal.js";
import { newId } from "../../../../static/js/label/sync/new_id.js";
import { fill } from "../../../../static/js/label/view/dom.js";
import { codebook } from "../fixtures.js";

test("ids are random UUIDs of version 4", () => {
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newId(), newId());
});

test("names come in the reader's language, slugs where there are none", () => {
  const named = (language) => questionsOf(codebook, language).find(({ slug }) => slug === "emotion").name;
  assert.equal(named("zh-hans"), "情绪");
  assert.equal(named("en"), "emotion");
  assert.equal(questionsOf(codebook, "en")[4].options[0].name, "-2");
});

test("time away counts for half a minute at most", () => {
  let now = 0;
  const activity = new Activity(() => now);
  now = 4_000;
  activity.touch();
  now = 1_000_000;
  activity.touch();
  now += 500;
  assert.equal(activity.take(), 34_500);
  assert.equal(activity.take(), 0);
});

test("places of a text are filled", () => {
  assert.equal(fill("waiting ({n}) {x}", { n: 3 }), "waiting (3) {x}");
});

const api = (status, body, seen = {}) =>
  createApi({
    root: "/api/v1/",
    corpus: "demo",
    author: "me",
    cookies: () => "a=b; csrftoken=secret",
    request: async (url, options) => {
      Object.assign(seen, { url, ...options });
      if (status === 0) throw new TypeError("network");
      return new Response(status === 204 ? null : body, { status });
    },
  });

test("a request carries the newest token, and whose page it comes from", async () => {
  const seen = {};
  await api(200, "{}", seen).claim();
  assert.equal(seen.url, "/api/v1/corpora/demo/claim/");
  assert.equal(seen.headers["X-CSRFToken"], "secret");
  assert.equal(seen.headers["X-Concord-Author"], "me");
});

test("nothing left is null", async () => {
  assert.equal(await api(204).claim(), null);
});

for (const [status, body, trouble] of [
  [0, "", "offline"],
  [500, "<html>", "server"],
  [502, "", "server"],
  [429, "{}", "server"],
  [200, "<html>a proxy's page", "server"],
  [401, "{}", "expired"],
  [409, '{"code": "annotator.not_the_author"}', "stranger"],
  [409, '{"code": "common.not_the_author"}', "stranger"],
  [403, '{"code": "csrf"}', "expired"],
  [409, '{"code": "annotator.unfinished", "detail": "2 left"}', "refused"],
  [404, "", "refused"],
]) {
  test(`the answer ${status} ${body} is ${trouble}`, async () => {
    await assert.rejects(api(status, body).claim(), { trouble });
  });
}

test("a browser without a database gets a journal that says it does not last", async () => {
  const broken = {
    open: () => ({
      set onerror(told) {
        queueMicrotask(told);
      },
    }),
  };
  assert.equal((await openJournal(broken)).durable, false);
});

test("drafts belong to a person, an assignment and an utterance", async () => {
  const journal = memoryJournal();
  await journal.keepDraft("me", "a", "u1", { emotion: "joy" });
  await journal.keepDraft("you", "a", "u1", { emotion: "fear" });
  assert.deepEqual(await journal.drafts("me", "a"), { u1: { emotion: "joy" } });
  await journal.keepDraft("me", "a", "u1", null);
  assert.deepEqual(await journal.drafts("me", "a"), {});
});

test("a database that never answers is given up", async () => {
  assert.equal((await openJournal({ open: () => ({}) }, 1)).durable, false);
});

const entry = (id) => ({ author: "me", assignment: "a", token: 1, operation: { id } });
const ids = async (journal) => (await journal.entries("me")).map(({ operation }) => operation.id);

/** A disk that fails from a moment on. */
function failing() {
  const disk = memoryJournal();
  const state = { full: false };
  const guarded =
    (work) =>
    async (...all) => {
      if (state.full) throw new Error("QuotaExceededError");
      return work(...all);
    };
  const { add, remove, put, keepDraft } = disk;
  Object.assign(disk, { durable: true, add: guarded(add), remove: guarded(remove), put: guarded(put) });
  return { state, disk: Object.assign(disk, { keepDraft: guarded(keepDraft) }) };
}

test("a disk that fills up sends the rest to memory, in order, and says so", async () => {
  const { state, disk } = failing();
  const journal = withRefuge(disk);
  await journal.add(entry("1"));
  assert.equal(journal.durable, true);
  state.full = true;
  await journal.add(entry("2"));
  state.full = false;
  await journal.add(entry("3"));
  await journal.keepDraft("me", "a", "u1", { emotion: "joy" });
  assert.deepEqual([journal.durable, await ids(journal)], [false, ["1", "2", "3"]]);
  const [, second, third] = await journal.entries("me");
  await journal.put({ ...third, refused: "no" });
  await journal.remove([second.seq]);
  assert.deepEqual(
    (await journal.entries("me")).map(({ operation, refused }) => [operation.id, refused]),
    [
      ["1", undefined],
      ["3", "no"],
    ],
  );
  assert.deepEqual(await journal.drafts("me", "a"), { u1: { emotion: "joy" } });
});

test("what a broken disk can't forget is not sent for ever", async () => {
  const { state, disk } = failing();
  const journal = withRefuge(disk);
  await journal.add(entry("1"));
  await journal.add(entry("2"));
  const [first, second] = await journal.entries("me");
  state.full = true;
  await journal.remove([first.seq]);
  await journal.put({ ...second, refused: "no" });
  const left = await journal.entries("me");
  assert.deepEqual(
    left.map(({ operation, refused }) => [operation.id, refused]),
    [["2", "no"]],
  );
});
