import Table from 'cli-table3';

/** One column of a table. */
export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

const DEFAULT_WIDTH = 120;

/** How wide a table may be. Where there is no terminal, whoever reads the text can scroll. */
export function terminalWidth(stream: { readonly columns?: number }): number {
  return stream.columns ?? DEFAULT_WIDTH;
}

/** A table in plain characters; where it is too wide, its rows one below the other. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const [head = '', ...body] = render(columns, rows);
  const widest = Math.max(...[head, ...body].map((line) => line.length));
  return widest <= width ? [head, '-'.repeat(widest), ...body].join('\n') : stack(columns, rows);
}

function render(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const table = new Table({
    head: columns.map(({ head }) => head),
    colAligns: columns.map(({ align = 'left' }) => align),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: {
      ...none,
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

function stack(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const indent = Math.max(...columns.map(({ head }) => head.length));
  const entries = rows.map((row) =>
    columns
      .map(({ head }, index) => `${head.padEnd(indent)}  ${row[index] ?? ''}`.trimEnd())
      .filter((line) => line !== '')
      .join('\n'),
  );
  return entries.join('\n\n');
}
