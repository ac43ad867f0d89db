import { LISTS } from '../../src/aws/policy/places.ts';
import type { PolicyDocument } from '../../src/aws/policy/policies.ts';

/** AWS's own parameters, where Terraform has data sources. */
const PSEUDO: Readonly<Record<string, string>> = {
  Partition: 'AWS::Partition',
  Region: 'AWS::Region',
  Account: 'AWS::AccountId',
};

/** The template with these lines between the two marks of one of its parts. Throws where a mark is missing. */
export function withMade(template: string, part: 'policies' | 'dashboard', lines: readonly string[]): string {
  const begin = `  # Made by npm run policy, ${part}: begin`;
  const end = `  # Made by npm run policy, ${part}: end`;
  const from = template.indexOf(begin);
  const to = template.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The template has no lines "${begin.trim()}" and "${end.trim()}".`);
  return [template.slice(0, from) + begin, ...lines, template.slice(to)].join('\n');
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

/** What the module fills into the dashboard, by the template's own means. */
const DASHBOARD_PLACES: Readonly<Record<string, string>> = {
  Partition: "!Ref 'AWS::Partition'",
  Region: "!Ref 'AWS::Region'",
  Account: "!Ref 'AWS::AccountId'",
  Name: "!Ref 'AWS::StackName'",
  ClusterName: '!Ref ClusterName',
  Table: '!Ref Table',
};

/** The dashboard as a resource of a template, in lines; its widgets one a line. */
export function cloudFormationDashboard(body: string): string[] {
  const { widgets } = JSON.parse(body) as { widgets: unknown[] };
  const last = widgets.length - 1;
  return [
    '  Dashboard:',
    '    Type: AWS::CloudWatch::Dashboard',
    '    Condition: HasDashboard',
    '    Properties:',
    "      DashboardName: !Ref 'AWS::StackName'",
    '      DashboardBody: !Sub',
    '        - |',
    '          {"widgets":[',
    ...widgets.map((widget, index) => `          ${JSON.stringify(widget)}${index === last ? '' : ','}`),
    '          ]}',
    ...Object.entries(DASHBOARD_PLACES).map(
      ([name, value], index) => `        ${index === 0 ? '-' : ' '} ${name}: ${value}`,
    ),
  ];
}

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
