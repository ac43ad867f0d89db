import type { BlueService, Estate } from '../../estate/model.ts';
import { type Manager, managedBy } from '../managedBy.ts';
import type { Stack } from '../model.ts';

/** A blue service of a plan that infrastructure-as-code made, and will make anew unless it is told. */
export interface Declared {
  blue: BlueService;
  manager: Manager;
}

/** The blue services of the plan that are under infrastructure-as-code, as far as files and tags tell. Ordered as they go. */
export const declaredServices = (estate: Estate, stack: Stack): Declared[] =>
  stack.retire.services.flatMap((name) => {
    const blue = estate.services.find((service) => service.name === name);
    const manager = blue === undefined ? undefined : managedBy(blue);
    return blue === undefined || manager === undefined ? [] : [{ blue, manager }];
  });

/** `frontend (Terraform: aws_ecs_service.frontend), stock-api (CloudFormation: shop/StockApi)`. */
export const declaredInWords = (declared: readonly Declared[]): string =>
  declared.map(({ blue, manager }) => `${blue.name} (${TOOLS[manager.tool]}: ${manager.address})`).join(', ');

export const TOOLS: Readonly<Record<Manager['tool'], string>> = {
  terraform: 'Terraform',
  cloudFormation: 'CloudFormation',
};
