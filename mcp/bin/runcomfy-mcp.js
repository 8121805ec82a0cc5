#!/usr/bin/env node
// A committed file, so that the command exists before the first build.
import "../dist/cli.js";
