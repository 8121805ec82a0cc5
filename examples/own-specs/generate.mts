import { diff, generate, importPages } from "runcomfy-codegen";

const { ok, diagnostics, leftOut } = await generate({ specs: "specs", out: "runcomfy" });
for (const { code, file, line, what, fix } of diagnostics) console.log(code, file, line, what, fix);
console.log(ok, leftOut);

const pages = await importPages({ files: ["page.html"], specs: "specs" });
console.log(pages[0]?.state, pages[0]?.remarks);
console.log(diff({ specs: "specs" }).kind);
