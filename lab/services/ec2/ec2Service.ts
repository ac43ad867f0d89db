import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import type { Account, Operation, Service } from '../service.ts';
import { groupOperations } from './groupOperations.ts';
import { interfaceOperations } from './interfaceOperations.ts';
import { regionOperations } from './regionOperations.ts';
import { ruleOperations } from './ruleOperations.ts';
import { Store } from './store.ts';
import { subnetOperations } from './subnetOperations.ts';
import { tagOperations } from './tagOperations.ts';
import { vpcOperations } from './vpcOperations.ts';
import { vpcParts } from './vpcParts.ts';

/**
 * Amazon EC2, as far as the network goes that load balancers and tasks are placed in: VPCs, subnets, security groups and their
 * rules, and the interfaces in them. Everything is kept and shown; nothing filters traffic. There are no instances, gateways,
 * endpoints or peerings.
 */
export class Ec2Service implements Service {
  readonly id = 'ec2';
  readonly operations: Readonly<Record<string, Operation>>;

  constructor(parts: { account: Account; random: Random }) {
    const store = new Store(parts.account, parts.random);
    this.operations = isolated({
      ...vpcOperations(store),
      ...vpcParts(store),
      ...subnetOperations(store),
      ...groupOperations(store),
      ...ruleOperations(store),
      ...interfaceOperations(store),
      ...tagOperations(store),
      ...regionOperations(store),
    });
  }
}

/** No operation keeps its caller's input or hands out the store's own objects. A dry run ends before anything is done. */
function isolated(operations: Record<string, (input: never) => unknown>): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (input: { DryRun?: boolean }) => {
        const { DryRun: dryRun, ...rest } = input;
        if (dryRun === true) {
          throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
            status: 412,
          });
        }
        return structuredClone(operation(structuredClone(rest) as never));
      },
    ]),
  );
}
