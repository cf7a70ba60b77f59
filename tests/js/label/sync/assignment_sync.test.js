import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../../static/js/label/sync/api.js";
import { AssignmentSync } from "../../../../static/js/label/sync/assignment_sync.js";
import { memoryJournal } from "../../../../static/js/label/sync/journal.js";
import { Tabs } from "../../../../static/js/label/sync/tabs.js";
import { work } from "../fixtures.js";

const applied = (operations) => operations.map(({ id }) => ({ id, status: "applied", code: "", detail: "" }));

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

async function setUp({
  claims = [work()],
  claim = async () => claims.shift() ?? null,
  finish = async () => {},
  send = async (operations) => applied(operations),
  post = async () => null,
  journal = memoryJournal(),
  heartbeat = async () => {},
  show = async () => work(),
  current = null,
  Channel = null,
} = {}) {
  const events = [];
  const record =
    (name) =>
    (...values) =>
      events.push([name, ...values]);
  const sync = new AssignmentSync({
    journal,
    author: "me",
    heartbeatMs: 0,
    tabs: new Tabs({ author: "me", Channel, isShown: () => true }),
    api: {
      claim,
      send: async (_assignment, _token, _author, operations) => send(operations),
      post,
      finish,
      heartbeat,
      show,
    },
    on: {
      work: record("work"),
      renewed: record("renewed"),
      discarded: record("discarded"),
      nothing: record("nothing"),
      lost: record("lost"),
      refused: record("refused"),
      report: record("report"),
      answer: record("answer"),
    },
  });
  await sync.start(current);
  return { sync, events, journal, names: () => events.map(([name]) => name).filter((name) => name !== "report") };
}

test("a dialogue is opened with its entries of the journal", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: { id: "x" }, refused: "no" });
  await journal.keepDraft("me", "assignment", "u1", { emotion: "joy" });
  const { events } = await setUp({ journal });
  const [, , pending] = events.find(([name]) => name === "work");
  assert.deepEqual(pending, { unsent: [], posts: [], drafts: { u1: { emotion: "joy" } }, judged: new Map() });
});

test("the assignment that came with the page is opened without a claim, and its lease renewed", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: { id: "x" } });
  const beats = [];
  const sent = [];
  const { events } = await setUp({
    journal,
    current: work(),
    claim: () => assert.fail("nothing is claimed"),
    heartbeat: async (...what) => beats.push(what),
    send: async (operations) => {
      sent.push(...operations);
      return applied(operations);
    },
  });
  const [, , pending] = events.find(([name]) => name === "work");
  assert.deepEqual(pending.unsent, [{ id: "x" }]);
  assert.deepEqual(beats, [["assignment", 1]]);
  await turn();
  assert.deepEqual(sent, [{ id: "x" }]);
});

test("an assignment that came with the page and belongs to someone else by now is lost", async () => {
  const heartbeat = async () => {
    throw new Failure("refused", "annotator.superseded", "gone");
  };
  const { names } = await setUp({ current: work(), heartbeat });
  await turn();
  assert.deepEqual(names(), ["work", "lost"]);
});

test("the page does not show saved between a key press and the acknowledgement", async () => {
  const { sync, events } = await setUp();
  events.length = 0;
  const sending = sync.send({ id: "1", kind: "commit", utterance: "u1", answers: {} });
  assert.equal(events.at(-1)[1].waiting, 1);
  await sending;
  assert.deepEqual(
    events.map(([, report]) => report.waiting),
    [1, 1, 0],
  );
});

test("a dialogue is handed in, then the next comes, until nothing is left", async () => {
  const { sync, names } = await setUp({ claims: [work(), work()] });
  await sync.finish();
  await turn();
  assert.deepEqual(names(), ["work", "work"]);
  await sync.finish();
  await turn();
  assert.deepEqual(names(), ["work", "work", "nothing"]);
});

