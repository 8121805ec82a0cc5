import type { JSX } from "preact";
import { Button } from "../app/button.js";
import type { ApiInput, ModelExample } from "../../src/studio/api-types.js";

export function Examples(props: {
  examples: readonly ModelExample[];
  hasInput: boolean;
  load: (input: ApiInput) => void;
}): JSX.Element {
  const { examples, hasInput, load } = props;
  return (
    <div class="examples" role="group" aria-label="Examples">
      {examples.map(({ title, input }, at) => (
        <Button class="small" key={at} onClick={() => load(input)}>
          {examples.length === 1 ? "Load the example" : `Load: ${title ?? at + 1}`}
        </Button>
      ))}
      <Button class="small quiet" disabled={!hasInput} onClick={() => load({})}>
        Clear the form
      </Button>
    </div>
  );
}
