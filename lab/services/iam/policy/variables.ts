import type { Piece } from '../../wildcard.ts';
import type { ContextOf } from './request.ts';

/** `${aws:PrincipalTag/team}`, with or without a default as in `${aws:PrincipalTag/team, 'none'}`; `${*}` is a character. */
const VARIABLE = /\$\{([^},]+?)(?:\s*,\s*'([^']*)')?\s*\}/g;

const CHARACTERS: ReadonlySet<string> = new Set(['*', '?', '$']);

/**
 * A text of a policy as a pattern: `*` and `?` are wildcards where the policy has them, and plain characters where a variable's value has them.
 * `undefined` where a variable has no value, or more than one, and no default (row N61): what has it matches nothing.
 */
export function patternOf(text: string, context: ContextOf): Piece[] | undefined {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, name = '', fallback] = match;
    const value = valueOf(name.trim(), context) ?? fallback;
    if (value === undefined) return undefined;
    pieces.push(...wild(text.slice(from, match.index)), ...plain(value));
    from = match.index + whole.length;
  }
  return [...pieces, ...wild(text.slice(from))];
}

/** The same where wildcards are plain characters. */
export function textOf(text: string, context: ContextOf): string | undefined {
  let isKnown = true;
  const filled = text.replaceAll(VARIABLE, (_whole, name: string, fallback?: string) => {
    const value = valueOf(name.trim(), context) ?? fallback;
    if (value === undefined) isKnown = false;
    return value ?? '';
  });
  return isKnown ? filled : undefined;
}

function valueOf(name: string, context: ContextOf): string | undefined {
  if (CHARACTERS.has(name)) return name;
  const values = context(name);
  return values?.length === 1 ? values[0] : undefined;
}

const wild = (text: string): Piece[] =>
  text.split('').map((character) => {
    if (character === '*') return 'any';
    return character === '?' ? 'one' : { character };
  });

const plain = (text: string): Piece[] => text.split('').map((character) => ({ character }));