test("a dialogue is handed in after an answer that is given while the journal is read", async () => {
  const journal = memoryJournal();
  const order = [];
  const { sync, names } = await setUp({
    journal,
    send: async (operations) => {
      order.push("send");
      return applied(operations);
    },
    finish: async () => order.push("finish"),
  });
  const read = journal.entries;
  let reads = 0;
  journal.entries = async (author) => {
    const found = await read(author);
    reads += 1;
    if (reads === 2) {
      // the first read looks for waiting entries, the second is reported
      void sync.send({ id: "1", kind: "commit", utterance: "u1", answers: {} });
      void sync.finish();
    }
    return found;
  };
  await sync.retry();
  while (!names().includes("nothing")) await turn();
  assert.deepEqual(order, ["send", "finish"]);
});

test("an incomplete dialogue is not handed in", async () => {
  const { sync, events, names } = await setUp({
    finish: async () => {
      throw new Failure("refused", "annotator.unfinished", "2 left");
    },
  });
  await sync.finish();
  await turn();
  assert.deepEqual(names(), ["work", "refused", "renewed"]);
  assert.equal(events.find(([name]) => name === "refused")[1], "2 left");
});

const done = (operation) => ({ operation, utterance: "u1", answers: { emotion: "joy" }, undo: false });
const commit = (id) => ({ id, kind: "commit", utterance: "u1", answers: { emotion: "joy" } });

test("the server's state is reported only if the page differs", async () => {
  const history = [];
  const { sync, events, names } = await setUp({ show: async () => work(3, { history: [...history] }) });
  await sync.refresh();
  await sync.send(commit("mine"));
  history.push(done("mine"));
  await sync.refresh();
  assert.deepEqual(names(), ["work"]);
  history.push(done("of another tab"));
  await sync.refresh();
  await sync.refresh();
  assert.deepEqual(names(), ["work", "renewed"]);
  assert.deepEqual(events.at(-1)[2], { unsent: [], posts: [], drafts: {}, judged: new Map() });
  history.push(done(null));
  await sync.refresh();
  assert.deepEqual(names(), ["work", "renewed", "renewed"]);
});

test("a page without a channel asks the server for changes since it was rendered", async () => {
  const { names } = await setUp({ current: work(), show: async () => work(3, { history: [done("in between")] }) });
  await turn();
  assert.deepEqual(names(), ["work", "renewed"]);
});

/** A channel that passes messages of the page to the test, and messages of the test to the page. */
function testChannel() {
  const posted = [];
  let listener;
  class Channel {
    addEventListener(_, onMessage) {
      listener = onMessage;
    }
    postMessage(message) {
      posted.push(message);
    }
  }
  return {
    Channel,
    posted,
    send: (message) => listener({ data: { author: "me", assignment: "assignment", ...message } }),
  };
}

const changed = (id) => ({ id, status: "refused", code: "annotator.utterance_changed", detail: "changed" });

test("answers to an earlier version of an utterance become a draft, with its former fields", async () => {
  const send = async (operations) => operations.map(({ id }) => changed(id));
  const fresh = work();
  fresh.utterances[0] = { ...fresh.utterances[0], text: "another", version: 2 };
  const { sync, events, journal, names } = await setUp({ send, show: async () => fresh });
  await sync.send(commit("late"));
  await turn();
  assert.deepEqual(names(), ["work", "renewed"]);
  const [, renewed, { unsent, drafts, judged }] = events.find(([name]) => name === "renewed");
  assert.deepEqual([renewed, unsent, drafts], [fresh, [], { u1: { emotion: "joy" } }]);
  assert.deepEqual([...judged], [["u1", { text: "第1句", speaker: "小李", start_ms: 0, end_ms: 900 }]]);
  assert.deepEqual([await journal.entries("me"), events.findLast(([name]) => name === "report")[1].rejected], [[], []]);
});

test("the newest of several such answers is the draft, unless a draft was made since", async () => {
  const send = async (operations) => operations.map(({ id }) => changed(id));
  const journal = memoryJournal();
  const mine = { author: "me", assignment: "assignment", token: 1 };
  await journal.add({ ...mine, operation: commit("first") });
  await journal.add({ ...mine, operation: { ...commit("second"), answers: { emotion: "anger" } } });
  await setUp({ send, journal, current: work() });
  await turn();
  assert.deepEqual(await journal.drafts("me", "assignment"), { u1: { emotion: "anger" } });

  const elsewhere = memoryJournal();
  const theirs = { ...mine, assignment: "elsewhere" };
  await elsewhere.add({ ...theirs, operation: commit("first") });
  await elsewhere.add({ ...theirs, operation: { ...commit("second"), answers: { emotion: "anger" } } });
  await setUp({ send, journal: elsewhere, current: work() });
  await turn();
  assert.deepEqual(await elsewhere.drafts("me", "elsewhere"), { u1: { emotion: "anger" } });

  const other = memoryJournal();
  const second = await setUp({ send, journal: other });
  await other.keepDraft("me", "assignment", "u1", { emotion: "fear" });
  await second.sync.send(commit("first"));
  await turn();
  assert.deepEqual(await other.drafts("me", "assignment"), { u1: { emotion: "fear" } });
});

