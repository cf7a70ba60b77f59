// Every page but that for labelling: the folded navigation of a phone, and regions that scroll.

import { watchScrollRegions } from "./scroll_regions.js";

for (const toggle of document.querySelectorAll(".nav-toggle")) {
  toggle.addEventListener("click", () => {
    toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") === "false"));
  });
}
watchScrollRegions(document.body);
