/** One row of `docs/aws-behaviour.md`, or a numbered section of it that says how AWS behaves without lettered rows. */
export interface Row {
  /** `E60`, `§8.3`. */
  id: string;
  /** What AWS does, in the page's own words, without markup; the whole cell, or a section's heading. */
  what: string;
  chapter: Chapter;
  /** Whether the lab had to decide something about it (§18). */
  decided: boolean;
}

type RowOfPage = Omit<Row, 'decided'>;

export interface Chapter {
  number: number;
  title: string;
}

/** How to read the page, other emulators, priorities, open questions, the lab's decisions: nothing there is AWS's behaviour. */
const ABOUT_THE_PAGE = new Set(['§0', '§15', '§16', '§17', '§18']);

const ROW = /^\| ([A-Z]\d{1,2}) +\| (.*)$/;
const HEADING = /^#{2,3} (\d+(?:\.\d+)?)\.? (.+)$/;

/** Reads the page: its rows by chapter and number. Throws where it has none, or one twice. */
export function readBehaviour(markdown: string): Row[] {
  const rows: RowOfPage[] = [];
  const decided = new Set<string>();
  let chapter: Chapter | undefined;
  let section: RowOfPage | undefined;
  for (const line of markdown.split('\n')) {
    const [, number = '', title = ''] = HEADING.exec(line) ?? [];
    if (number !== '') {
      if (chapter === undefined || !number.includes('.')) chapter = { number: Number(number), title: headingOf(title) };
      section = { id: `§${number}`, what: headingOf(title), chapter };
      continue;
    }
    if (chapter === undefined || section === undefined) continue;
    if (section.id === '§18') {
      for (const id of idsOf(/^\| ([^|]+) \|/.exec(line)?.[1] ?? '')) decided.add(id);
      continue;
    }
    const [, id = '', cells = ''] = ROW.exec(line) ?? [];
    if (id !== '') rows.push({ id, what: plain(cells.split(/(?<!\\)\|/)[0] ?? ''), chapter });
    else if (isProse(line) && !rows.includes(section) && !ABOUT_THE_PAGE.has(section.id)) rows.push(section);
  }
  const behaviour = rows.filter((row) => !row.id.startsWith('§') || !isIntroduction(row, rows));
  const ids = behaviour.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (ids.length === 0) throw new Error('docs/aws-behaviour.md has no rows');
  if (twice.length > 0) throw new Error(`docs/aws-behaviour.md has these rows twice: ${twice.join(', ')}`);
  return behaviour.map((row) => ({ ...row, decided: decided.has(row.id) })).toSorted(byChapterThenNumber);
}

/** Every row or section that a text names: `E3, S3`, `§8.2`. */
export const idsOf = (text: string): string[] => text.match(/(?<![\w.])[A-Z]\d{1,2}(?!\w)|§\d+(?:\.\d+)?/g) ?? [];

/** What stands above a table of lettered rows belongs to them. */
const isIntroduction = (section: RowOfPage, rows: readonly RowOfPage[]): boolean =>
  rows.some(({ id, chapter }) => !id.startsWith('§') && chapter === section.chapter) && !section.id.includes('.');

const isProse = (line: string): boolean => line.trim() !== '' && !/^(---|\| # |\|-)/.test(line);

const headingOf = (title: string): string => plain(title).replace(/ \([^)]*\)$/, '');

const plain = (text: string): string =>
  text
    .replaceAll(/\*\*|`/g, '')
    .replaceAll('\\|', '|')
    .replaceAll(/\s+/g, ' ')
    .trim();

const numberOf = (id: string): number => Number(id.replace(/^\D+/, ''));

/** Lettered rows by number, sections behind them. */
function byChapterThenNumber(a: Row, b: Row): number {
  const chapters = a.chapter.number - b.chapter.number;
  if (chapters !== 0) return chapters;
  const kinds = Number(a.id.startsWith('§')) - Number(b.id.startsWith('§'));
  return kinds === 0 ? numberOf(a.id) - numberOf(b.id) : kinds;
}
