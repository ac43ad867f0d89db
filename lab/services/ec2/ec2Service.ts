import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import type { Network, PlacedInterface } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { groupOperations } from './groupOperations.ts';
import { interfaceOperations } from './interfaceOperations.ts';
import { regionOperations } from './regionOperations.ts';
import { ruleOperations } from './ruleOperations.ts';
import { freeAddresses, Store } from './store.ts';
import { subnetOperations } from './subnetOperations.ts';
import { tagOperations } from './tagOperations.ts';
import { vpcOperations } from './vpcOperations.ts';
import { vpcParts } from './vpcParts.ts';

/**
 * Amazon EC2, as far as the network goes that load balancers and tasks are placed in: VPCs, subnets, security groups and their
 * rules, and the interfaces in them. Everything is kept and shown; nothing filters traffic. There are no instances, gateways,
 * endpoints or peerings.
 */
export class Ec2Service implements Service, Network {
  readonly id = 'ec2';
  readonly operations: Readonly<Record<string, Operation>>;

  readonly #store: Store;

  /** `interfaces` answers what the other services have placed; it is asked anew at every look. */
  constructor(parts: { account: Account; random: Random; interfaces: () => PlacedInterface[] }) {
    const store = new Store(parts);
    this.#store = store;
    const operations = unlessDry({
      ...vpcOperations(store),
      ...vpcParts(store),
      ...subnetOperations(store),
      ...groupOperations(store),
      ...ruleOperations(store),
      ...interfaceOperations(store),
      ...tagOperations(store),
      ...regionOperations(store),
    });
    this.operations = isolated(operations);
  }

  hasVpc(vpcId: string): boolean {
    return this.#store.vpcs.has(vpcId);
  }

  subnet(subnetId: string) {
    return this.#store.subnets.get(subnetId);
  }

  freeAddresses(subnetId: string): number {
    const subnet = this.#store.subnets.get(subnetId);
    return subnet === undefined ? 0 : freeAddresses(subnet, this.#store.interfaces());
  }

  securityGroup(groupId: string) {
    return this.#store.groups.get(groupId);
  }

  defaultSecurityGroup(vpcId: string): string {
    const group = [...this.#store.groups.values()].find((one) => one.vpcId === vpcId && one.name === 'default');
    if (group === undefined) throw new Error(`the VPC ${vpcId} has no default security group`);
    return group.id;
  }
}

/** The same operations, of which a dry run ends before anything is done (row N10). */
function unlessDry(operations: Record<string, (input: never) => unknown>): Record<string, (input: never) => unknown> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      ({ DryRun: dryRun, ...input }: { DryRun?: boolean }) => {
        if (dryRun === true) {
          throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
            status: 412,
          });
        }
        return operation(input as never);
      },
    ]),
  );
}
