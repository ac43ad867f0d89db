import type { Estate } from '../../estate/model.ts';
import type { Stack } from '../model.ts';
import { cloudFormationHandOver } from './cloudFormation.ts';
import { terraformHandOver } from './terraform.ts';
import { toldOf, toldTo } from './told.ts';

/**
 * What infrastructure-as-code has to be told before blue goes, as text for each tool that made a service of blue's, a target group or a
 * rule that leads to it: to let go of what Meshlift takes away without destroying anything, and to take over what it made. Empty where neither is seen to be involved.
 * Pure: what AWS made up is left to a command that reads it.
 */
export function handOver(estate: Estate, stack: Stack): string[] {
  const told = toldOf(estate, stack);
  const terraform = toldTo(told, 'terraform');
  const cloudFormation = toldTo(told, 'cloudFormation');
  return [
    ...(terraform === undefined ? [] : [terraformHandOver(estate, stack, terraform)]),
    ...(cloudFormation === undefined ? [] : [cloudFormationHandOver(estate, stack, cloudFormation)]),
  ];
}
