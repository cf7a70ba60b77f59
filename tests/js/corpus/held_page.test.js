import assert from "node:assert/strict";
import { test } from "node:test";
import { holdPage } from "../../../static/js/corpus/held_page.js";

/** @param {EventTarget} page @param {string | null} refresh */
function answer(page, refresh) {
  const elt = { outerHTML: "old" };
  const xhr = { getResponseHeader: () => refresh, responseText: "done" };
  const event = new CustomEvent("htmx:beforeOnLoad", { cancelable: true, detail: { xhr, elt } });
  return { isLoaded: page.dispatchEvent(event), shown: elt.outerHTML };
}

test("a page with work is not loaded again, and its job says that it is done", () => {
  const page = new EventTarget();
  let isBusy = true;
  holdPage(() => isBusy, page);
  assert.deepEqual(answer(page, "true"), { isLoaded: false, shown: "done" });
  assert.deepEqual(answer(page, null), { isLoaded: true, shown: "old" });
  isBusy = false;
  assert.deepEqual(answer(page, "true"), { isLoaded: true, shown: "old" });
});
