import { configDefaults, defineConfig } from "vitest/config";

/** Left out by `npm run test:quick`: whole programs and packages, compilers and tools, child processes, long random runs. */
const slowTests = [
  "test/{cli,examples,judge,mcp,package,types}/**",
  "test/codegen/{hostile,sync}/**",
  "test/react/{browser,imports}.test.ts",
  "test/runtime/catalogue/catalogue.test.ts",
  "test/runtime/node/*media*.test.ts",
  "test/**/{tools,generated,command,differential,leaks,lint,merge-types,*-process,*-kill}.test.ts",
];

/** Tests that replace modules or global functions, which all files of their process would notice. */
const loneTests = [
  "test/ai-sdk/traps.test.ts",
  "test/runtime/{config,errors,submit-fetch,submit-replies}.test.ts",
  "test/runtime/node/{disk,ending,replaced-fetch,replaced-request}.test.ts",
];

/** What hangs meets these limits, on a busy machine too; random and killing tests do a few rounds within them, or all of theirs. */
const everyRun = { testTimeout: 240_000, hookTimeout: 240_000 };
const fullRun = { testTimeout: 3_600_000, hookTimeout: 3_600_000, env: { DOSE: "full" } };

export default defineConfig(({ mode }) => ({
  resolve: {
    // Tests run the sources; the package's own map points at the compiled files.
    alias: [
      {
        find: "#paid-transport",
        replacement: new URL("src/node/net/node-paid-transport.ts", import.meta.url).pathname,
      },
      {
        find: "#result-files",
        replacement: new URL("src/node/save/guarded-read.ts", import.meta.url).pathname,
      },
      {
        find: "#attach-platform",
        replacement: new URL("src/node/attach/node-platform.ts", import.meta.url).pathname,
      },
      { find: /^runcomfy-models$/, replacement: new URL("src/index.ts", import.meta.url).pathname },
      {
        find: /^runcomfy-models\/models\/(.*)$/,
        replacement: new URL("generated/models/", import.meta.url).pathname + "$1.ts",
      },
      {
        find: /^runcomfy-models\/(node|emulator|once|attach|forms)$/,
        replacement: new URL("src/", import.meta.url).pathname + "$1/index.ts",
      },
      {
        find: /^runcomfy-models\/ai-sdk$/,
        replacement: new URL("src/adapters/ai-sdk/provider.ts", import.meta.url).pathname,
      },
      {
        find: /^runcomfy-models\/react$/,
        replacement: new URL("src/adapters/react/use-job.ts", import.meta.url).pathname,
      },
      {
        find: /^runcomfy-models\/proxy$/,
        replacement: new URL("src/adapters/proxy/index.ts", import.meta.url).pathname,
      },
      {
        find: /^runcomfy-models\/catalogue$/,
        replacement: new URL("src/catalogue/shipped.ts", import.meta.url).pathname,
      },
      {
        find: /^runcomfy-models\/standard$/,
        replacement: new URL("src/input/standard.ts", import.meta.url).pathname,
      },
    ],
  },
  test: {
    projects: [
      // To load the sources anew for each file took a quarter of all the time, so files share the modules of their process.
      {
        extends: true,
        test: {
          name: "shared",
          ...(mode === "kill" || mode === "full" ? fullRun : everyRun),
          isolate: false,
          setupFiles: ["test/support/unchanged-globals.ts"],
          include: [mode === "kill" ? "test/**/*-kill.test.ts" : "test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...loneTests, ...(mode === "quick" ? slowTests : [])],
        },
      },
      { extends: true, test: { ...everyRun, name: "alone", include: mode === "kill" ? [] : loneTests } },
    ],
    reporters: ["default", ["json", { outputFile: ".cache/test-results.json" }]],
    dangerouslyIgnoreUnhandledErrors: false,
    // More than the two cores that the tests are made for: many tests wait for programs, browsers and servers.
    maxWorkers: 3,
  },
}));
