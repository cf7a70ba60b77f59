/**
 * The transfer of a file by the tus protocol, with a checksum for each part.
 *
 * `tus-js-client` (static/vendor/tus) remembers unfinished uploads in the browser. If the same file is chosen again,
 * also after the page was closed, its upload continues.
 */

export const PART_BYTES = 8 * 2 ** 20;
const RETRIES_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];

/**
 * @typedef {{Upload: new (file: File, options: Record<string, unknown>) => TusUpload, DefaultHttpStack: new (options:
 *   object) => TusStack}} Tus
 * @typedef {{start(): void, abort(terminate?: boolean): Promise<void>, url: string | null, findPreviousUploads():
 *   Promise<object[]>, resumeFromPreviousUpload(previous: object): void}} TusUpload
 * @typedef {{createRequest(method: string, url: string): TusRequest, getName(): string}} TusStack
 * @typedef {{setHeader(name: string, value: string): void, send(body: unknown): Promise<unknown>}} TusRequest
 */

/**
 * Return a transport that adds `Upload-Checksum` to every part. Browsers compute it on https and on localhost only.
 *
 * @param {TusStack} stack
 * @returns {TusStack}
 */
export function withChecksums(stack) {
  return {
    getName: () => "checksums",
    createRequest(method, url) {
      const request = stack.createRequest(method, url);
      const send = request.send.bind(request);
      request.send = async (body) => {
        if (body instanceof Blob && globalThis.crypto?.subtle) {
          const sum = await crypto.subtle.digest("SHA-1", await body.arrayBuffer());
          request.setHeader("Upload-Checksum", `sha1 ${btoa(String.fromCharCode(...new Uint8Array(sum)))}`);
        }
        return send(body);
      };
      return request;
    },
  };
}

/**
 * Send a file; continue an unfinished upload of the same file.
 *
 * @param {Tus} tus
 * @param {File} file
 * @param {{endpoint: string, token: string, progress: (sent: number) => void, signal: AbortSignal}} options `token`:
 *   against request forgery
 * @returns {Promise<string>} the public id of the upload
 */
export async function transfer(tus, file, { endpoint, token, progress, signal }) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(file, {
      endpoint,
      chunkSize: PART_BYTES,
      retryDelays: RETRIES_MS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": token },
      metadata: { filename: file.name },
      httpStack: withChecksums(new tus.DefaultHttpStack({})),
      // the same file for another corpus is another upload
      fingerprint: async () => ["concord", endpoint, file.name, file.size, file.lastModified].join("|"),
      onProgress: progress,
      onShouldRetry: (/** @type {{originalResponse?: {getStatus(): number}}} */ error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || (status >= 500 && status !== 507) || [409, 423, 429, 460].includes(status);
      },
      onError: (/** @type {Error & {originalResponse?: {getBody(): string}}} */ error) =>
        reject(new Error(reason(error))),
      onSuccess: () => resolve(idOf(upload.url ?? "")),
    });
    signal.addEventListener("abort", () => {
      void upload.abort();
      reject(new DOMException("stopped", "AbortError"));
    });
    void upload.findPreviousUploads().then((previous) => {
      if (previous.length > 0) {
        upload.resumeFromPreviousUpload(previous[0]);
      }
      if (!signal.aborted) {
        upload.start();
      }
    });
  });
}

/**
 * @param {string} url of an upload
 * @returns {string} its public id
 */
export function idOf(url) {
  return url.replace(/\/$/, "").split("/").at(-1) ?? "";
}

/**
 * Return the server's sentence for an error, or an empty text if it sent none.
 *
 * @param {{originalResponse?: {getBody(): string} | null}} error
 * @returns {string}
 */
export function reason(error) {
  try {
    return JSON.parse(error.originalResponse?.getBody() ?? "{}").detail ?? "";
  } catch {
    return "";
  }
}
