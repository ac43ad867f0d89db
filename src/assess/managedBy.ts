import { isDeclared } from '../estate/declared.ts';
import type { ReadFrom } from '../estate/export.ts';
import type { BlueService } from '../estate/model.ts';

/** What made a resource, and makes it anew; with its own address for it. */
export interface Manager {
  tool: 'terraform' | 'cloudFormation';
  address: string;
}

export const managedBy = ({ service, readFrom }: BlueService): Manager | undefined =>
  managerOf(readFrom, new Map((service.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])));

/**
 * Terraform or CloudFormation, where a resource is under one: by a file that declares it, whether or not a better source was believed,
 * else by its tags. CloudFormation tags what it makes; for Terraform there is only custom. Without a file the address is the stack's
 * name and logical id, or the key of the tag that tells.
 */
export function managerOf(readFrom: ReadFrom | undefined, tags: ReadonlyMap<string, string>): Manager | undefined {
  const declared = [readFrom, readFrom?.declaredIn].find((from) => from !== undefined && isDeclared(from));
  if (declared !== undefined) {
    const tool = declared.source === 'cloudFormation' ? 'cloudFormation' : 'terraform';
    return { tool, address: declared.address ?? declared.where };
  }
  const stack = tags.get('aws:cloudformation:stack-name');
  if (stack !== undefined) {
    const logicalId = tags.get('aws:cloudformation:logical-id');
    return { tool: 'cloudFormation', address: logicalId === undefined ? stack : `${stack}/${logicalId}` };
  }
  // There is no standard tag: teams write its name into a key, or into the value of ManagedBy, Provisioner, Iac and the like.
  for (const [key, value] of tags) {
    const says = /terraform/i.test(key) ? !/^(false|no|0)$/i.test(value) : /terraform/i.test(value);
    if (says) return { tool: 'terraform', address: `tag ${key}` };
  }
  return undefined;
}
