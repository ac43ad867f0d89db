import { readFile } from 'node:fs/promises';

/** A file of the repository. */
export const read = (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

export const PAGE = await read('docs/observability.md');

/** What stands under a heading, up to the next one of its rank. */
export function section(heading: string): string {
  const [, text] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(PAGE) ?? [];
  if (text === undefined) throw new Error(`docs/observability.md has no section ${heading}`);
  return text;
}

/** The names in backticks of a cell. */
export const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** The rows of the first table of a text, in cells, without its head. */
export const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line, index, lines) => line.startsWith('| `') && lines[index + 1]?.startsWith('|--') !== true)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

/** The queries of the page, a line each as CloudWatch takes them. */
export const QUERIES: readonly string[] = [...PAGE.matchAll(/^```logs\n([\s\S]*?)^```$/gm)].map(([, text = '']) =>
  text.trim().replaceAll('\n', ' '),
);
