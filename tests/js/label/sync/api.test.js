import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi, csrfToken } from "../../../../static/js/label/sync/api.js";

const api = (status, body, seen = {}) =>
  createApi({
    root: "/api/v1/",
    corpus: "demo",
    author: "me",
    cookies: () => "a=b; csrftoken=secret",
    request: async (url, options) => {
      Object.assign(seen, { url, ...options });
      if (status === 0) throw new TypeError("network");
      return new Response(status === 204 ? null : body, { status });
    },
  });

test("a request carries the newest token, and whose page it comes from", async () => {
  const seen = {};
  await api(200, "{}", seen).claim();
  assert.equal(seen.url, "/api/v1/corpora/demo/claim/");
  assert.equal(seen.headers["X-CSRFToken"], "secret");
  assert.equal(seen.headers["X-Concord-Author"], "me");
});

test("an empty response is null", async () => {
  assert.equal(await api(204).claim(), null);
});

for (const [status, body, trouble] of [
  [0, "", "offline"],
  [500, "<html>", "server"],
  [502, "", "server"],
  [429, "{}", "server"],
  [200, "<html>a proxy's page", "server"],
  [401, "{}", "expired"],
  [409, '{"code": "annotator.not_the_author"}', "stranger"],
  [409, '{"code": "common.not_the_author"}', "stranger"],
  [403, '{"code": "csrf"}', "expired"],
  [409, '{"code": "annotator.unfinished", "detail": "2 left"}', "refused"],
  [404, "", "refused"],
]) {
  test(`the response ${status} ${body} is ${trouble}`, async () => {
    await assert.rejects(api(status, body).claim(), { trouble });
  });
}

for (const [name, call, method, url, body] of [
  ["standing", (client) => client.standing(), "GET", "corpora/demo/standing/"],
  ["trainingFeedback", (client) => client.trainingFeedback("a", "u"), "GET", "assignments/a/lessons/u/"],
  ["show", (client) => client.show("a"), "GET", "assignments/a/"],
  ["claim", (client) => client.claim(), "POST", "corpora/demo/claim/", {}],
  ["seen", (client) => client.seen(["m"]), "POST", "corpora/demo/news/seen/", { ids: ["m"] }],
  ["post", (client) => client.post("assignments/a/flags/", { id: "f" }), "POST", "assignments/a/flags/", { id: "f" }],
  ["heartbeat", (client) => client.heartbeat("a", 2), "POST", "assignments/a/heartbeat/", { token: 2 }],
  ["finish", (client) => client.finish("a", 2), "POST", "assignments/a/finish/", { token: 2 }],
  [
    "send",
    (client) => client.send("a", 2, "me", [{ id: "1" }]),
    "POST",
    "assignments/a/operations/",
    { token: 2, author: "me", operations: [{ id: "1" }] },
  ],
]) {
  test(`${name} has its address, its method and its body`, async () => {
    const seen = {};
    await call(api(200, "{}", seen));
    assert.deepEqual([seen.method, seen.url], [method, `/api/v1/${url}`]);
    assert.deepEqual(seen.body && JSON.parse(seen.body), body);
    assert.deepEqual([seen.credentials, seen.redirect], ["same-origin", "error"]);
    assert.equal(seen.headers["Content-Type"], "application/json");
    assert.ok(seen.signal instanceof AbortSignal, "a request that takes too long is given up");
  });
}

test("news is asked for one assignment, and may fail", async () => {
  const seen = {};
  assert.deepEqual(await api(200, '{"unread": 1}', seen).news("a"), { unread: 1 });
  assert.equal(seen.url, "/api/v1/corpora/demo/news/?assignment=a");
  await assert.rejects(api(401, "{}").news("a"), { trouble: "expired" });
});

test("send returns the acknowledgements; a response without any has none", async () => {
  const acks = [{ id: "1", status: "applied", code: "", detail: "" }];
  assert.deepEqual(await api(200, JSON.stringify({ acks })).send("a", 1, "me", []), acks);
  assert.deepEqual(await api(200, "{}").send("a", 1, "me", []), []);
});

test("a refusal carries its code and the server's message", async () => {
  const body = '{"code": "annotator.unfinished", "detail": "2 left"}';
  await assert.rejects(api(409, body).claim(), { code: "annotator.unfinished", message: "2 left" });
  await assert.rejects(api(409, '{"code": "annotator.unfinished"}').claim(), { message: "annotator.unfinished" });
  await assert.rejects(api(404, "").claim(), { code: "", message: "refused" });
});

test("the token comes from its own cookie, and may be missing", () => {
  assert.equal(csrfToken("csrftoken=one; sessionid=x"), "one");
  assert.equal(csrfToken("other_csrftoken=no; csrftoken=two"), "two");
  assert.equal(csrfToken("sessionid=x"), "");
});
