// A small document for unit tests: elements by id, and the few properties and methods that the modules use.

export class FakeElement {
  /**
   * @param {string} [tag]
   * @param {Record<string, any>} [properties]
   */
  constructor(tag = "div", properties = {}) {
    Object.assign(this, {
      tag,
      parent: null,
      children: [],
      attributes: {},
      dataset: {},
      hidden: false,
      disabled: false,
      textContent: "",
      className: "",
      value: 0,
      isFocused: false,
      listeners: {},
      /** elements by selector, for `closest` and `querySelector` */
      found: {},
      ...properties,
    });
  }

  append(...nodes) {
    for (const node of nodes) if (node instanceof FakeElement) node.parent = this;
    this.children.push(...nodes);
  }

  replaceChildren(...nodes) {
    this.children = [];
    this.append(...nodes);
  }

  contains(element) {
    for (let each = element; each; each = each.parent) if (each === this) return true;
    return false;
  }

  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  removeAttribute(name) {
    delete this.attributes[name];
  }

  /** A list of selectors matches by tag name, or by an entry of `found`. */
  closest(selectors) {
    for (let each = this; each; each = each.parent) {
      if (selectors.split(", ").includes(each.tag)) return each;
      if (selectors in each.found) return each.found[selectors];
    }
    return null;
  }

  querySelector(selector) {
    return this.found[selector] ?? null;
  }

  addEventListener(type, listener) {
    this.listeners[type] = [...(this.listeners[type] ?? []), listener];
  }

  dispatch(type, event = {}) {
    for (const listener of this.listeners[type] ?? []) listener({ type, target: this, ...event });
  }

  focus() {
    globalThis.document.activeElement = this;
    this.isFocused = true;
  }

  blur() {
    globalThis.document.activeElement = null;
    this.isFocused = false;
  }
}

/**
 * Install a document and a window whose elements are created on first use of their id.
 *
 * @returns {{byId: (id: string) => FakeElement, document: any, window: any}}
 */
export function installDom() {
  const elements = new Map();
  const byId = (id) => {
    if (!elements.has(id)) elements.set(id, new FakeElement("div", { id }));
    return elements.get(id);
  };
  const document = Object.assign(new FakeElement("document"), {
    activeElement: null,
    getElementById: byId,
    createElement: (tag) => new FakeElement(tag),
    hidden: false,
  });
  const window = new FakeElement("window");
  Object.assign(globalThis, { document, window, HTMLElement: FakeElement });
  return { byId, document, window };
}
