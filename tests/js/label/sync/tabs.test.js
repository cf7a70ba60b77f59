import assert from "node:assert/strict";
import { test } from "node:test";
import { Tabs } from "../../../../static/js/label/sync/tabs.js";

/** Channels as in a browser: a sender does not receive its own messages. */
function channels() {
  const all = [];
  return class {
    constructor(name) {
      this.name = name;
      all.push(this);
    }
    addEventListener(_, listener) {
      this.listener = listener;
    }
    postMessage(data) {
      for (const each of all)
        if (each !== this && each.name === this.name) each.listener({ data: structuredClone(data) });
    }
  };
}

function setUp({ author = "me", Channel, isShown = () => true }) {
  const received = [];
  const tabs = new Tabs({ author, Channel, isShown });
  tabs.listen((message) => received.push(message));
  return { tabs, received };
}

const saved = (operations, isOver = false) => ({ assignment: "a", operations, isOver });

test("other tabs of the same person get a message when something was saved", () => {
  const Channel = channels();
  const [one, two, stranger] = [setUp({ Channel }), setUp({ Channel }), setUp({ Channel, author: "other" })];
  one.tabs.publish("a", ["1"]);
  assert.deepEqual([one.received, two.received, stranger.received], [[], [saved(["1"])], []]);
});

test("a later tab asks for everything saved before of one dialogue", () => {
  const Channel = channels();
  const one = setUp({ Channel });
  one.tabs.publish("a", ["1"]);
  one.tabs.publish("b", ["2"]);
  one.tabs.publish("a", ["3"], true);
  one.tabs.publish("a", ["4"]);
  const two = setUp({ Channel });
  two.tabs.ask("a");
  two.tabs.ask("unknown");
  assert.deepEqual(two.received, [saved(["1", "3", "4"], true)]);
  assert.deepEqual(one.received, []);
});

test("a tab in the background ignores messages, and still answers", () => {
  const Channel = channels();
  const [hidden, shown] = [setUp({ Channel, isShown: () => false }), setUp({ Channel })];
  shown.tabs.publish("a", ["1"]);
  hidden.tabs.publish("a", ["2"]);
  assert.deepEqual([hidden.received, shown.received], [[], [saved(["2"])]]);
  shown.tabs.ask("a");
  assert.deepEqual(shown.received.length, 2);
});

test("a browser without channels gets no messages and causes no error", () => {
  const { tabs, received } = setUp({ Channel: null });
  tabs.publish("a", ["1"]);
  tabs.ask("a");
  assert.deepEqual([tabs.isOpen, received], [false, []]);
});
