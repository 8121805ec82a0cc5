import type { JSX } from "preact";
import { setup } from "../state/catalogue.js";
import { jobs, isActive } from "../state/jobs.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";
import type { IconName } from "./icon.js";
import { linkTo, route } from "./route.js";
import type { Route } from "./route.js";
import { chooseNextTheme, theme } from "./theme.js";
import type { Theme } from "./theme.js";
import { showUsd } from "./words.js";

export function Header(): JSX.Element {
  const { view } = useStore(route, (now) => now);
  const running = useStore(jobs, ({ byKey }) => [...byKey.values()].filter(isActive).length);
  return (
    <header class="header">
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <a class="brand" href={linkTo({ view: "models" })}>
        <img src="icon.svg" alt="" width="24" height="24" />
        <span>Studio</span>
      </a>
      <nav class="nav" aria-label="Views">
        <ViewLink to={{ view: "models" }} isCurrent={view !== "gallery"}>
          Models
        </ViewLink>
        <ViewLink to={{ view: "gallery" }} isCurrent={view === "gallery"}>
          Gallery
          <span class="count" hidden={running === 0} aria-label={`${running} running`}>
            {running}
          </span>
        </ViewLink>
      </nav>
      <Money />
      <ThemeButton />
    </header>
  );
}

/** The address after `#` names the view, so the link cannot lead there by itself. */
function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function ViewLink(props: {
  to: Route;
  isCurrent: boolean;
  children: preact.ComponentChildren;
}): JSX.Element {
  return (
    <a href={linkTo(props.to)} aria-current={props.isCurrent ? "page" : undefined}>
      {props.children}
    </a>
  );
}

function Money(): JSX.Element {
  const settings = useStore(setup, (now) => now);
  const { maxUsd, committedUsd = 0 } = settings?.budget ?? {};
  const used = maxUsd === undefined ? 0 : Math.min(1, committedUsd / Math.max(maxUsd, 0.000001));
  return (
    <div class="money">
      {settings?.mode === "emulator" && (
        <span class="badge" title="Jobs run on the built-in emulator. Nothing is charged.">
          Emulator<span class="wide">: nothing is charged</span>
        </span>
      )}
      {settings !== undefined && (
        <span class="spent" title="The price of all jobs of this session, at the service's cost where it is known">
          <b>{showUsd(committedUsd)}</b>
          {maxUsd === undefined ? <span class="wide"> this session</span> : ` of ${showUsd(maxUsd)}`}
          {maxUsd !== undefined && (
            <progress class="meter" max={1} value={used} aria-label="Part of the budget that is used" />
          )}
        </span>
      )}
    </div>
  );
}

const themeIcons: { readonly [name in Theme]: IconName } = { system: "screen", light: "sun", dark: "moon" };

function ThemeButton(): JSX.Element {
  const chosen = useStore(theme, (now) => now);
  const label = `Colours: ${chosen}`;
  return (
    <button type="button" class="quiet square" aria-label={label} title={label} onClick={chooseNextTheme}>
      <Icon name={themeIcons[chosen]} />
    </button>
  );
}
