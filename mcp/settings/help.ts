import { flags } from "./flags.js";

/** The text of `--help`. */
export function formatHelp(): string {
  const width = 20;
  const lines = Object.entries(flags).flatMap(([name, flag]) => {
    const value = "value" in flag ? ` ${flag.value}` : "";
    const [first = "", ...rest] = flag.help.split("\n");
    return [
      `  ${`--${name}${value}`.padEnd(width)}  ${first}`,
      ...rest.map((line) => " ".repeat(width + 4) + line),
    ];
  });
  return `Usage: runcomfy-mcp [options]
       runcomfy-mcp allow [CODE]

An MCP server for RunComfy's models: an agent finds models, submits jobs, waits
and saves the files. Without --max-usd a person is asked before each paid job.
"allow" lists the jobs that wait for permission; "allow CODE" allows one.

Options:
${lines.join("\n")}

The token is read from RUNCOMFY_TOKEN, or from the file that RunComfy's own
command line keeps. Clients of --http send another token: RUNCOMFY_MCP_TOKEN, or
one that the server makes once and keeps beside your record of jobs.

Exit codes: 0 the client has disconnected; 64 wrong usage; 65 an unknown model;
66 a folder of --allow-dir is missing; 69 the service or the port cannot be
used; 73 --save cannot be written to; 77 no token; 1 anything else.
`;
}
