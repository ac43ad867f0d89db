import type { BlueService, Estate } from '../../estate/model.ts';
import { type Manager, managedBy } from '../managedBy.ts';
import type { Stack } from '../model.ts';
import { type DeclaredEdge, declaredEdges } from './edges.ts';

/** What of blue infrastructure-as-code made, as far as files and tags tell. */
export interface Told {
  services: readonly Declared[];
  edges: readonly DeclaredEdge[];
}

export const toldOf = (estate: Estate, stack: Stack): Told => ({
  services: declaredServices(estate, stack),
  edges: declaredEdges(estate, stack),
});

/** What one tool made of it; `undefined` where it made nothing. */
export function toldTo({ services, edges }: Told, tool: Manager['tool']): Told | undefined {
  const own = {
    services: services.filter(({ manager }) => manager.tool === tool),
    edges: edges.filter(({ manager }) => manager.tool === tool),
  };
  return own.services.length + own.edges.length === 0 ? undefined : own;
}

/** A blue service of a plan that infrastructure-as-code made, and will make anew unless it is told. */
export interface Declared {
  blue: BlueService;
  manager: Manager;
}

/** The blue services of the plan that are under infrastructure-as-code. Ordered as they go. */
const declaredServices = (estate: Estate, stack: Stack): Declared[] =>
  stack.retire.services.flatMap((name) => {
    const blue = estate.services.find((service) => service.name === name);
    const manager = blue === undefined ? undefined : managedBy(blue);
    return blue === undefined || manager === undefined ? [] : [{ blue, manager }];
  });

/**
 * `frontend (Terraform: aws_ecs_service.frontend), target group frontend (CloudFormation: shop/FrontendGroup)`; empty where nothing is
 * under either.
 */
export const toldInWords = ({ services, edges }: Told): string =>
  [
    ...services.map(({ blue, manager }) => ({ name: blue.name, manager })),
    ...edges.map(({ words, manager }) => ({ name: words, manager })),
  ]
    .map(({ name, manager }) => `${name} (${TOOLS[manager.tool]}: ${manager.address})`)
    .join(', ');

const TOOLS: Readonly<Record<Manager['tool'], string>> = {
  terraform: 'Terraform',
  cloudFormation: 'CloudFormation',
};
