import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ModelsView } from "../find/models-view.js";
import { ModelView } from "../form/model-view.js";
import { GalleryView } from "../gallery/gallery-view.js";
import { useStore } from "../state/store.js";
import { Header } from "./header.js";
import { ConnectionNotice, Notices } from "./notices.js";
import { route } from "./route.js";
import type { Route } from "./route.js";

export function App(): JSX.Element {
  const current = useStore(route);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const place = current.view === "model" ? current.id : current.view;
  useEffect(() => {
    if (!isFirst.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [place]);
  return (
    <>
      <Header />
      <ConnectionNotice />
      <main id="main" tabIndex={-1} ref={main}>
        <View route={current} />
      </main>
      <Notices />
    </>
  );
}

function View({ route: current }: { route: Route }): JSX.Element {
  if (current.view === "model") return <ModelView key={current.id} id={current.id} />;
  if (current.view === "gallery") return <GalleryView openKey={current.key} />;
  return <ModelsView />;
}