test("other tabs are asked, informed, and their messages handled", async () => {
  const { Channel, posted, send } = testChannel();
  let asked = 0;
  const history = [done("theirs")];
  const show = async () => {
    asked += 1;
    return work(3, { history });
  };
  const { sync, names } = await setUp({ current: work(), Channel, show });
  assert.deepEqual([posted, asked], [[{ author: "me", asked: "assignment" }], 0]);
  await sync.send(commit("mine"));
  assert.deepEqual(posted[1], { author: "me", assignment: "assignment", operations: ["mine"], isOver: false });
  send({ operations: ["mine"] });
  send({ operations: ["x"], assignment: "another" });
  await turn();
  assert.equal(asked, 0, "nothing of it is news");
  history.push(done("mine"));
  send({ operations: ["theirs", "mine"] });
  await turn();
  send({ operations: ["theirs"] });
  await turn();
  assert.deepEqual([asked, names()], [1, ["work", "renewed"]]);
});

test("rejected and late operations are not published as saved", async () => {
  const { Channel, posted } = testChannel();
  const statuses = ["refused", "set_aside"];
  const send = async ([{ id }]) => [{ id, status: statuses.shift(), code: "", detail: "no" }];
  const { sync } = await setUp({ Channel, send });
  await sync.send(commit("1"));
  await sync.send(commit("2"));
  assert.deepEqual(posted, []);
});

test("a dialogue that was handed in or returned in another tab is left", async () => {
  for (const [state, name] of [
    ["done", "work"],
    ["released", "lost"],
  ]) {
    const { Channel, send } = testChannel();
    const { names } = await setUp({ current: work(), Channel, show: async () => work(3, { state }) });
    send({ operations: [], isOver: true });
    await turn();
    assert.deepEqual(names(), ["work", name]);
  }
});

test("handing in and returning a dialogue are published to other tabs", async () => {
  const { Channel, posted } = testChannel();
  const { sync } = await setUp({ claims: [work(), work()], Channel });
  await sync.finish();
  await turn();
  await sync.post("flag", { utterance: "u1", reason: "bad_cut" });
  await sync.post("return", { reason: "wrong_text" });
  await turn();
  const over = { author: "me", assignment: "assignment", operations: [], isOver: true };
  assert.deepEqual(posted, [over, over]);
});

test("without an answer of the server the page stays as it is", async () => {
  const { sync, names } = await setUp({
    show: async () => {
      throw new Failure("offline");
    },
  });
  await sync.refresh(true);
  assert.deepEqual(names(), ["work"]);
});

test("an operation acknowledged during a refresh stays on the page", async () => {
  let sending;
  const answers = [];
  const { sync, events } = await setUp({
    show: async () => {
      const seen = work(3, { history: answers.map(done) });
      if (!sending) {
        sending = sync.send(commit("late"));
        await sending;
        answers.push("late");
      }
      return seen;
    },
  });
  await sync.refresh(true);
  const renewed = events.filter(([name]) => name === "renewed");
  assert.equal(renewed.length, 1);
  const [, { history }, { unsent }] = renewed[0];
  assert.deepEqual([...history.map(({ operation }) => operation), ...unsent.map(({ id }) => id)], ["late"]);
});

test("an operation that leaves the journal during a refresh is neither lost nor shown twice", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: commit("kept") });
  const { sync, events } = await setUp({
    journal,
    current: work(),
    send: async () => {
      throw new Failure("offline");
    },
    show: async () => {
      await journal.remove([1]); // another tab has sent it, after the server had looked
      return work();
    },
  });
  await sync.refresh(true);
  const [, , pending] = events.find(([name]) => name === "renewed");
  assert.deepEqual(
    pending.unsent.map(({ id }) => id),
    ["kept"],
  );
});

