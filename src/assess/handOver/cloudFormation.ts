import type { Stack } from '../model.ts';
import { importedOf } from './green.ts';
import type { Declared } from './told.ts';

/** `DeletionPolicy: Retain` and what `create-change-set --change-set-type IMPORT` takes. */
export function cloudFormationHandOver(stack: Stack, declared: readonly Declared[]): string {
  const [first] = declared;
  const arn = first?.blue.service.clusterArn ?? '';
  const names = stack.retire.registries.flatMap(({ registries }) => registries.map(({ name }) => name));
  const imports = importedOf(stack, { name: arn.split('/').at(-1) ?? '', arn });
  return [
    '# CloudFormation: before blue goes.',
    '#',
    '# 1. Add this to each, and update the stack; without it the next step would delete it.',
    ...declared.map(
      ({ blue, manager }) =>
        `#    ${manager.address} (${blue.name}):\n     DeletionPolicy: Retain\n     UpdateReplacePolicy: Retain`,
    ),
    '#',
    '# 2. Take these resources, and scaling of theirs, out of the template, and update the stack. They stay as they are.',
    ...(names.length === 0
      ? []
      : [`#    Keep AWS::ServiceDiscovery::Service of: ${names.join(', ')}. By then green's tasks register there.`]),
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
