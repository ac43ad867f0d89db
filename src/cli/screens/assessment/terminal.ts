import type { EstateReport } from '../../../assess/report.ts';
import { table } from '../table.ts';
import { type Block, type FindingGroup, sectionsOf, SEVERITY_SIGNS } from './sections.ts';

/** Prose is broken here; tables and names never are. */
const WIDTH = 110;

/** Words on lines no longer than the width, each behind the indent; a longer word has a line of its own. */
function wrapped(text: string, indent: number, first = ' '.repeat(indent)): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, index) => (index === 0 ? first : ' '.repeat(indent)) + one);
}

function group({ code, severity, count, messages, instead, choices }: FindingGroup): string[] {
  const { shape, word } = SEVERITY_SIGNS[severity];
  return [
    `${shape} ${word}  ${code}${count === 1 ? '' : `  ×${count}`}`,
    ...messages.flatMap(({ message, places }) => [
      ...wrapped(message, 4),
      ...wrapped(places.join(', '), 8, '    at  '),
    ]),
    ...(instead === '-' ? [] : wrapped(instead, 8, '    do  ')),
    ...(choices === undefined ? [] : wrapped(`choose ${choices}`, 8, '    or  ')),
  ];
}

function lines(block: Block): string[] {
  switch (block.kind) {
    case 'pairs':
      return table(block.rows.map(([name, value]) => [name === '' ? '' : `${name}:`, value]));
    case 'table':
      return table(block.rows);
    case 'trees':
      return block.trees.flatMap(({ name, leaves }) => [
        name,
        ...leaves.map((leaf, index) => `${index === leaves.length - 1 ? '└──' : '├──'} ${leaf}`),
      ]);
    case 'list':
      return block.items.flatMap((item) => wrapped(item, 2, '- '));
    case 'findings':
      return block.groups.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...group(one)]);
    case 'text':
      return wrapped(block.text, 0);
  }
}

/** A report as lines for a terminal. Pure. */
export const terminalReport = (report: EstateReport, wide: boolean): string[] =>
  sectionsOf(report, wide).flatMap(({ title, blocks }, index) => [
    ...(index === 0 ? [] : ['']),
    ...(title === '' ? [] : [title.toUpperCase()]),
    ...blocks.flatMap((block, at) => [...(at === 0 ? [] : ['']), ...lines(block)]),
  ]);
