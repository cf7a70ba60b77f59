import assert from "node:assert/strict";
import { test } from "node:test";
import { Tabs } from "../../../../static/js/label/sync/tabs.js";

/** Stands for the browser's channels: who posts does not hear themselves. */
function street() {
  const all = [];
  return class {
    constructor(name) {
      this.name = name;
      all.push(this);
    }
    addEventListener(_, hear) {
      this.hear = hear;
    }
    postMessage(data) {
      for (const each of all) if (each !== this && each.name === this.name) each.hear({ data: structuredClone(data) });
    }
  };
}

function given({ author = "me", Channel, isShown = () => true }) {
  const heard = [];
  const tabs = new Tabs({ author, Channel, isShown });
  tabs.listen((said) => heard.push(said));
  return { tabs, heard };
}

const said = (operations, isOver = false) => ({ assignment: "a", operations, isOver });

test("other tabs of the same person hear what was saved", () => {
  const Channel = street();
  const [one, two, stranger] = [given({ Channel }), given({ Channel }), given({ Channel, author: "other" })];
  one.tabs.publish("a", ["1"]);
  assert.deepEqual([one.heard, two.heard, stranger.heard], [[], [said(["1"])], []]);
});

test("who comes later asks for what was saved before, of one dialogue", () => {
  const Channel = street();
  const one = given({ Channel });
  one.tabs.publish("a", ["1"]);
  one.tabs.publish("b", ["2"]);
  one.tabs.publish("a", ["3"], true);
  one.tabs.publish("a", ["4"]);
  const two = given({ Channel });
  two.tabs.ask("a");
  two.tabs.ask("unknown");
  assert.deepEqual(two.heard, [said(["1", "3", "4"], true)]);
  assert.deepEqual(one.heard, []);
});

test("a tab in the background is left alone, and answers all the same", () => {
  const Channel = street();
  const [hidden, shown] = [given({ Channel, isShown: () => false }), given({ Channel })];
  shown.tabs.publish("a", ["1"]);
  hidden.tabs.publish("a", ["2"]);
  assert.deepEqual([hidden.heard, shown.heard], [[], [said(["2"])]]);
  shown.tabs.ask("a");
  assert.deepEqual(shown.heard.length, 2);
});

test("a browser without channels is told nothing, and nothing breaks", () => {
  const { tabs, heard } = given({ Channel: null });
  tabs.publish("a", ["1"]);
  tabs.ask("a");
  assert.deepEqual([tabs.isOpen, heard], [false, []]);
});
