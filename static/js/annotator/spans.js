/**
 * Plays a span of an episode beside the message about it: one film for the page, which moves to where it is asked for.
 */

const film = document.createElement("video");
film.playsInline = true;
film.controls = true;
film.className = "note-film";
let watch = 0;

function stop() {
  cancelAnimationFrame(watch);
  film.pause();
}

/**
 * @param {HTMLElement} scene where it is shown
 * @param {string} address
 * @param {{start: number, end: number}} span in ms
 */
function play(scene, address, { start, end }) {
  stop();
  if (film.parentElement !== scene) scene.append(film);
  if (film.getAttribute("src") !== address) film.src = address;
  film.currentTime = start / 1000;
  film.play().catch(() => {});
  const look = () => {
    if (film.ended || film.currentTime * 1000 >= end) stop();
    else watch = requestAnimationFrame(look);
  };
  film.addEventListener("seeked", look, { once: true });
}

document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (
    event.target instanceof Element ? event.target.closest("[data-start]") : null
  );
  const note = /** @type {HTMLElement | null} */ (button?.closest("[data-spans]") ?? null);
  const scene = /** @type {HTMLElement | null} */ (note?.querySelector("[data-scene]") ?? null);
  if (!button || !note?.dataset.spans || !scene) return;
  play(scene, note.dataset.spans, { start: Number(button.dataset.start), end: Number(button.dataset.end) });
});
