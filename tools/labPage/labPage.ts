import { globSync, readFileSync } from 'node:fs';
import { WITNESS_NAMES, type WitnessName } from '../../test/witness/witnesses.ts';
import { coverageOf } from './coverage.ts';
import { summary, testedSection, untestedSection, witnessSection } from './coverageSections.ts';
import {
  delaysSection,
  estatesSection,
  faultsSection,
  refusedSection,
  servedSection,
  throttlingSection,
} from './labSections.ts';
import { WITHOUT_TEST } from './reasons.ts';
import { readBehaviour } from './rows.ts';
import { readServedApis } from './served.ts';
import { readTitles } from './titles.ts';

const JUDGES: Readonly<Record<WitnessName, string>> = {
  'AWS CLI': 'what the lab answers, as an engineer would ask it; a plan that is submitted without Meshlift’s own verbs',
  'cfn-lint': 'the CloudFormation template that runs the operator',
  Terraform:
    'that the lab keeps what it is given: apply, an empty plan, destroy; what a migration changed; Meshlift’s reading of its states; the module that runs the operator',
  botocore:
    'the requests that Meshlift sends, the lab’s answers and the lab’s limits, against AWS’s own service models',
  moto: 'Meshlift’s ALB router, its store and its reading of a stream, against an ELBv2 and a DynamoDB that others wrote; where that and the lab’s differ',
  buildah:
    'the Dockerfile: what it makes of a base image from this machine’s own files, and that the operator runs from that',
  Chromium: 'the HTML report of an estate, opened from a file',
};

/** The page on how far the lab is AWS, from the code, the tests' titles and `docs/aws-behaviour.md` in `root`. */
export async function labPage(root: URL): Promise<string> {
  const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
  const files = globSync('{lab,src,test}/**/*.ts', { cwd: root })
    .toSorted()
    .map((file) => ({ file, source: read(file) }))
    .filter(({ source }) => source.includes("from 'vitest'"))
    .map(({ file, source }) => ({ file, source, titles: readTitles(file, source) }));
  const covered = coverageOf(
    readBehaviour(read('docs/aws-behaviour.md')),
    files.map(({ titles }) => titles),
    WITHOUT_TEST,
  );
  const witnesses = WITNESS_NAMES.map((name) => ({
    name,
    judges: JUDGES[name],
    files: files
      .filter(({ source }) => new RegExp(`\\b(?:witness|exactWitness)\\('${name}'\\)`).test(source))
      .map(({ file, titles }) => ({ file, tests: titles.tests })),
  }));
  return `${[
    `# How far the lab is AWS

What the lab serves, what it refuses, and which rows of [how AWS behaves](aws-behaviour.md) have a test. Made by \`npm run docs\` from the lab's own code, the titles
of the tests and that page; a test fails when this page is not what they say. That a row has a test means that the lab, or Meshlift, does what the row says. It
does not mean that AWS does: what nobody has tried on an account is in [not-verified.md](not-verified.md).`,
    summary(covered),
    witnessSection(witnesses),
    servedSection(await readServedApis()),
    refusedSection(),
    estatesSection(),
    faultsSection(),
    throttlingSection(),
    delaysSection(read('lab/delays.ts')),
    untestedSection(covered),
    testedSection(covered),
  ].join('\n\n')}\n`;
}
