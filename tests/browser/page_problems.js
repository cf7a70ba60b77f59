// Returns the visible problems of a page, as a list of sentences.
() => {
  const problems = [];
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const name = (element) => `${element.tagName.toLowerCase()} ${element.outerHTML.slice(0, 120)}`;

  if (document.documentElement.scrollWidth > window.innerWidth) {
    problems.push(`wider than the window: ${document.documentElement.scrollWidth} > ${window.innerWidth}`);
  }
  for (const selector of ["h1", "main"]) {
    const found = [...document.querySelectorAll(selector)].filter(shown).length;
    if (found !== 1) problems.push(`${found} times <${selector}>`);
  }
  if (!document.title.trim()) problems.push("no title");

  for (const element of document.querySelectorAll("input, select, textarea, button, a[href], video, audio")) {
    if (!shown(element) || element.type === "hidden") continue;
    const label = element.labels?.[0]?.textContent || element.getAttribute("aria-label") || "";
    const labelled = document.getElementById(element.getAttribute("aria-labelledby") ?? "")?.textContent || "";
    const text = /^(BUTTON|A)$/.test(element.tagName) ? element.textContent : "";
    if (!(label + labelled + text).trim()) problems.push(`without a name: ${name(element)}`);
  }

  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) problems.push(`duplicate id: ${id}`);

  // contrast required by WCAG 2: 4.5 for text, 3 for large text
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    return ["white", ...layers];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !shown(element) || element.closest("svg, script, [disabled], .visually-hidden, .skip")) continue;
    const style = getComputedStyle(element);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const [bright, dark] = [luminance(paint([...behind(element), style.color])), luminance(paint(behind(element)))].sort((a, b) => b - a);
    const contrast = (bright + 0.05) / (dark + 0.05);
    if (contrast < (large ? 3 : 4.5)) problems.push(`contrast ${contrast.toFixed(2)}: ${name(element)}`);
  }
  return problems;
}
