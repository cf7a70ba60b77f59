/**
 * Keeps the page while work on it would be lost: a job that has ended asks htmx to load the page again, which would
 * break an upload off and forget the files that were chosen.
 */

/**
 * @param {() => boolean} isBusy whether the page holds work that a new one would lose
 * @param {EventTarget} [page]
 */
export function holdPage(isBusy, page = document.body) {
  page.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = /** @type {CustomEvent<{xhr: XMLHttpRequest, elt: Element}>} */ (event).detail;
    if (!xhr.getResponseHeader("HX-Refresh") || !isBusy()) return;
    event.preventDefault();
    elt.outerHTML = xhr.responseText; // the job says that it is done
  });
}
