import type { JSX } from "preact";
import { memo } from "../app/memo.js";
import type { ModelSummary } from "../../src/studio/api-types.js";
import { Icon } from "../app/icon.js";
import { NewTab } from "../app/new-tab.js";
import { linkTo } from "../app/route.js";

export const ModelCard = memo(function ModelCard({ model }: { model: ModelSummary }): JSX.Element {
  const { id, title, description, takes, makes, price, page, live } = model;
  const kinds = `Takes ${takes.join(", ") || "nothing"}${makes === undefined ? "" : `, makes ${makes}`}`;
  return (
    <li class="card">
      <h2>
        <a class="card-link" href={linkTo({ view: "model", id })}>
          {title}
        </a>
      </h2>
      <p class="id">{id}</p>
      <p class="description">{description}</p>
      <div class="card-foot">
        <span class="kinds" role="img" aria-label={kinds}>
          {takes.map((kind) => (
            <Icon key={kind} name={kind} />
          ))}
          {makes !== undefined && (
            <>
              <span class="arrow">→</span>
              <Icon name={makes} />
            </>
          )}
        </span>
        {live && <span class="badge">live</span>}
        <span class="price">{price?.text}</span>
        {page !== undefined && <NewTab class="page-link" href={page} label={`Page of ${title}`} />}
      </div>
    </li>
  );
});
