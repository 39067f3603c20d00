// Four suites: `model` and `book` need only the sources, `site` needs the built site in dist/. `stepping` is the suite
// of the model once more, run on the rewritten model that readers step through.
import {fileURLToPath} from "node:url";
import {defineConfig, type Plugin} from "vitest/config";
import {withProbes} from "./src/replay/bundle.ts";
import {transform} from "./src/replay/transform.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Pages and components name modules from the root of the site; these say where that is. */
const alias = [
  {find: /^\/src\//, replacement: here("./src/")},
  {find: /^\/components\//, replacement: here("./docs/components/")},
];

/** Puts probes into the model, as the bundle for the browser does. */
const stepping: Plugin = {
  name: "stepping",
  enforce: "pre",
  transform(code, id) {
    const file = /\/(src\/runtime\/.*\.ts)$/.exec(id)?.[1];
    if (!file) return null;
    return {code: withProbes(transform(code, file, {steps: [], functions: []})), map: null};
  },
};

export default defineConfig({
  resolve: {alias},
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "model",
          // The modules keep no state, so files can share them: a third of the time.
          isolate: false,
          include: ["test/{runtime,releases,capture,replay,conformance,upgrade}/**/*.test.ts"],
        },
      },
      {
        extends: true,
        plugins: [stepping],
        test: {
          name: "stepping",
          isolate: false,
          include: ["test/{runtime,capture,conformance}/**/*.test.ts"],
          // What reads files does not step.
          exclude: ["test/capture/reader/**"],
        },
      },
      {
        extends: true,
        test: {
          name: "book",
          include: ["test/{book,components,search,recorder}/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "site",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file has a browser of its own: two at a time are all that a small machine can take.
          maxWorkers: 2,
          // A browser on a busy machine can be late once; what is broken is broken twice.
          retry: 1,
          expect: {poll: {timeout: 15_000}},
        },
      },
    ],
    passWithNoTests: true,
  },
});
