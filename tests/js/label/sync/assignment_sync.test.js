import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../../../static/js/label/sync/api.js";
import { AssignmentSync } from "../../../../static/js/label/sync/assignment_sync.js";
import { memoryJournal } from "../../../../static/js/label/sync/journal.js";
import { Tabs } from "../../../../static/js/label/sync/tabs.js";
import { work } from "../fixtures.js";

const applied = (operations) => operations.map(({ id }) => ({ id, status: "applied", code: "", detail: "" }));

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

async function given({
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
  const told = [];
  const tell =
    (name) =>
    (...what) =>
      told.push([name, ...what]);
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
      work: tell("work"),
      renewed: tell("renewed"),
      discarded: tell("discarded"),
      nothing: tell("nothing"),
      lost: tell("lost"),
      refused: tell("refused"),
      report: tell("report"),
      answer: tell("answer"),
    },
  });
  await sync.start(current);
  return { sync, told, journal, names: () => told.map(([name]) => name).filter((name) => name !== "report") };
}

test("work comes with what the journal still holds of it", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: { id: "x" }, refused: "no" });
  await journal.keepDraft("me", "assignment", "u1", { emotion: "joy" });
  const { told } = await given({ journal });
  const [, , kept] = told.find(([name]) => name === "work");
  assert.deepEqual(kept, { unsent: [], posts: [], drafts: { u1: { emotion: "joy" } }, judged: new Map() });
});

test("work that came with the page is opened without a claim, and its lease renewed", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: { id: "x" } });
  const beats = [];
  const sent = [];
  const { told } = await given({
    journal,
    current: work(),
    claim: () => assert.fail("nothing is claimed"),
    heartbeat: async (...what) => beats.push(what),
    send: async (operations) => {
      sent.push(...operations);
      return applied(operations);
    },
  });
  const [, , kept] = told.find(([name]) => name === "work");
  assert.deepEqual(kept.unsent, [{ id: "x" }]);
  assert.deepEqual(beats, [["assignment", 1]]);
  await turn();
  assert.deepEqual(sent, [{ id: "x" }]);
});

test("work that came with the page and went to someone else meanwhile is let go", async () => {
  const heartbeat = async () => {
    throw new Failure("refused", "annotator.superseded", "gone");
  };
  const { names } = await given({ current: work(), heartbeat });
  await turn();
  assert.deepEqual(names(), ["work", "lost"]);
});

test("nobody says saved between the key press and the server's word", async () => {
  const { sync, told } = await given();
  told.length = 0;
  const sending = sync.send({ id: "1", kind: "commit", utterance: "u1", answers: {} });
  assert.equal(told.at(-1)[1].waiting, 1);
  await sending;
  assert.deepEqual(
    told.map(([, report]) => report.waiting),
    [1, 1, 0],
  );
});

test("a dialogue is handed in, then the next comes, until nothing is left", async () => {
  const { sync, names } = await given({ claims: [work(), work()] });
  await sync.finish();
  await turn();
  assert.deepEqual(names(), ["work", "work"]);
  await sync.finish();
  await turn();
  assert.deepEqual(names(), ["work", "work", "nothing"]);
});

test("a dialogue that is not whole is not handed in", async () => {
  const { sync, told, names } = await given({
    finish: async () => {
      throw new Failure("refused", "annotator.unfinished", "2 left");
    },
  });
  await sync.finish();
  await turn();
  assert.deepEqual(names(), ["work", "refused", "renewed"]);
  assert.equal(told.find(([name]) => name === "refused")[1], "2 left");
});

const done = (operation) => ({ operation, utterance: "u1", answers: { emotion: "joy" }, undo: false });
const commit = (id) => ({ id, kind: "commit", utterance: "u1", answers: { emotion: "joy" } });

test("what the server holds is told where the page does not show it, and only then", async () => {
  const history = [];
  const { sync, told, names } = await given({ show: async () => work(3, { history: [...history] }) });
  await sync.refresh();
  await sync.send(commit("mine"));
  history.push(done("mine"));
  await sync.refresh();
  assert.deepEqual(names(), ["work"]);
  history.push(done("of another tab"));
  await sync.refresh();
  await sync.refresh();
  assert.deepEqual(names(), ["work", "renewed"]);
  assert.deepEqual(told.at(-1)[2], { unsent: [], posts: [], drafts: {}, judged: new Map() });
  history.push(done(null));
  await sync.refresh();
  assert.deepEqual(names(), ["work", "renewed", "renewed"]);
});

test("a page without a channel asks the server whether it is still as it was written", async () => {
  const { names } = await given({ current: work(), show: async () => work(3, { history: [done("in between")] }) });
  await turn();
  assert.deepEqual(names(), ["work", "renewed"]);
});

