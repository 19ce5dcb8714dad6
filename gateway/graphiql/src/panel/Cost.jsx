// What the operation could have cost in calls to Wix, what it did cost, and what was spared.

const FIGURES = new Intl.NumberFormat("en", { notation: "compact" });

function Figure({ value, name, kind }) {
  return (
    <div data-figure={kind}>
      <dd title={value}>{FIGURES.format(value)}</dd>
      <dt>{name}</dt>
    </div>
  );
}

export function Cost({ cost }) {
  return (
    <dl className="upstream-cost">
      <Figure kind="estimated" value={cost.estimated} name="calls at most" />
      <Figure kind="actual" value={cost.actual} name="calls made" />
      <Figure kind="hits" value={cost.cacheHits} name="from memory" />
    </dl>
  );
}
