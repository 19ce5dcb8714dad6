import "./workers.js";
import "graphiql/style.css";
import "./page.css";
import { GraphiQL } from "graphiql";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { createRoot } from "react-dom/client";
import { HEADERS_SLOT, fetcher } from "./asking.js";
import { UPSTREAM_PLUGIN } from "./panel/index.jsx";
import { ShareButton, linked } from "./sharing.jsx";
import { storage, storesTabs } from "./storage.js";
import { starterTabs } from "./starters.js";

const PLUGINS = [UPSTREAM_PLUGIN, HISTORY_PLUGIN];

function Page({ tabs, link }) {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={PLUGINS}
      visiblePlugin={UPSTREAM_PLUGIN}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      defaultHeaders={HEADERS_SLOT}
      initialHeaders={HEADERS_SLOT}
      initialQuery={link?.query}
      initialVariables={link ? (link.variables ?? "") : undefined}
      storage={storage}
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
    >
      <GraphiQL.Logo>crm-labels</GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, copy, merge }) => <>{prettify}{merge}{copy}<ShareButton /></>}
      </GraphiQL.Toolbar>
    </GraphiQL>
  );
}

const link = linked();
const first = link ? [{ ...link, headers: HEADERS_SLOT }] : [];
const tabs = storesTabs() ? undefined : [...first, ...(await starterTabs())];
createRoot(document.getElementById("page")).render(<Page tabs={tabs} link={link} />);