/** A channel that hands what is posted to the test, and what the test says to the page. */
function line() {
  const posted = [];
  let hear;
  class Channel {
    addEventListener(_, listener) {
      hear = listener;
    }
    postMessage(words) {
      posted.push(words);
    }
  }
  return { Channel, posted, say: (words) => hear({ data: { author: "me", assignment: "assignment", ...words } }) };
}

const changed = (id) => ({ id, status: "refused", code: "annotator.utterance_changed", detail: "changed" });

test("labels of what an utterance is no longer are asked for again, with what it was", async () => {
  const send = async (operations) => operations.map(({ id }) => changed(id));
  const fresh = work();
  fresh.utterances[0] = { ...fresh.utterances[0], text: "another", version: 2 };
  const { sync, told, journal, names } = await given({ send, show: async () => fresh });
  await sync.send(commit("late"));
  await turn();
  assert.deepEqual(names(), ["work", "renewed"]);
  const [, renewed, { unsent, drafts, judged }] = told.find(([name]) => name === "renewed");
  assert.deepEqual([renewed, unsent, drafts], [fresh, [], { u1: { emotion: "joy" } }]);
  assert.deepEqual([...judged], [["u1", { text: "第1句", speaker: "小李", start_ms: 0, end_ms: 900 }]]);
  assert.deepEqual([await journal.entries("me"), told.findLast(([name]) => name === "report")[1].rejected], [[], []]);
});

test("the newest of several such labels is the draft, but what was pressed since is newer", async () => {
  const send = async (operations) => operations.map(({ id }) => changed(id));
  const journal = memoryJournal();
  const mine = { author: "me", assignment: "assignment", token: 1 };
  await journal.add({ ...mine, operation: commit("first") });
  await journal.add({ ...mine, operation: { ...commit("second"), answers: { emotion: "anger" } } });
  await given({ send, journal, current: work() });
  await turn();
  assert.deepEqual(await journal.drafts("me", "assignment"), { u1: { emotion: "anger" } });

  const elsewhere = memoryJournal();
  const theirs = { ...mine, assignment: "elsewhere" };
  await elsewhere.add({ ...theirs, operation: commit("first") });
  await elsewhere.add({ ...theirs, operation: { ...commit("second"), answers: { emotion: "anger" } } });
  await given({ send, journal: elsewhere, current: work() });
  await turn();
  assert.deepEqual(await elsewhere.drafts("me", "elsewhere"), { u1: { emotion: "anger" } });

  const other = memoryJournal();
  const second = await given({ send, journal: other });
  await other.keepDraft("me", "assignment", "u1", { emotion: "fear" });
  await second.sync.send(commit("first"));
  await turn();
  assert.deepEqual(await other.drafts("me", "assignment"), { u1: { emotion: "fear" } });
});

test("other tabs are asked, told and heard", async () => {
  const { Channel, posted, say } = line();
  let asked = 0;
  const history = [done("theirs")];
  const show = async () => {
    asked += 1;
    return work(3, { history });
  };
  const { sync, names } = await given({ current: work(), Channel, show });
  assert.deepEqual([posted, asked], [[{ author: "me", asked: "assignment" }], 0]);
  await sync.send(commit("mine"));
  assert.deepEqual(posted[1], { author: "me", assignment: "assignment", operations: ["mine"], isOver: false });
  say({ operations: ["mine"] });
  say({ operations: ["x"], assignment: "another" });
  await turn();
  assert.equal(asked, 0, "nothing of it is news");
  history.push(done("mine"));
  say({ operations: ["theirs", "mine"] });
  await turn();
  say({ operations: ["theirs"] });
  await turn();
  assert.deepEqual([asked, names()], [1, ["work", "renewed"]]);
});

test("refused and late labels are told to nobody as saved", async () => {
  const { Channel, posted } = line();
  const statuses = ["refused", "set_aside"];
  const send = async ([{ id }]) => [{ id, status: statuses.shift(), code: "", detail: "no" }];
  const { sync } = await given({ Channel, send });
  await sync.send(commit("1"));
  await sync.send(commit("2"));
  assert.deepEqual(posted, []);
});

test("a dialogue that was handed in or returned in another tab is left", async () => {
  for (const [state, name] of [
    ["done", "work"],
    ["released", "lost"],
  ]) {
    const { Channel, say } = line();
    const { names } = await given({ current: work(), Channel, show: async () => work(3, { state }) });
    say({ operations: [], isOver: true });
    await turn();
    assert.deepEqual(names(), ["work", name]);
  }
});

test("who hands a dialogue in or returns it tells the other tabs", async () => {
  const { Channel, posted } = line();
  const { sync } = await given({ claims: [work(), work()], Channel });
  await sync.finish();
  await turn();
  await sync.post("flag", { utterance: "u1", reason: "bad_cut" });
  await sync.post("return", { reason: "wrong_text" });
  await turn();
  const over = { author: "me", assignment: "assignment", operations: [], isOver: true };
  assert.deepEqual(posted, [over, over]);
});

