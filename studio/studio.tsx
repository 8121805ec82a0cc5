import { render } from "preact";
import { App } from "./app/app.js";
import { followAddress } from "./app/route.js";
import { applyTheme } from "./app/theme.js";
import { guardDrops } from "./form/missed-drop.js";
import { startPolling } from "./state/polling.js";

applyTheme();
guardDrops();
const page = document.getElementById("page");
// The session's key leaves the address before the first view reads it.
const started = startPolling();
followAddress();
if (page) render(<App />, page);
await started;
