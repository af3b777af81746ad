/** Finds the account constraints of a program's instructions, and says how to remove each. */

export type Kind = 'seeds' | 'has_one' | 'constraint' | 'address' | 'token' | 'signer' | 'mut' | 'type';

/** A way to remove a constraint. Where the first does not compile, the next is tried. */
export interface Removal {
  readonly how: string;
  readonly apply: (source: string) => string;
}

export interface Constraint {
  /** `instruction.account.kind`, with a number where an account has several of a kind. */
  readonly id: string;
  /** As the IDL of the SDK names it. */
  readonly instruction: string;
  /** The struct of the instruction's accounts. */
  readonly struct: string;
  readonly account: string;
  readonly kind: Kind;
  readonly text: string;
  readonly file: string;
  readonly removals: readonly Removal[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly typeSpan: Span;
  /** Where `pub` begins. */
  readonly start: number;
  /** `#[account(...)]`, where there is one. */
  readonly attribute: Span | null;
  readonly items: readonly string[];
}

const OPEN = '([{';
const CLOSE = ')]}';

const camel = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^\w/, (c) => c.toLowerCase());

/** The place behind the bracket that closes the one at `open`. */
function behindClosing(source: string, open: number): number {
  let depth = 0;
  for (let at = open; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (OPEN.includes(char)) depth += 1;
    if (CLOSE.includes(char)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new Error('a bracket is not closed');
}

/** What stands between the commas that no bracket encloses. */
function splitItems(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const char of text) {
    if (OPEN.includes(char)) depth += 1;
    if (CLOSE.includes(char)) depth -= 1;
    if (char === ',' && depth === 0) {
      items.push(item);
      item = '';
    } else item += char;
  }
  return [...items, item].map((one) => one.trim().replace(/\s+/g, ' ')).filter((one) => one !== '');
}

function fieldsOf(source: string, body: Span): Field[] {
  const fields: Field[] = [];
  let attribute: Span | null = null;
  let items: readonly string[] = [];
  const token = /\/\/[^\n]*|#\[account\(|#\[|pub (\w+):\s*/g;
  token.lastIndex = body.start;
  for (let match = token.exec(source); match !== null && match.index < body.end; match = token.exec(source)) {
    const [text, name] = match;
    if (text.startsWith('#[')) {
      const end = behindClosing(source, match.index + 1);
      if (text === '#[account(') {
        attribute = { start: match.index, end };
        items = splitItems(source.slice(match.index + text.length, end - 2));
      }
      token.lastIndex = end;
    } else if (name !== undefined) {
      const start = match.index + text.length;
      const end = start + (/,\n|\n/.exec(source.slice(start))?.index ?? 0);
      const type = source.slice(start, end);
      fields.push({ name, type, typeSpan: { start, end }, start: match.index, attribute, items });
      attribute = null;
      items = [];
    }
  }
  return fields;
}

function kindOf(item: string): Kind | null {
  if (/^(seeds|seeds::program|bump)\b/.test(item)) return 'seeds';
  if (/^(token|mint|associated_token)::/.test(item)) return 'token';
  const word = /^(has_one|constraint|address|signer|mut|owner)\b/.exec(item)?.[1];
  if (word === 'owner') return 'type';
  return (word ?? null) as Kind | null;
}

const CHECK = '/// CHECK: its constraint is removed.\n    ';
const replaced = (source: string, { start, end }: Span, by: string): string =>
  source.slice(0, start) + by + source.slice(end);

function withoutItems(field: Field, removed: readonly string[]): (source: string) => string {
  const left = field.items.filter((item) => !removed.includes(item));
  const { attribute } = field;
  if (attribute === null) throw new Error(`${field.name} has no attribute`);
  return (source) => {
    const unchecked = field.type.includes('UncheckedAccount') ? CHECK : '';
    return replaced(source, attribute, unchecked + (left.length > 0 ? `#[account(${left.join(', ')})]` : ''));
  };
}

/** The field with another type, which checks less. */
function withType(field: Field, type: string): Removal {
  return {
    how: type,
    apply: (source) =>
      replaced(replaced(source, field.typeSpan, type), { start: field.start, end: field.start }, CHECK),
  };
}

/** The types that stand for the field's own, and what the own one checks. */
function typeRemovals(field: Field, created: boolean): { kind: Kind; removals: Removal[] } | null {
  if (/^Signer</.test(field.type)) {
    return { kind: 'signer', removals: [withType(field, "UncheckedAccount<'info>")] };
  }
  if (/^Program</.test(field.type)) {
    const looser = ["UncheckedAccount<'info>", "Program<'info>"];
    return { kind: 'type', removals: looser.map((type) => withType(field, type)) };
  }
  // What an instruction creates has no type before.
  const account = /^(Option<)?(Box<)?(Account|InterfaceAccount)</.exec(field.type);
  if (account === null || created) return null;
  const type = account[1] === undefined ? "UncheckedAccount<'info>" : "Option<UncheckedAccount<'info>>";
  return { kind: 'type', removals: [withType(field, type)] };
}

function constraintsOfField(struct: string, file: string, field: Field): Constraint[] {
  const instruction = camel(struct);
  const created = field.items.some((item) => /^init(_if_needed)?$/.test(item));
  const account = camel(field.name);
  const found: { kind: Kind; text: string; removals: Removal[] }[] = [];
  const seeds = field.items.filter((item) => kindOf(item) === 'seeds');
  if (seeds.length > 0) {
    const apply = withoutItems(field, seeds);
    const bump = `ctx.bumps.${field.name}`;
    found.push({
      kind: 'seeds',
      text: seeds.join(', '),
      removals: [
        { how: 'removed', apply },
        { how: 'removed, with 0 for the bump', apply: (source) => apply(source).replaceAll(bump, '0') },
      ],
    });
  }
  for (const item of field.items) {
    const kind = kindOf(item);
    if (kind === null || kind === 'seeds') continue;
    found.push({ kind, text: item, removals: [{ how: 'removed', apply: withoutItems(field, [item]) }] });
  }
  const typed = typeRemovals(field, created);
  if (typed !== null) found.push({ ...typed, text: field.type });
  return found.map((one, index) => {
    const same = found.filter(({ kind }) => kind === one.kind);
    const number =
      same.length > 1 ? `${found.slice(0, index + 1).filter(({ kind }) => kind === one.kind).length}` : '';
    return {
      ...one,
      id: `${instruction}.${account}.${one.kind}${number}`,
      instruction,
      struct,
      account,
      file,
    };
  });
}

/** All constraints in a source file. */
export function constraintsOf(file: string, source: string): Constraint[] {
  return [...source.matchAll(/#\[derive\(Accounts\)\][^{]*?pub struct (\w+)(<[^>]*>)?\s*\{/g)].flatMap(
    (match) => {
      const open = match.index + match[0].length - 1;
      const body = { start: open + 1, end: behindClosing(source, open) };
      const struct = match[1] ?? '';
      return fieldsOf(source, body).flatMap((field) => constraintsOfField(struct, file, field));
    },
  );
}