test("a server that does not answer leaves the page as it is", async () => {
  const { sync, names } = await given({
    show: async () => {
      throw new Failure("offline");
    },
  });
  await sync.refresh(true);
  assert.deepEqual(names(), ["work"]);
});

test("a label that is answered for while the server is asked stays on the page", async () => {
  let sending;
  const answers = [];
  const { sync, told } = await given({
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
  const renewed = told.filter(([name]) => name === "renewed");
  assert.equal(renewed.length, 1);
  const [, { history }, { unsent }] = renewed[0];
  assert.deepEqual([...history.map(({ operation }) => operation), ...unsent.map(({ id }) => id)], ["late"]);
});

test("a label that leaves the journal between two looks is in neither lost nor there twice", async () => {
  const journal = memoryJournal();
  await journal.add({ author: "me", assignment: "assignment", token: 1, operation: commit("kept") });
  const { sync, told } = await given({
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
  const [, , kept] = told.find(([name]) => name === "renewed");
  assert.deepEqual(
    kept.unsent.map(({ id }) => id),
    ["kept"],
  );
});

test("what was refused is discarded, and the page told what the server holds instead", async () => {
  const refuse = (operations) =>
    operations.map(({ id }) => ({ id, status: id === "bad" ? "refused" : "applied", code: "x", detail: "no" }));
  const { sync, told, journal, names } = await given({
    send: async (operations) => refuse(operations),
    show: async () => work(3, { history: [done("good")] }),
  });
  await sync.send(commit("bad"));
  await sync.send({ ...commit("good"), utterance: "u2" });
  const [{ seq, shown }] = told.findLast(([name]) => name === "report")[1].rejected;
  assert.deepEqual(shown, {
    dialogue: "D1",
    number: 1,
    was: { text: "第1句", speaker: "小李", start_ms: 0, end_ms: 900 },
  });
  await sync.discard(seq);
  assert.deepEqual(names(), ["work", "discarded", "renewed"]);
  assert.deepEqual(await journal.entries("me"), []);
  assert.deepEqual(told.find(([name]) => name === "renewed")[2].unsent, []);
  assert.deepEqual(told.findLast(([name]) => name === "report")[1].rejected, []);
});

test("a flag gets an id, lies in the journal, and is posted to its dialogue", async () => {
  const posted = [];
  const { sync, told } = await given({
    post: async (path, body) => {
      posted.push([path, body]);
      return { state: "open" };
    },
  });
  told.length = 0;
  const id = await sync.post("flag", { utterance: "u1", reason: "bad_cut" });
  assert.equal(told[0][1].waiting, 1);
  await turn();
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(posted, [["assignments/assignment/flags/", { id, token: 1, utterance: "u1", reason: "bad_cut" }]]);
  const [, entry, answer] = told.find(([name]) => name === "answer");
  assert.deepEqual([entry.kind, answer], ["flag", { state: "open" }]);
});

test("a flag that was not sent yet comes back with its dialogue", async () => {
  const journal = memoryJournal();
  const flag = { author: "me", assignment: "assignment", token: 1, kind: "flag", path: "x/", body: { id: "f" } };
  await journal.add(flag);
  let isOffline = true;
  const post = async () => {
    if (isOffline) throw new Failure("offline");
  };
  const { told, sync } = await given({ journal, post });
  const [, , kept] = told.find(([name]) => name === "work");
  assert.deepEqual([kept.unsent, kept.posts.map(({ body }) => body.id)], [[], ["f"]]);
  isOffline = false;
  await sync.retry(); // else its timers run on
});

test("a returned dialogue is left once the server knows, not before", async () => {
  let isDown = true;
  const { sync, names } = await given({
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

test("labels that came too late say at once that the dialogue is gone", async () => {
  const { sync, names } = await given({
    send: async (operations) => operations.map(({ id }) => ({ id, status: "set_aside", code: "", detail: "" })),
  });
  await sync.send({ id: "1", kind: "commit", utterance: "u1", answers: {} });
  assert.deepEqual(names(), ["work", "lost"]);
});

test("the trouble of a claim stands until one went well", async () => {
  let fails = 2;
  const { sync, told } = await given({
    claim: async () => {
      fails -= 1;
      if (fails >= 0) throw new Failure("expired");
      return work();
    },
  });
  await sync.retry();
  const during = told.filter(([name]) => name === "report").map(([, { trouble }]) => trouble);
  assert.deepEqual(
    during.slice(during.indexOf("expired")),
    during.slice(during.indexOf("expired")).map(() => "expired"),
  );
  await sync.retry();
  assert.equal(told.findLast(([name]) => name === "report")[1].trouble, null);
});
