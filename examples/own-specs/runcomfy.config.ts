import { defineConfig } from "runcomfy-codegen";

export default defineConfig({
  specs: "specs",
  out: "runcomfy",
  runtime: "runcomfy-models/standard",
  imports: "js",
});
