import { expect, test } from "vitest";
import { toResultLine } from "../../src/node/batch/results-table.js";

test("the files of a row are one cell, as a cell of a list of files is read", () => {
  const record = {
    origin: "https://model-api.runcomfy.net",
    space: "",
    key: "a",
    model: "acme/tiny/text-to-image",
    inputHash: "0",
    state: "done",
    attempt: 1,
    job: { id: "job-1", model: "acme/tiny/text-to-image" },
    costUsd: 0.5,
    files: [{ path: "/videos/a-1.png" }, { path: "/videos/a-2.png" }],
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00Z",
  } as const;
  expect(toResultLine(record)).toEqual({
    key: "a",
    job: "job-1",
    state: "done",
    cost: "0.5",
    files: "/videos/a-1.png; /videos/a-2.png",
    error: "",
  });
});
