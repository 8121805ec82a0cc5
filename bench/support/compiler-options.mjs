// What a strict application of today compiles with.
export const compilerOptions = {
  target: "es2022",
  lib: ["es2023", "dom"],
  module: "esnext",
  moduleResolution: "bundler",
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};
