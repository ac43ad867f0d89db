import type { Estate } from '../../estate/model.ts';
import type { Stack } from '../model.ts';
import { cloudFormationHandOver } from './cloudFormation.ts';
import { terraformHandOver } from './terraform.ts';
import { declaredServices } from './told.ts';

/**
 * What infrastructure-as-code has to be told before blue goes, as text for each tool that made one of blue's services: to let go of
 * what Meshlift takes away without destroying anything, and to take over what it made. Empty where neither is seen to be involved.
 * Pure: what AWS made up is left to a command that reads it.
 */
export function handOver(estate: Estate, stack: Stack): string[] {
  const declared = declaredServices(estate, stack);
  const byTerraform = declared.filter(({ manager }) => manager.tool === 'terraform');
  const byCloudFormation = declared.filter(({ manager }) => manager.tool === 'cloudFormation');
  return [
    ...(byTerraform.length === 0 ? [] : [terraformHandOver(estate, stack, byTerraform)]),
    ...(byCloudFormation.length === 0 ? [] : [cloudFormationHandOver(stack, byCloudFormation)]),
  ];
}
