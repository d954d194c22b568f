import { plainValue } from './format.ts';

/** A JSON value as name and value; what is nested is indented under its name. */
export function Values({ value }: { value: unknown }) {
  if (typeof value !== 'object' || value === null) return <span className="mono">{plainValue(value)}</span>;
  const entries = Object.entries(value);
  if (entries.length === 0) return <span className="quiet">{plainValue(value)}</span>;
  return (
    <dl className="values">
      {entries.map(([name, item]) => (
        <div key={name} className={isNested(item) ? 'nested' : undefined}>
          <dt>{name}</dt>
          <dd>{isNested(item) ? <Values value={item} /> : plainValue(item)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Whether a value has members that are shown under one another. */
export const isNested = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length > 0 &&
  !(Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null));
