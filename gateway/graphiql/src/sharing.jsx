// Links to an operation: all of it is behind the #, which browsers do not send, and no header is in it.
import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useEffect, useState } from "react";

const SHOWN = 2000; // milliseconds

export function linkTo({ query, variables }) {
  const parts = new URLSearchParams({ query });
  if (variables?.trim()) parts.set("variables", variables);
  return `${location.origin}${location.pathname}#${parts}`;
}

// What the page's own address holds; null where that is no link to an operation.
export function linked() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const query = parts.get("query");
  return query ? { query, variables: parts.get("variables") ?? undefined } : null;
}

function LinkIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 16 16" fill="none" stroke="currentColor"
      strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
      <path d="M6.5 9.5a3 3 0 0 0 4.3 0l2.3-2.3a3 3 0 0 0-4.3-4.3L7.7 4" />
      <path d="M9.5 6.5a3 3 0 0 0-4.3 0L2.9 8.8a3 3 0 0 0 4.3 4.3L8.3 12" />
    </svg>
  );
}

export function ShareButton() {
  const active = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const [shared, setShared] = useState(false);
  useEffect(() => {
    if (!shared) return undefined;
    const timer = setTimeout(() => setShared(false), SHOWN);
    return () => clearTimeout(timer);
  }, [shared]);

  async function share() {
    const link = linkTo({ query: active?.query ?? "", variables: active?.variables });
    history.replaceState(null, "", link);
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      // Without leave to write there the link is still in the address bar.
    }
    setShared(true);
  }

  const label = shared ? "Link copied, without headers" : "Copy link (without headers)";
  return <ToolbarButton onClick={share} label={label}><LinkIcon /></ToolbarButton>;
}
