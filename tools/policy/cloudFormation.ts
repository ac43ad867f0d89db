import { LISTS } from '../../src/aws/policy/places.ts';
import type { PolicyDocument } from '../../src/aws/policy/policies.ts';

const BEGIN = '  # Made by npm run policy: begin';
const END = '  # Made by npm run policy: end';

/** AWS's own parameters, where Terraform has data sources. */
const PSEUDO: Readonly<Record<string, string>> = {
  Partition: 'AWS::Partition',
  Region: 'AWS::Region',
  Account: 'AWS::AccountId',
};

/** The template with these lines between its two marks. Throws where a mark is missing. */
export function withPolicies(template: string, lines: readonly string[]): string {
  const from = template.indexOf(BEGIN);
  const to = template.indexOf(END);
  if (from < 0 || to < from) throw new Error(`The template has no lines "${BEGIN.trim()}" and "${END.trim()}".`);
  return [template.slice(0, from) + BEGIN, ...lines, template.slice(to)].join('\n');
}

/** The operator's policies as resources of a template, in lines. `assess` is nobody's in the stack, and is left out. */
export const cloudFormationPolicies = (documents: Readonly<Record<string, PolicyDocument>>): string[] =>
  Object.entries(documents)
    .filter(([name]) => name !== 'assess')
    .flatMap(([name, document]) => [
      `  ${logicalId(name)}:`,
      '    Type: AWS::IAM::ManagedPolicy',
      '    Properties:',
      `      Description: Meshlift, ${name}`,
      '      PolicyDocument:',
      ...yamlOf(document, 8),
    ]);

/** `operator-read` → `OperatorReadPolicy`. */
const logicalId = (name: string): string =>
  `${name
    .split('-')
    .map((part) => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`)
    .join('')}Policy`;

/** A value in YAML's block style; what is to be filled in is with CloudFormation's functions. */
function yamlOf(value: unknown, indent: number): string[] {
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return value.flatMap((one) => {
      const [first = '', ...rest] = yamlOf(one, indent + 2);
      return [`${pad}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof value !== 'object' || value === null) return [`${pad}${scalarOf(String(value))}`];
  return Object.entries(value).flatMap(([key, one]) => {
    const list = placeOfList(one);
    const name = /^\w+$/.test(key) && key !== 'Null' ? key : `'${key}'`;
    if (list !== undefined) return [`${pad}${name}: !Ref ${list}`];
    return typeof one === 'object'
      ? [`${pad}${name}:`, ...yamlOf(one, indent + 2)]
      : [`${pad}${name}: ${scalarOf(String(one))}`];
  });
}

/** The parameter that is a whole list. */
function placeOfList(value: unknown): string | undefined {
  const [only, ...others] = Array.isArray(value) ? (value as unknown[]) : [];
  return typeof only === 'string' && others.length === 0 && LISTS.includes(only) ? only.slice(2, -1) : undefined;
}

function scalarOf(text: string): string {
  const filled = text.replaceAll(/\$\{(\w+)\}/g, (place, name: string) =>
    name in PSEUDO ? `\${${PSEUDO[name]}}` : place,
  );
  return `${filled.includes('${') ? '!Sub ' : ''}'${filled}'`;
}
