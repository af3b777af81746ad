import type { ComponentChildren, JSX } from 'preact';
import type { Resource } from './api.js';
import { exact, glance, short, time, words, type Unit } from './format.js';

/** A section of a page with its heading. */
export function Section({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const id = `section-${title.toLowerCase().replaceAll(/\W+/g, '-')}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note === undefined ? null : <p class="note">{note}</p>}
      {children}
    </section>
  );
}

/** Figures side by side, each with its name. */
export function Figures({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <dl class="figures">{children}</dl>;
}

/** A figure: what it is, how much, and what there is to say of it. */
export function Figure({
  name,
  unit,
  note,
  children,
}: {
  readonly name: string;
  readonly unit?: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class="value">
        {children}
        {unit === undefined ? null : <span class="unit"> {unit}</span>}
      </dd>
      {note === undefined ? null : <dd class="note">{note}</dd>}
    </div>
  );
}

/** A figure that is an amount: rounded for a glance, exact when pointed at. */
export function AmountFigure({
  name,
  amount,
  unit,
  note,
}: {
  readonly name: string;
  readonly amount: bigint | string;
  readonly unit: Unit;
  readonly note?: string;
}): JSX.Element {
  return (
    <Figure name={name} unit={unit.name} {...(note === undefined ? {} : { note })}>
      <data value={exact(amount, unit).replaceAll(',', '')} title={`${exact(amount, unit)} ${unit.name}`}>
        {glance(amount, unit)}
      </data>
    </Figure>
  );
}

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

/** A table that scrolls by itself where it is too wide; says so where it is empty. */
export function Table<Row>({
  caption,
  columns,
  rows,
  empty,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly empty: string;
}): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <div class="scroll" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, numeric }) => (
              <th key={title} scope="col" class={numeric === true ? 'number' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ title, numeric, cell }) => (
                <td key={title} class={numeric === true ? 'number' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The address of something that has a page here. */
export function Link({
  kind,
  address,
}: {
  readonly kind: 'jobs' | 'nodes';
  readonly address: string;
}): JSX.Element {
  return (
    <a href={`#/${kind}/${address}`} title={address} class="address">
      {short(address)}
    </a>
  );
}

/** An address or a signature, short, and whole when pointed at. */
export function Address({ of }: { readonly of: string }): JSX.Element {
  return (
    <code title={of} class="address">
      {short(of)}
    </code>
  );
}

export function Time({ at }: { readonly at: number }): JSX.Element {
  return <time dateTime={new Date(at * 1_000).toISOString()}>{time(at)}</time>;
}

/** Shows what an answer holds, or that it is on its way, or why it is not there. */
export function Show<T>({
  resource,
  children,
}: {
  readonly resource: Resource<T>;
  readonly children: (data: T) => ComponentChildren;
}): JSX.Element {
  const { data, error } = resource;
  return (
    <>
      {error === null ? null : (
        <p class="error" role="alert">
          {data === null ? 'This cannot be shown' : 'This is no longer up to date'}: {error}.
        </p>
      )}
      {data === null && error === null ? (
        <p class="loading" role="status">
          Loading …
        </p>
      ) : null}
      {data === null ? null : children(data)}
    </>
  );
}

/** What happened, the newest first. */
export function Events({
  events,
  caption,
}: {
  readonly caption: string;
  readonly events: readonly { readonly at: number; readonly name: string; readonly signature: string }[];
}): JSX.Element {
  return (
    <Table
      caption={caption}
      rows={events}
      empty="Nothing is known of it."
      columns={[
        { title: 'Time (UTC)', cell: ({ at }) => <Time at={at} /> },
        { title: 'What happened', cell: ({ name }) => words(name) },
        { title: 'Transaction', cell: ({ signature }) => <Address of={signature} /> },
      ]}
    />
  );
}
