import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { model } from "../../generated/models/wan-ai/wan-2.7/text-to-video.js";
import { useJob } from "../../src/adapters/react/use-job.js";
import type { UseJobOptions } from "../../src/adapters/react/use-job.js";

function Page(options: UseJobOptions) {
  const { status, isRunning, submit } = useJob(model, options);
  return createElement("button", { disabled: isRunning, onClick: () => submit({ prompt: "x" }) }, status);
}

test("a server renders a page without a job: it asks nothing, and reads no storage", () => {
  const refuse = (): never => {
    throw new Error("a server has none");
  };
  const storage = { getItem: refuse, setItem: refuse, removeItem: refuse };
  const options = { endpoint: "/api", storage, fetch: refuse };
  expect(renderToString(createElement(Page, options))).toBe("<button>idle</button>");
});

test.each<[string, unknown, RegExp]>([
  [
    "no endpoint",
    {},
    /useJob needs the option endpoint: the address of the proxy, such as "\/api\/runcomfy"/,
  ],
  ["an unknown option", { endpoint: "/api", url: "/" }, /useJob has no option "url"/],
  ["an option of another type", { endpoint: 5 }, /endpoint is 5. Give a text/],
])("%s is told", (_, options, message) => {
  expect(() => renderToString(createElement(Page, options as UseJobOptions))).toThrow(message);
});
