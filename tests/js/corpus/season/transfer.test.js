import assert from "node:assert/strict";
import { test } from "node:test";
import { idOf, reason, transfer, withChecksums } from "../../../../static/js/corpus/season/transfer.js";

/** @param {{options: any, url: string, previous?: object[], fails?: Error}} kept */
function client(kept) {
  return {
    DefaultHttpStack: class {
      createRequest() {}
      getName() {}
    },
    Upload: class {
      constructor(file, options) {
        kept.options = options;
        this.file = file;
        this.url = kept.url;
      }
      async findPreviousUploads() {
        return kept.previous ?? [];
      }
      resumeFromPreviousUpload(previous) {
        kept.resumed = previous;
      }
      async abort() {
        kept.aborted = true;
      }
      start() {
        kept.started = true;
        if (kept.fails) kept.options.onError(kept.fails);
        else if (kept.url) kept.options.onSuccess();
      }
    },
  };
}

const file = { name: "e1.mp4", size: 5, lastModified: 7 };
const options = () => ({ endpoint: "/u/", token: "t", progress() {}, signal: new AbortController().signal });

test("an unfinished upload of the same file continues", async () => {
  const kept = { url: "/u/abc/", previous: [{ uploadUrl: "/u/abc/" }] };
  assert.equal(await transfer(client(kept), file, options()), "abc");
  assert.equal(kept.resumed, kept.previous[0]);
  assert.equal(await kept.options.fingerprint(), "concord|/u/|e1.mp4|5|7");
});

test("the server's sentence is the error", async () => {
  const fails = Object.assign(new Error("tus"), { originalResponse: { getBody: () => '{"detail": "Too large."}' } });
  await assert.rejects(transfer(client({ url: "", fails }), file, options()), { message: "Too large." });
  assert.equal(reason({ originalResponse: { getBody: () => "<html>" } }), "");
});

test("a refused file is not sent again, a lost connection is", async () => {
  const kept = { url: "/u/abc/" };
  await transfer(client(kept), file, options());
  const again = (status) => kept.options.onShouldRetry({ originalResponse: status && { getStatus: () => status } });
  assert.deepEqual([undefined, 503, 409, 423, 460, 413, 404, 507].map(again), [
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("a stopped upload keeps what has arrived", async () => {
  const stop = new AbortController();
  const kept = { url: "" };
  const sent = transfer(client(kept), file, { ...options(), signal: stop.signal });
  stop.abort();
  await assert.rejects(sent, { name: "AbortError" });
  assert.equal(kept.aborted, true);
});

test("each part carries its checksum", async () => {
  const headers = {};
  const inner = { setHeader: (name, value) => (headers[name] = value), send: async (body) => body };
  const request = withChecksums({ createRequest: () => inner, getName: () => "" }).createRequest("PATCH", "/u/abc/");
  await request.send(new Blob(["abc"]));
  assert.deepEqual(headers, { "Upload-Checksum": "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" });
  assert.equal(idOf("/api/u/abc/"), "abc");
});
