// The browser's own record of work that the server has not acknowledged yet. It outlives reloads and crashes.

/** @typedef {import("./types.js").Answers} Answers */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Journal} Journal */

const OPERATIONS = "operations";
const DRAFTS = "drafts";

/**
 * Open the journal; a browser that keeps nothing (some private windows) gets one in memory that says so.
 *
 * @param {IDBFactory} [factory]
 * @returns {Promise<Journal>}
 */
export async function openJournal(factory = globalThis.indexedDB) {
  try {
    return databaseJournal(await opened(factory));
  } catch {
    return memoryJournal();
  }
}

/** @returns {Journal} */
export function memoryJournal() {
  /** @type {Entry[]} */
  let entries = [];
  /** @type {Map<string, Answers>} */
  const drafts = new Map();
  let last = 0;
  return {
    durable: false,
    async add(entry) {
      last += 1;
      entries.push({ ...entry, seq: last });
    },
    async entries(author) {
      return entries.filter((entry) => entry.author === author);
    },
    async remove(seqs) {
      entries = entries.filter((entry) => !seqs.includes(entry.seq ?? 0));
    },
    async put(entry) {
      entries = entries.map((each) => (each.seq === entry.seq ? entry : each));
    },
    async drafts(author, assignment) {
      const start = `${author} ${assignment} `;
      const own = [...drafts].filter(([key]) => key.startsWith(start));
      return Object.fromEntries(own.map(([key, answers]) => [key.slice(start.length), answers]));
    },
    async keepDraft(author, assignment, utterance, answers) {
      const key = `${author} ${assignment} ${utterance}`;
      if (answers) drafts.set(key, answers);
      else drafts.delete(key);
    },
  };
}

/**
 * @param {IDBDatabase} database
 * @returns {Journal}
 */
function databaseJournal(database) {
  /**
   * @template T
   * @param {string} name
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T> | undefined} work
   * @returns {Promise<T>} once it is on the disk
   */
  const within = (name, mode, work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode, { durability: name === OPERATIONS ? "strict" : "relaxed" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(/** @type {T} */ (request?.result));
      transaction.onabort = () => reject(transaction.error);
    });
  return {
    durable: true,
    async add(entry) {
      await within(OPERATIONS, "readwrite", (store) => store.add(entry));
    },
    entries(author) {
      return within(OPERATIONS, "readonly", (store) => store.index("author").getAll(author));
    },
    remove(seqs) {
      return within(OPERATIONS, "readwrite", (store) => {
        for (const seq of seqs) store.delete(seq);
        return undefined;
      });
    },
    async put(entry) {
      await within(OPERATIONS, "readwrite", (store) => store.put(entry));
    },
    async drafts(author, assignment) {
      const range = IDBKeyRange.bound([author, assignment, ""], [author, assignment, "\uffff"]);
      const rows = await within(DRAFTS, "readonly", (store) => store.getAll(range));
      return Object.fromEntries(rows.map((row) => [row.utterance, row.answers]));
    },
    async keepDraft(author, assignment, utterance, answers) {
      await within(DRAFTS, "readwrite", (store) => {
        if (answers) store.put({ author, assignment, utterance, answers });
        else store.delete([author, assignment, utterance]);
        return undefined;
      });
    },
  };
}

/**
 * @param {IDBFactory} factory
 * @returns {Promise<IDBDatabase>}
 */
function opened(factory) {
  return new Promise((resolve, reject) => {
    const request = factory.open("concord", 1);
    request.onupgradeneeded = () => {
      const operations = request.result.createObjectStore(OPERATIONS, { keyPath: "seq", autoIncrement: true });
      operations.createIndex("author", "author");
      request.result.createObjectStore(DRAFTS, { keyPath: ["author", "assignment", "utterance"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
