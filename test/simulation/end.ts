import { claimants, endpoints, meshes, tagged } from '../unit/operator/lookAround.ts';
import type { OperatorWorld } from '../unit/operator/operatorWorld.ts';

/** What there is once a plan has settled, in lines that two runs with the same end have in common. */
export async function endOf(world: OperatorWorld): Promise<string[]> {
  const { rule, scaling, services } = await world.lookAtBlue();
  const held = await claimants(world);
  return [
    `state ${await world.state()}`,
    ...(await tagged(world)).map((thing) => `tagged: ${thing}`),
    ...world.inside.things().map((arn) => `thing: ${lasting(arn)}`),
    ...(await endpoints(world)).map((name) => `endpoint: ${name}`),
    ...(world.simulated.faults.has('app-mesh-gone') ? [] : await meshes(world)).map((name) => `mesh: ${name}`),
    `rule: ${lasting(JSON.stringify(rule))}`,
    `scaling: ${lasting(JSON.stringify(scaling))}`,
    ...services.map((service) => `service: ${JSON.stringify(service)}`),
    ...held.map((plan) => `claimed by ${plan}`),
  ].toSorted();
}

/** Without the ids that AWS draws anew for what is made anew. */
const lasting = (text: string): string =>
  text
    .replaceAll(/(targetgroup\/[\w-]+\/)[0-9a-f]+/g, '$1…')
    .replaceAll(/(scalable-target\/)\w+/g, '$1…')
    .replaceAll(/(namespace\/ns-)\w+/g, '$1…')
    .replaceAll(/(service\/srv-)\w+/g, '$1…');

/** What is in one end and not in the other, with signs. */
export function difference(end: readonly string[], expected: readonly string[]): string[] {
  return [
    ...end.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
    ...expected.filter((line) => !end.includes(line)).map((line) => `- ${line}`),
  ];
}
