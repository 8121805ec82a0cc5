#!/usr/bin/env node
// A committed file, so that the command exists before the first build.
import module from "node:module";

// Newer versions of Node keep compiled code between runs.
module.enableCompileCache?.();
await import("../dist/codegen/cli.js");
