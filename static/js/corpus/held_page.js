/**
 * Keeps the page of episodes while work on it would be lost: a job that has ended asks htmx to load the page again,
 * which would break an upload off and forget the files that were chosen. The list below is renewed instead.
 */

/**
 * @param {() => boolean} isBusy whether the page holds work that a new one would lose
 * @param {EventTarget} [page]
 * @param {() => void} [renew]
 */
export function holdPage(isBusy, page = document.body, renew = renewList) {
  page.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.defaultPrevented) return; // held by another form
    const { xhr } = /** @type {CustomEvent<{xhr: XMLHttpRequest}>} */ (event).detail;
    if (!xhr.getResponseHeader("HX-Refresh") || !isBusy()) return;
    event.preventDefault();
    renew();
  });
}

/** Show the present states of the episodes below the forms. */
export function renewList() {
  const list = "#episode-list";
  /** @type {any} */ (globalThis).htmx.ajax("GET", location.pathname + location.search, {
    target: list,
    select: list,
    swap: "outerHTML",
  });
}
