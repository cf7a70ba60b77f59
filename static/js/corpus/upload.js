/**
 * The upload of an episode: checks the size before the transfer, shows its progress, and can cancel it.
 * Without this module the form is sent like any other form.
 */

import { holdPage } from "./held_page.js";

/** @typedef {{sending: string, storing: string, broken: string, too_large: string, no_room: string}} Texts */

/**
 * Return why a file cannot be uploaded.
 *
 * @param {number} size in bytes
 * @param {{maxBytes?: string, freeBytes?: string}} limits
 * @param {Texts} texts
 * @returns {string} empty if it can
 */
export function refusal(size, limits, texts) {
  if (size > Number(limits.maxBytes)) {
    return texts.too_large;
  }
  return size > Number(limits.freeBytes) ? texts.no_room : "";
}

/** @param {HTMLFormElement} form */
function enhance(form) {
  const texts = /** @type {Texts} */ (JSON.parse(element("upload-texts").textContent ?? "{}"));
  const banner = element("upload-refusal");
  const status = element("upload-progress");
  const bar = /** @type {HTMLProgressElement} */ (status.querySelector("progress"));
  const text = /** @type {HTMLOutputElement} */ (status.querySelector("output"));
  const stop = /** @type {HTMLButtonElement} */ (element("upload-stop"));
  const send = /** @type {HTMLButtonElement} */ (form.querySelector(".button-primary"));

  let isSending = false;
  const isChosen = () => [...form.elements].some((field) => field instanceof HTMLInputElement && field.files?.length);
  holdPage(() => isSending || isChosen());
  addEventListener("beforeunload", (event) => {
    if (isSending) event.preventDefault();
  });

  /** @param {string} reason empty: hide the notice */
  const refuse = (reason) => {
    banner.textContent = reason;
    banner.hidden = reason === "";
    status.hidden = stop.hidden = true;
    send.disabled = isSending = false;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const files = [...data.values()].filter((value) => value instanceof File);
    const problem = refusal(
      files.reduce((sum, file) => sum + file.size, 0),
      form.dataset,
      texts,
    );
    refuse(problem);
    if (problem !== "") {
      return;
    }
    status.hidden = stop.hidden = false;
    send.disabled = isSending = true;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.value = total ? (100 * loaded) / total : 0;
      text.textContent = `${texts.sending} ${Math.floor(bar.value)} %`;
    });
    request.upload.addEventListener("load", () => {
      text.textContent = texts.storing;
    });
    request.addEventListener("load", () => {
      const response = /** @type {{location?: string, errors?: string[]} | null} */ (request.response);
      if (response?.location) {
        isSending = false;
        const target = new URL(response.location, location.href);
        const isSamePage = target.pathname === location.pathname && target.search === location.search;
        location.assign(target);
        if (isSamePage) location.reload(); // the address differs only in its fragment
      } else {
        refuse(response?.errors?.join(" ") ?? texts.broken);
      }
    });
    request.addEventListener("error", () => refuse(texts.broken));
    request.addEventListener("abort", () => refuse(""));
    stop.onclick = () => request.abort();
    request.send(data);
  });
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

if (typeof document !== "undefined") {
  const form = document.getElementById("upload");
  if (form instanceof HTMLFormElement) {
    enhance(form);
  }
  document.addEventListener("submit", (event) => {
    const question = event.target instanceof HTMLFormElement ? event.target.dataset.confirm : undefined;
    if (question && !confirm(question)) {
      event.preventDefault();
    }
  });
}