test("a rejected entry is discarded, and the server's state reported instead", async () => {
  const refuse = (operations) =>
    operations.map(({ id }) => ({ id, status: id === "bad" ? "refused" : "applied", code: "x", detail: "no" }));
  const { sync, events, journal, names } = await setUp({
    send: async (operations) => refuse(operations),
    show: async () => work(3, { history: [done("good")] }),
  });
  await sync.send(commit("bad"));
  await sync.send({ ...commit("good"), utterance: "u2" });
  const [{ seq, shown }] = events.findLast(([name]) => name === "report")[1].rejected;
  assert.deepEqual(shown, {
    dialogue: "D1",
    number: 1,
    was: { text: "第1句", speaker: "小李", start_ms: 0, end_ms: 900 },
  });
  await sync.discard(seq);
  assert.deepEqual(names(), ["work", "discarded", "renewed"]);
  assert.deepEqual(await journal.entries("me"), []);
  assert.deepEqual(events.find(([name]) => name === "renewed")[2].unsent, []);
  assert.deepEqual(events.findLast(([name]) => name === "report")[1].rejected, []);
});

test("a flag gets an id, is written to the journal, and sent to its assignment", async () => {
  const posted = [];
  const { sync, events } = await setUp({
    post: async (path, body) => {
      posted.push([path, body]);
      return { state: "open" };
    },
  });
  events.length = 0;
  const id = await sync.post("flag", { utterance: "u1", reason: "bad_cut" });
  assert.equal(events[0][1].waiting, 1);
  await turn();
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(posted, [["assignments/assignment/flags/", { id, token: 1, utterance: "u1", reason: "bad_cut" }]]);
  const [, entry, answer] = events.find(([name]) => name === "answer");
  assert.deepEqual([entry.kind, answer], ["flag", { state: "open" }]);
});

test("an unsent flag is restored with its dialogue", async () => {
  const journal = memoryJournal();
  const flag = { author: "me", assignment: "assignment", token: 1, kind: "flag", path: "x/", body: { id: "f" } };
  await journal.add(flag);
  let isOffline = true;
  const post = async () => {
    if (isOffline) throw new Failure("offline");
  };
  const { events, sync } = await setUp({ journal, post });
  const [, , pending] = events.find(([name]) => name === "work");
  assert.deepEqual([pending.unsent, pending.posts.map(({ body }) => body.id)], [[], ["f"]]);
  isOffline = false;
  await sync.retry(); // stops its timers
});

test("a returned dialogue is left when the server has saved the return, not before", async () => {
  let isDown = true;
  const { sync, names } = await setUp({
    claims: [work(), work()],
    post: async () => {
      if (isDown) throw new Failure("server");
      return null;
    },
  });
  await sync.post("return", { reason: "wrong_text" });
  await sync.leave();
  await turn();
  assert.deepEqual(names(), ["work"]);
  isDown = false;
  await sync.retry();
  await turn();
  assert.deepEqual(names(), ["work", "answer", "work"]);
});

test("late work shows at once that the dialogue is lost", async () => {
  const { sync, names } = await setUp({
    send: async (operations) => operations.map(({ id }) => ({ id, status: "set_aside", code: "", detail: "" })),
  });
  await sync.send({ id: "1", kind: "commit", utterance: "u1", answers: {} });
  assert.deepEqual(names(), ["work", "lost"]);
});

test("the trouble of a claim is reported until one succeeds", async () => {
  let fails = 2;
  const { sync, events } = await setUp({
    claim: async () => {
      fails -= 1;
      if (fails >= 0) throw new Failure("expired");
      return work();
    },
  });
  await sync.retry();
  const during = events.filter(([name]) => name === "report").map(([, { trouble }]) => trouble);
  assert.deepEqual(
    during.slice(during.indexOf("expired")),
    during.slice(during.indexOf("expired")).map(() => "expired"),
  );
  await sync.retry();
  assert.equal(events.findLast(([name]) => name === "report")[1].trouble, null);
});
