/** Says whether the whole of a text is of a pattern. */
export type TextMatch = (text: string) => boolean;

/** Of a pattern: any number of characters, exactly one, or a certain one. */
export type Piece = 'any' | 'one' | { character: string };

/**
 * A pattern in which `*` is any number of characters and `?` exactly one; a backslash takes the meaning away. A match takes at most
 * as many steps as the text has characters times those of the pattern, whatever they are: as a regular expression, a handful of `*`
 * could hold everything up for years.
 */
export function wildcard(pattern: string, { ignoreCase = false } = {}): TextMatch {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const pieces = piecesOf(fold(pattern));
  return (text) => matches(pieces, fold(text));
}

/** The same for a pattern that is taken apart already. */
export function wildcardOf(pieces: readonly Piece[]): TextMatch {
  return (text) => matches(pieces, text);
}

function piecesOf(pattern: string): Piece[] {
  const found = pattern.match(/\\[*?]|[^]/g) ?? [];
  return found.map((piece) => {
    if (piece === '*') return 'any';
    return piece === '?' ? 'one' : { character: piece.slice(-1) };
  });
}

/** Only the last `*` that was met is ever tried again: what an earlier one would take more, the later one can take as well. */
function matches(pieces: readonly Piece[], text: string): boolean {
  let piece = 0;
  let at = 0;
  let retry: { piece: number; at: number } | undefined;
  while (at < text.length) {
    const expected = pieces[piece];
    if (expected === 'any') {
      retry = { piece, at };
      piece += 1;
    } else if (expected === 'one' || (expected !== undefined && expected.character === text[at])) {
      piece += 1;
      at += 1;
    } else if (retry !== undefined) {
      retry.at += 1;
      at = retry.at;
      piece = retry.piece + 1;
    } else {
      return false;
    }
  }
  return pieces.slice(piece).every((rest) => rest === 'any');
}
