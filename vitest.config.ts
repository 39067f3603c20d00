// Three suites: `model` and `book` need only the sources, `site` needs the built site in dist/.
import {fileURLToPath} from "node:url";
import {defineConfig} from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Pages and components name modules from the root of the site; these say where that is. */
const alias = [
  {find: /^\/src\//, replacement: here("./src/")},
  {find: /^\/components\//, replacement: here("./docs/components/")},
];

export default defineConfig({
  resolve: {alias},
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "model",
          include: ["test/{runtime,releases,capture,replay,conformance}/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "book",
          include: ["test/{book,components}/**/*.test.ts"],
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
          fileParallelism: false,
        },
      },
    ],
    passWithNoTests: true,
  },
});
