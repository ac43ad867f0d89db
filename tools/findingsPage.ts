import type { CatalogueEntry } from '../src/assess/catalogue.ts';
import { decidedFor } from '../src/assess/decisions.ts';
import { EVERY_FINDING } from '../src/assess/everyFinding.ts';
import { FATES } from '../src/assess/fields.ts';
import type { Severity } from '../src/assess/model.ts';
import { SERVICE_CONNECT_FACTS } from '../src/assess/serviceConnectFacts.ts';
import { code, table } from './labPage/markdown.ts';

const HEADINGS: Readonly<Record<Severity, string>> = {
  blocker: 'Blockers: no way onto Service Connect as it stands',
  'needs-decision': 'What a person has to decide',
  degraded: 'What works, with something gone',
  info: 'For information',
};

/** The reference of findings, made from the catalogue and the rules' own tables; `docs/findings.md` must equal it. */
export function findingsPage(): string {
  const entries = Object.entries(EVERY_FINDING) as [string, CatalogueEntry][];
  return `# Findings

Made by \`npm run docs\` from \`src/assess/catalogue.ts\`, \`src/assess/operations/catalogue.ts\`, \`src/assess/fields.ts\` and \`src/assess/serviceConnectFacts.ts\`; a test fails when this page and they differ.

A finding is one thing of a mesh that Service Connect does not do in the same way. It has a code that does not change, a place such
as \`virtualNode/user-vn\`, and a fidelity: **exact** (the same afterwards), **approximate** (nearly), **lost** (gone). Codes of \`OPS_\` are about the move itself, and not the mesh. Its severity says what a plan needs:
a *blocker* refuses the plan, unless it lists a choice and the plan makes it under \`spec.decisions\` for its code and place; *needs-decision* needs such a choice; *degraded* needs its code under \`spec.accept\`, alone or with its place; *info* needs nothing.

${(Object.keys(HEADINGS) as Severity[]).map((severity) => section(severity, entries)).join('\n\n')}

## Fields of App Mesh

What becomes of every field, and the findings that it may raise. A field of a table's row stands for those below it, unless they have a row
of their own. A test sets each of them on a small mesh and sees its finding, or its translation in the green resources.

${table(
  ['field', 'becomes', 'findings'],
  FATES.map((fate) => [
    code(fate.field),
    fate.becomes ?? '-',
    fate.findings.length === 0 ? '-' : fate.findings.map(link).join(', '),
  ]),
)}

## Facts about Service Connect

What the findings rest on, with the month in which the source was read last.

${table(
  ['fact', 'as of', 'source'],
  Object.values(SERVICE_CONNECT_FACTS).map((fact) => [fact.says, fact.asOf, fact.source]),
)}
`;
}

const link = (name: string): string => `[${name}](#${name.toLowerCase()})`;

function section(severity: Severity, entries: readonly [string, CatalogueEntry][]): string {
  const own = entries.filter(([, entry]) => entry.severity === severity);
  return [`## ${HEADINGS[severity]}`, ...own.map(([name, entry]) => described(name, entry))].join('\n\n');
}

function described(name: string, entry: CatalogueEntry): string {
  const fields = FATES.filter((fate) => (fate.findings as readonly string[]).includes(name)).map((fate) => fate.field);
  const decided = decidedFor({ decisions: [] }, name, '');
  const lines = [
    `- fidelity: ${entry.fidelity}`,
    `- instead: ${entry.instead === '-' ? 'nothing to do' : entry.instead}`,
    ...(entry.notMigratableYet === true
      ? ['- not migratable by Meshlift yet: it is assessed, and nothing is built for it']
      : []),
    ...(entry.alternatives === undefined ? [] : [`- alternatives: ${entry.alternatives.join('; ')}`]),
    ...(entry.severity === 'needs-decision' || entry.severity === 'blocker'
      ? [
          `- choice in a plan: ${decided.kind === 'undecided' ? decided.choices : entry.severity === 'blocker' ? 'none: the plan stays refused until the estate has changed so that the finding is gone' : 'none is built yet; change the estate so that the finding is gone'}`,
        ]
      : []),
    ...(fields.length === 0 ? [] : [`- raised by: ${shortened(fields).map(code).join(', ')}`]),
  ];
  return [`### ${name}`, entry.say, lines.join('\n')].join('\n\n');
}

/** The four kinds of routes have the same members. */
const shortened = (fields: readonly string[]): string[] => [
  ...new Set(fields.map((field) => field.replace(/\.(?:http|http2|grpc|tcp)Route\./, '.<kind>Route.'))),
];
