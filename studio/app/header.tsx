import type { JSX } from "preact";
import { Button } from "./button.js";
import { setup } from "../state/catalogue.js";
import { countActive, jobs } from "../state/jobs.js";
import { useStore } from "../state/store.js";
import { Icon } from "./icon.js";
import { linkTo, route } from "./route.js";
import type { Route } from "./route.js";
import { chooseNextTheme, theme } from "./theme.js";
import { showUsd } from "./words.js";

export function Header(): JSX.Element {
  const { view } = useStore(route);
  const running = useStore(jobs, countActive);
  return (
    <header class="header">
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

function ViewLink(props: { to: Route; isCurrent: boolean; children: preact.ComponentChildren }): JSX.Element {
  return (
    <a href={linkTo(props.to)} aria-current={props.isCurrent ? "page" : undefined}>
      {props.children}
    </a>
  );
}

function Money(): JSX.Element {
  const settings = useStore(setup);
  const { maxUsd, committedUsd = 0 } = settings?.budget ?? {};
  const used = maxUsd === undefined ? 0 : Math.min(1, committedUsd / (maxUsd || 1));
  return (
    <div class="money">
      {settings?.mode === "emulator" && (
        <span class="badge">
          Emulator<span class="wide">: nothing is charged</span>
        </span>
      )}
      {settings?.hasToken === false && (
        <span class="badge">
          No token<span class="wide">: nothing can be run</span>
        </span>
      )}
      {settings !== undefined && (
        <span class="spent">
          {maxUsd === undefined && <span class="wide">Session </span>}
          <b>{showUsd(committedUsd)}</b>
          {maxUsd !== undefined && <span class="wide"> of {showUsd(maxUsd)}</span>}
          {maxUsd !== undefined && <span class="meter" style={{ "--used": used }} />}
        </span>
      )}
    </div>
  );
}

function ThemeButton(): JSX.Element {
  const chosen = useStore(theme);
  const label = `Colours: ${chosen}`;
  return (
    <Button class="quiet square" aria-label={label} title={label} onClick={chooseNextTheme}>
      <Icon name="theme" />
    </Button>
  );
}
