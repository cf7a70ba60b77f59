// Returns what is wrong with the layout of a page at the present width, as a list of sentences.
() => {
  const problems = [];
  const name = (element) => {
    const classes = [...element.classList].map((each) => `.${each}`).join("");
    const parent = element.parentElement;
    const where = parent && parent !== document.body ? `${parent.localName}${parent.className?.trim?.() ? `.${parent.className.trim().replaceAll(/\s+/g, ".")}` : ""} > ` : "";
    return `${where}${element.localName}${element.id ? `#${element.id}` : ""}${classes} “${(element.textContent ?? "").trim().replaceAll(/\s+/g, " ").slice(0, 24)}”`;
  };
  const styles = new Map();
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });

  // parts that cut off or cover texts on purpose, with the reason
  const MAY_CUT = [
    ".visually-hidden, .skip", // not visible
    ".topbar-where > *", // the name of the corpus is the heading or the title of the page
    ".topbar-person", // one's own name, complete on the account page
    ".screen, video, svg, progress, select, input, textarea", // they scroll or scale by themselves
    ".dialogue-line, .form-dialog-quote", // the current utterance shows its whole text
    ".toolbar-keys", // as many keys as fit into one line
    ".q-name, .q-note, .q-label", // the line above the questions shows the whole text
  ].join();
  const MAY_COVER = [
    ".visually-hidden, .skip",
    ".answers-save", // a bar at the lower edge of the window, with a background of its own
    "svg", // charts place their texts themselves
  ].join();

  const { scrollWidth } = document.documentElement;
  if (scrollWidth > window.innerWidth) {
    const widest = [...document.body.querySelectorAll("*")].filter(
      (element) => shown(element) && element.getBoundingClientRect().right > window.innerWidth + 1 && ![...element.children].some((child) => child.getBoundingClientRect().right > window.innerWidth + 1),
    );
    problems.push(`scrolls sideways (${scrollWidth} > ${window.innerWidth}): ${widest.slice(0, 2).map(name).join("; ")}`);
  }

  const scrolls = (value) => value === "auto" || value === "scroll";
  const cuts = (value) => value === "hidden" || value === "clip";
  for (const element of document.body.querySelectorAll("*")) {
    if (!shown(element) || element.closest("svg")) continue;
    const { overflowX, overflowY, display } = style(element);
    if (display === "inline" || display === "contents") continue;
    const wide = element.scrollWidth > element.clientWidth + 1;
    const high = element.scrollHeight > element.clientHeight + 1;
    if (((wide && cuts(overflowX)) || (high && cuts(overflowY))) && !element.closest(MAY_CUT) && element.clientWidth > 1) {
      problems.push(`cut off (${element.scrollWidth}×${element.scrollHeight} in ${element.clientWidth}×${element.clientHeight}): ${name(element)}`);
    }
    if (((wide && scrolls(overflowX)) || (high && scrolls(overflowY))) && !element.matches("textarea, input, select")) {
      const stops = [element, ...element.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
      if (!stops.some((each) => each.tabIndex >= 0 && !each.disabled)) problems.push(`scrolls, but not by keyboard: ${name(element)}`);
    }
  }

  // the texts, as rectangles within everything that cuts them off
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !shown(element) || element.closest("script, style, option, datalist") || element.closest(MAY_COVER)) continue;
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    if (rects.length === 0) continue;
    let box = element;
    while (box.parentElement && (style(box).display === "inline" || style(box).display === "contents")) box = box.parentElement;
    const outer = box.getBoundingClientRect();
    const right = Math.max(...rects.map((rect) => rect.right));
    const left = Math.min(...rects.map((rect) => rect.left));
    const isCut = element.closest(MAY_CUT) !== null;
    if (!isCut && style(box).overflowX === "visible" && (right > outer.right + 1.5 || left < outer.left - 1.5)) {
      problems.push(`text outside of its box by ${Math.round(Math.max(right - outer.right, outer.left - left))}: ${name(element)}`);
    }
    let visible = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    for (let at = element; at !== document.body && at; at = at.parentElement) {
      if (style(at).overflowX === "visible" && style(at).overflowY === "visible") continue;
      const rect = at.getBoundingClientRect();
      visible = { left: Math.max(visible.left, rect.left), right: Math.min(visible.right, rect.right), top: Math.max(visible.top, rect.top), bottom: Math.min(visible.bottom, rect.bottom) };
    }
    const layer = element.closest("dialog, aside, .guideline, .topbar, .toolbar");
    for (const rect of rects) {
      const seen = { left: Math.max(rect.left, visible.left), right: Math.min(rect.right, visible.right), top: Math.max(rect.top, visible.top), bottom: Math.min(rect.bottom, visible.bottom) };
      if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1) texts.push({ ...seen, element, layer });
    }
  }
  texts.sort((one, other) => one.top - other.top);
  for (let i = 0; i < texts.length; i += 1) {
    for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom - 4; j += 1) {
      const [one, other] = [texts[i], texts[j]];
      if (one.element === other.element || one.layer !== other.layer) continue;
      // lines of text may touch by the space between them
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 2 && down > 5) problems.push(`covers: ${name(one.element)} and ${name(other.element)} by ${Math.round(across)}×${Math.round(down)}`);
    }
  }

  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!shown(heading) || heading.closest("dialog")) continue;
    const next = Number(heading.localName[1]);
    if (next > level + 1) problems.push(`heading of level ${next} after level ${level}: ${name(heading)}`);
    level = next;
  }
  return [...new Set(problems)];
}
