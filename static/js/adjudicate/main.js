// Entry point of the adjudication page.

import { openJournal } from "../label/sync/journal.js";
import { byId } from "../label/view/dom.js";
import { createPage } from "./page/page.js";
import { createApi } from "./sync/api.js";

const JOURNAL = "concord-adjudication"; // name of the database; stored in browsers, so it must not change

/** @type {{root: string, corpus: string, author: string, texts: Record<string, string>, order: string,
 *   utterance: string | null}} */
const { root, corpus, author, texts, order, utterance } = JSON.parse(byId("case-data").textContent ?? "");
const page = createPage({
  api: createApi({ root, corpus, author }),
  journal: await openJournal(undefined, undefined, JOURNAL),
  author,
  language: document.documentElement.lang.toLowerCase(),
  texts,
  order,
  utterance,
});
await page.start();
