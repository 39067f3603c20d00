// The build as a command: it ends with an error on a broken page, and it reaches for no network.

import {writeFileSync} from "node:fs";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {afterAll, expect, test} from "vitest";
import {ended, scratch} from "./scratch.ts";

const copy = scratch();
afterAll(() => copy.remove());

test("a build with a broken page fails, and names the page and the line", async () => {
  const page =
    "---\ndescription: Broken.\n---\n\n# Broken\n\n```ts\nconst a = = 1;\n```\n\n[dead](./nowhere)\n";
  writeFileSync(join(copy.root, "docs/broken.md"), page);
  const {code, output} = await ended(copy.run("--import", "tsx", "src/book/build.ts"));
  expect(output).toContain("docs/broken.md:8: syntax error: Unexpected token");
  expect(output).toContain(`docs/broken.md:11: dead link "./nowhere"`);
  expect(code).toBe(1);
});

/** Runs a program text as a build runs Framework: with no way to the network. */
const offline = (text: string) =>
  ended(copy.run("--import", "tsx", "--import", "./src/book/offline.ts", "--input-type=module", "-e", text));

test.each([
  ["fetch", `await fetch("http://192.0.2.1/")`],
  ["https", `(await import("node:https")).get("https://example.org/")`],
  ["net", `(await import("node:net")).connect(80, "example.com")`],
])("a build that reaches for the network by %s fails, and says where to", async (_name, text) => {
  const {code, output} = await offline(text);
  expect(output).toMatch(/offline: the build tried to connect to (192\.0\.2\.1|example\.org|example\.com)/);
  expect(code).not.toBe(0);
});

test("a build may connect to its own machine", async () => {
  const server = createServer((_request, response) => response.end("here"));
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address() as AddressInfo;
  const {output} = await offline(`console.log(await (await fetch("http://127.0.0.1:${port}/")).text())`);
  server.close();
  expect(output).toBe("here\n");
});
