import type { JSX } from "preact";
import type { ModelDetail } from "../../src/studio/api-types.js";
import { Icon } from "../app/icon.js";
import { NewTab } from "../app/new-tab.js";
import { linkTo } from "../app/route.js";

export function ModelHead({ details }: { details: ModelDetail }): JSX.Element {
  const { id, title, description, documentation } = details.description;
  const { price, page, makes } = details.summary;
  return (
    <header class="model-head">
      <nav class="crumbs" aria-label="Way back">
        <a href={linkTo({ view: "models" })}>
          <Icon name="left" /> Models
        </a>
        <code>{id}</code>
      </nav>
      <h1>{title}</h1>
      <p>{description}</p>
      <p class="facts">
        {makes !== undefined && (
          <span>
            <Icon name={makes} /> makes {makes === "audio" ? "sound" : `${makes}s`}
          </span>
        )}
        {price !== undefined && <span>{price.text}</span>}
        {page !== undefined && <NewTab href={page}>Page</NewTab>}
        {documentation !== undefined && <NewTab href={documentation}>Documentation</NewTab>}
      </p>
    </header>
  );
}
