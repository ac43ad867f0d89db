import type { EstateReport } from '../../../assess/report.ts';
import { oneLine } from '../words.ts';
import { type Block, type FindingGroup, sectionsOf, SEVERITY_SIGNS } from './sections.ts';

/** Nothing in a text of the estate's is markup: names come from files that anybody may have written. */
const plain = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]#|~!]/g, (sign) => `\\${sign}`);

const row = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  `|${head.map(() => '---|').join('')}`,
  ...rows.map(row),
];

function group({ code, severity, count, messages, instead, choices }: FindingGroup): string[] {
  const { shape, word } = SEVERITY_SIGNS[severity];
  return [
    `### ${shape} ${plain(code)} (${word}${count === 1 ? '' : `, ${count} times`})`,
    '',
    ...messages.map(({ message, places }) => `- ${plain(message)} At ${plain(places.join(', '))}.`),
    ...(instead === '-' ? [] : ['', `Instead: ${plain(instead)}`]),
    ...(choices === undefined ? [] : ['', `Choices in a plan: ${plain(choices)}`]),
    '',
  ];
}

function lines(block: Block): string[] {
  switch (block.kind) {
    case 'pairs':
      return tableOf(['', ''], block.rows);
    case 'table':
      return tableOf(block.rows[0] ?? [], block.rows.slice(1));
    case 'trees':
      return block.trees.flatMap(({ name, leaves }) => [
        `- ${plain(name)}`,
        ...leaves.map((leaf) => `  - ${plain(leaf)}`),
      ]);
    case 'list':
      return block.items.map((item) => `- ${plain(item)}`);
    case 'findings':
      return block.groups.flatMap(group);
    case 'text':
      return [plain(block.text)];
  }
}

/** A report in GitHub's Markdown, with every finding in full. Pure. */
export const markdownReport = (report: EstateReport): string[] =>
  [
    `# ${plain(report.mesh.name)}: off App Mesh`,
    '',
    ...sectionsOf(report, true).flatMap(({ title, blocks }) => [
      ...(title === '' ? [] : [`## ${title}`, '']),
      ...blocks.flatMap((block) => [...lines(block), '']),
    ]),
  ].filter((line, index, all) => line !== '' || all[index - 1] !== '');
