/** What Java names and JavaScript does not, for ASCII as Java takes them. */
const POSIX_CLASSES: Readonly<Record<string, string>> = {
  Alnum: 'a-zA-Z0-9',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Graph: '!-~',
  Print: ' -~',
};

/** A pattern of a service model, which is Java's, as one that the whole of a string has to match. */
export function wholePattern(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\p\{(\w+)\}/g, (property, name: string) => {
    const posix = POSIX_CLASSES[name];
    return posix === undefined ? property : `[${posix}]`;
  });
  return new RegExp(`^(?:${source})$`, 'u');
}
