import type { Estate } from '../../estate/model.ts';
import type { Stack } from '../model.ts';
import { typesOf } from './edges.ts';
import { importedOf } from './green.ts';
import { inLine } from './texts.ts';
import type { Told } from './told.ts';

/** `DeletionPolicy: Retain` and what `create-change-set --change-set-type IMPORT` takes. */
export function cloudFormationHandOver(estate: Estate, stack: Stack, told: Told): string {
  const leaving = [
    ...told.services.map(({ blue, manager }) => ({ address: manager.address, words: blue.name })),
    ...told.edges
      .filter(({ kind }) => kind === 'targetGroup')
      .map((edge) => ({ address: edge.manager.address, words: `${edge.words}, ${typesOf(edge).cloudFormation}` })),
  ];
  const leading = told.edges.filter(({ kind }) => kind !== 'targetGroup');
  const names = stack.retire.registries.flatMap(({ registries }) => registries.map(({ name }) => name));
  const imports = importedOf(stack, estate.cluster);
  return [
    '# CloudFormation: before blue goes.',
    '#',
    '# 1. Add this to each, and update the stack; without it the next step would delete it.',
    ...leaving.map(
      ({ address, words }) =>
        `#    ${inLine(address)} (${inLine(words)}):\n     DeletionPolicy: Retain\n     UpdateReplacePolicy: Retain`,
    ),
    '#',
    '# 2. Take these resources, and scaling of theirs, out of the template, and update the stack. They stay as they are.',
    ...(names.length === 0
      ? []
      : [
          `#    Keep AWS::ServiceDiscovery::Service of: ${inLine(names.join(', '))}. By then green's tasks register there.`,
        ]),
    ...(leading.length === 0
      ? []
      : [
          '#    With the same update lead these to the target group of step 3, as they do by then, by its ARN:',
          ...leading.map(
            (edge) => `#    ${inLine(edge.manager.address)} (${inLine(edge.words)}, ${typesOf(edge).cloudFormation})`,
          ),
        ]),
    '#',
    '# 3. Write what Meshlift made into the template, with DeletionPolicy: Retain, and import it with',
    '#    aws cloudformation create-change-set --change-set-type IMPORT --resources-to-import file://green.json',
    ...imports.flatMap(({ read }) => (read === undefined ? [] : [`#    ${read}`])),
    JSON.stringify(
      imports.map(({ label, cloudFormation }) => ({
        ResourceType: cloudFormation.type,
        LogicalResourceId: logicalId(label, cloudFormation.type),
        ResourceIdentifier: cloudFormation.identifier,
      })),
      null,
      2,
    ),
  ].join('\n');
}

/** `FrontendScService`: a template has each id once, whatever type it is of. */
const logicalId = (label: string, type: string): string =>
  [...label.split('_'), type.split('::').at(-1) ?? '']
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
