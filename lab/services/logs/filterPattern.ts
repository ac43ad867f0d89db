/** What a filter pattern of CloudWatch Logs says of one message (row N72). */
export type FilterPattern = (message: string) => boolean;

const TOKEN = /\s*(\|\||&&|[()]|!=|<=|>=|=|<|>|"(?:[^"\\]|\\.)*"|\$(?:\.[\w-]+|\[\d+\])+|[^\s()"=!<>|&]+)/y;
const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
type Comparison = (typeof COMPARISONS)[number];

/**
 * Reads a pattern: nothing, terms that must all occur, or comparisons of members of a message that is JSON, with `&&` and `||`. Answers
 * `undefined` for what it cannot read.
 */
export function readPattern(text: string): FilterPattern | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return () => true;
  if (!trimmed.startsWith('{')) return termsOf(trimmed);
  if (!trimmed.endsWith('}')) return undefined;
  const tokens = tokensOf(trimmed.slice(1, -1));
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const holds = parser.either();
  if (holds === undefined || !parser.isAtEnd) return undefined;
  return (message) => {
    const event = parsed(message);
    return event !== undefined && holds(event);
  };
}

/** Terms with a sign of their own (`-`, `?`, `%`, `[`) are others than these. */
function termsOf(text: string): FilterPattern | undefined {
  const terms = text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  if (terms.some((term) => !/^("|\w+$)/.test(term))) return undefined;
  const wanted = terms.map((term) => (term.startsWith('"') ? unquoted(term) : term));
  return (message) => wanted.every((term) => message.includes(term));
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(text)?.[1];
    if (found === undefined) return undefined;
    tokens.push(found);
  }
  return tokens;
}

type Holds = (event: object) => boolean;

/** `||` of `&&` of comparisons and of parentheses. */
class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(): Holds | undefined {
    const parts = this.#separatedBy('||', () => this.#all());
    return parts && ((event) => parts.some((holds) => holds(event)));
  }

  #all(): Holds | undefined {
    const parts = this.#separatedBy('&&', () => this.#one());
    return parts && ((event) => parts.every((holds) => holds(event)));
  }

  #separatedBy(separator: string, read: () => Holds | undefined): Holds[] | undefined {
    const parts: Holds[] = [];
    do {
      const part = read();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#take(separator));
    return parts;
  }

  #one(): Holds | undefined {
    if (this.#take('(')) {
      const inner = this.either();
      return this.#take(')') ? inner : undefined;
    }
    const [selector = '', comparison = '', value] = this.#tokens.slice(this.#at, this.#at + 3);
    if (!selector.startsWith('$') || !isComparison(comparison) || value === undefined) return undefined;
    if (/^[()|&$]/.test(value) || value.startsWith('%')) return undefined;
    this.#at += 3;
    const path = [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? index ?? '');
    return (event) => compares(memberAt(event, path), comparison, value);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }
}

const isComparison = (token: string): token is Comparison => (COMPARISONS as readonly string[]).includes(token);

/** A member that is not there is unlike everything, and so compares with nothing, by `!=` either. */
function compares(found: unknown, comparison: Comparison, value: string): boolean {
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return false;
  if (comparison === '=' || comparison === '!=') return isLike(String(found), value) === (comparison === '=');
  const [one, other] = [Number(found), Number(value)];
  switch (comparison) {
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
  }
}

/** `*` stands for anything, at either end or alone. */
function isLike(found: string, value: string): boolean {
  const pattern = value.startsWith('"') ? unquoted(value) : value;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(found);
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll(/\\(.)/g, '$1');

function memberAt(event: object, path: readonly string[]): unknown {
  let found: unknown = event;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

function parsed(message: string): object | undefined {
  try {
    const event = JSON.parse(message) as unknown;
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}
