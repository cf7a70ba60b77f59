// Wide tables and code scroll within their own frame. While one does, it is a stop of the Tab key, so that the arrow
// keys scroll it, and screen readers announce it by its caption or by the heading before it.

const REGIONS = ".table-wrap, .chart-wrap, .prose table, pre, .remarks";

/**
 * Watch the regions below an element, also those that are added later.
 *
 * @param {HTMLElement} root
 */
export function watchScrollRegions(root) {
  const resizes = new ResizeObserver((entries) => {
    for (const { target } of entries) mark(target.closest(REGIONS) ?? target);
  });
  const watch = () => {
    for (const region of root.querySelectorAll(REGIONS)) {
      resizes.observe(region);
      for (const child of region.children) resizes.observe(child);
    }
  };
  new MutationObserver(watch).observe(root, { childList: true, subtree: true });
  watch();
}

/** @param {Element} region */
function mark(region) {
  const scrolls = region.scrollWidth > region.clientWidth + 1 || region.scrollHeight > region.clientHeight + 1;
  region.classList.toggle("is-scrolling", scrolls);
  if (!scrolls) {
    if (region.getAttribute("role") === "region") region.removeAttribute("role");
    region.removeAttribute("tabindex");
    return;
  }
  region.setAttribute("tabindex", "0");
  if (region.localName !== "div") return; // a table or a list keeps its role
  region.setAttribute("role", "region");
  if (!region.hasAttribute("aria-label")) region.setAttribute("aria-label", nameOf(region));
}

/**
 * Return the caption of a region's table, or else the nearest heading before it.
 *
 * @param {Element} region
 */
function nameOf(region) {
  const caption = region.querySelector("caption")?.textContent?.trim();
  if (caption) return caption;
  const headings = [...document.querySelectorAll("h1, h2, h3")];
  const before = headings.filter((each) => each.compareDocumentPosition(region) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.at(-1)?.textContent?.trim() ?? document.title;
}
