// A small IndexedDB for unit tests, with the part of the interface that the journal uses.
// Requests of one transaction run in order; their results are visible when the transaction completes.

const clone = (value) => structuredClone(value);
const keyIn = (row, path) => (Array.isArray(path) ? path.map((name) => row[name]) : row[path]);

/** Compare keys as IndexedDB does: numbers and strings by value, arrays member by member. */
function compare(one, other) {
  if (!Array.isArray(one)) return one < other ? -1 : one > other ? 1 : 0;
  for (let i = 0; i < Math.min(one.length, other.length); i += 1) {
    const order = compare(one[i], other[i]);
    if (order) return order;
  }
  return one.length - other.length;
}

export const IDBKeyRange = {
  bound: (lower, upper) => ({ includes: (key) => compare(lower, key) <= 0 && compare(key, upper) <= 0 }),
  only: (value) => ({ includes: (key) => compare(key, value) === 0 }),
};

class Store {
  /** @type {any[]} rows in the order of their keys */
  rows = [];
  indexes = {};
  last = 0;

  constructor({ keyPath, autoIncrement = false }) {
    this.keyPath = keyPath;
    this.autoIncrement = autoIncrement;
  }

  createIndex(name, path) {
    this.indexes[name] = path;
  }

  write(row, { isNew }) {
    const stored = clone(row);
    if (this.autoIncrement && stored[this.keyPath] === undefined) stored[this.keyPath] = this.last + 1;
    const key = keyIn(stored, this.keyPath);
    if (this.autoIncrement) this.last = Math.max(this.last, key);
    const index = this.rows.findIndex((each) => compare(keyIn(each, this.keyPath), key) === 0);
    if (index >= 0 && isNew) throw new Error("ConstraintError");
    if (index >= 0) this.rows[index] = stored;
    else this.rows.push(stored);
    this.rows.sort((one, other) => compare(keyIn(one, this.keyPath), keyIn(other, this.keyPath)));
    return key;
  }

  remove(key) {
    this.rows = this.rows.filter((row) => compare(keyIn(row, this.keyPath), key) !== 0);
  }

  select(path, query) {
    const range = query?.includes && !Array.isArray(query) && typeof query !== "string" ? query : null;
    const matches = (key) => (range ? range.includes(key) : query === undefined || compare(key, query) === 0);
    return clone(this.rows.filter((row) => matches(keyIn(row, path))));
  }
}

/** @returns {IDBFactory & {databases: Map<string, {version: number, stores: Record<string, Store>}>}} */
export function fakeIndexedDB() {
  const databases = new Map();
  return /** @type {any} */ ({
    databases,
    open(name, version = 1) {
      const request = { result: null, error: null };
      queueMicrotask(() => {
        const data = databases.get(name) ?? { version: 0, stores: {} };
        databases.set(name, data);
        request.result = database(data);
        if (data.version < version) {
          data.version = version;
          request.onupgradeneeded?.({ target: request });
        }
        request.onsuccess?.({ target: request });
      });
      return request;
    },
  });
}

function database(data) {
  return {
    createObjectStore(name, options) {
      data.stores[name] = new Store(options);
      return data.stores[name];
    },
    transaction(names, mode, options) {
      const transaction = { mode, options, error: null };
      transaction.objectStore = (name) => {
        if (![names].flat().includes(name)) throw new Error("NotFoundError");
        return view(data.stores[name], mode);
      };
      setTimeout(() => transaction.oncomplete?.());
      return transaction;
    },
    close() {},
  };
}

function view(store, mode) {
  const request = (result) => ({ result });
  const changing = (work) => {
    if (mode !== "readwrite") throw new Error("ReadOnlyError");
    return request(work());
  };
  return {
    add: (row) => changing(() => store.write(row, { isNew: true })),
    put: (row) => changing(() => store.write(row, { isNew: false })),
    delete: (key) => changing(() => store.remove(key)),
    getAll: (query) => request(store.select(store.keyPath, query)),
    count: () => request(store.rows.length),
    index: (name) => ({ getAll: (query) => request(store.select(store.indexes[name], query)) }),
  };
}
