import type { Estate } from '../../estate/model.ts';
import { entryArn } from '../../plan/model.ts';
import type { RuleResource, Stack } from '../model.ts';
import { importedOf } from './green.ts';
import { type DeclaredEdge, typesOf } from './edges.ts';
import { inLine, terraformText } from './texts.ts';
import type { Told } from './told.ts';

/** An address in a state: `module.shop.aws_ecs_service.frontend["a"]`; a tag that tells of Terraform is none. */
const ADDRESS = /^(module\.[\w[\]".-]+\.)*aws_\w+\.[\w-]+(\[.+\])?$/;

const removed = (address: string): string => `removed {
  from = ${address.replace(/\[.*\]$/, '')}
  lifecycle {
    destroy = false
  }
}`;

const isAddress = ({ manager }: DeclaredEdge): boolean => ADDRESS.test(manager.address);

/** The group stays where nothing leads to it: whoever takes its block out alone has Terraform delete it in the same run. */
function groupLetGo(group: DeclaredEdge): string {
  const words = `# ${inLine(group.words)}: Meshlift leaves it as it is, with nothing that leads to it. Delete it once the plan has succeeded.`;
  return isAddress(group)
    ? `${words}\n${removed(group.manager.address)}`
    : `${words}\n# Its address is not known here (${inLine(group.manager.address)}).\n${removed('aws_lb_target_group.<name>')}`;
}

/** A rule or a listener stays under Terraform with another target group; the comment is for who cannot change its block. */
function ledToGreen(edge: DeclaredEdge): string[] {
  const type = typesOf(edge).terraform;
  const address = isAddress(edge) ? inLine(edge.manager.address) : `${type}.<name>`;
  return [
    `#      in the block ${address}${isAddress(edge) ? '' : `, whose address is not known here (${inLine(edge.manager.address)})`}. Or let go of it, and take it over where its block is to be:`,
    ...commented(removed(address)),
    ...commented(`import {\n  to = ${type}.<name>\n  id = ${terraformText(edge.arn)}\n}`),
  ];
}

const commented = (text: string): string[] => text.split('\n').map((line) => `#      ${line}`);

/** What blue leaves and green needs: it is taken out with blue easily, and looks unused. */
function kept({ retire }: Stack): string[] {
  const names = retire.registries.flatMap(({ registries }) => registries.map(({ name }) => name));
  if (names.length === 0) return [];
  return [
    `# Keep aws_service_discovery_service of: ${inLine(names.join(', '))}. By then green's tasks register there.`,
  ];
}

/** `removed` and `import` blocks, which Terraform has known since versions 1.7 and 1.5. */
export function terraformHandOver(estate: Estate, stack: Stack, told: Told): string {
  const { services: declared, edges } = told;
  const services = declared.map(({ blue, manager }) =>
    ADDRESS.test(manager.address)
      ? removed(manager.address)
      : `# ${inLine(blue.name)}: its address is not known here (${inLine(manager.address)}).\n${removed('aws_ecs_service.<name>')}`,
  );
  const scaled = declared.filter(({ blue }) => blue.scaling !== undefined).map(({ blue }) => blue.name);
  const rules = stack.resources.filter((one): one is RuleResource => one.kind === 'rule');
  const mesh = stack.retire.mesh.map((one) => `${one.kind} ${one.name}`);
  return [
    '# Terraform: before blue goes.',
    '#',
    '# 1. Let go of what Meshlift takes away. Nothing is destroyed by this; take the resource blocks themselves out in the same change.',
    ...services,
    ...edges.filter(({ kind }) => kind === 'targetGroup').map(groupLetGo),
    ...(scaled.length === 0
      ? []
      : [`# The same for aws_appautoscaling_target and its policies of: ${inLine(scaled.join(', '))}.`]),
    ...(mesh.length === 0 ? [] : [`# The same for the aws_appmesh_ resources of: ${inLine(mesh.join(', '))}.`]),
    ...kept(stack),
    '',
    '# 2. Take over what Meshlift made. Write a resource block for each, or let Terraform: terraform plan -generate-config-out=green.tf',
    ...importedOf(stack, estate.cluster).map(({ label, terraform, read }) =>
      [
        ...(read === undefined ? [] : [`# ${read}`]),
        `import {\n  to = ${terraform.type}.${label}\n  id = ${terraformText(terraform.id)}\n}`,
      ].join('\n'),
    ),
    '',
    '# 3. Lead the rules to green, as they do by then:',
    ...rules.flatMap((rule) => {
      const arn = entryArn(rule.entry);
      return [`#    ${arn}`, ...edges.filter((edge) => edge.arn === arn).flatMap(ledToGreen)];
    }),
    '#',
    '# 4. A plan must change nothing: terraform plan',
  ].join('\n');
}
