import type { BlueService } from '../estate/model.ts';
import type { PlanSpec } from '../plan/model.ts';

/** FNV-1a, 32 bits, in base 36: tells shortened names apart. Not for secrets. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(36).padStart(7, '0').slice(-6);
}

/**
 * Green names of one attempt. After a rollback the next attempt is numbered (`-sc2`), because a name may still be draining and
 * its discovery names still owned (rows E3, S3, S4).
 */
export interface GreenNames {
  suffix: string;
  /** Also the name of a scalable target's service. */
  service(blue: string): string;
  family(blueFamily: string): string;
  /** At most 32 letters, digits and hyphens (row L17). */
  targetGroup(blue: string): string;
  namespace: string;
}

const TARGET_GROUP_NAME_LENGTH = 32;
const DISCOVERY_NAME_LENGTH = 64;

/** What green's names are made of. */
type Named = { spec: { target: Pick<PlanSpec['target'], 'nameSuffix' | 'serviceConnect'> } };

export function greenNames(plan: Named, attempt: number): GreenNames {
  const number = attempt > 1 ? String(attempt) : '';
  const { nameSuffix, serviceConnect } = plan.spec.target;
  const suffix = `${nameSuffix}${number}`;
  return {
    suffix,
    service: (blue) => `${blue}${suffix}`,
    family: (blueFamily) => `${blueFamily}${suffix}`,
    targetGroup: (blue) => targetGroupName(blue, suffix),
    namespace: `${serviceConnect.namespace}${number}`,
  };
}

/** Of services (row E73) and of families. */
const ECS_NAME_LENGTH = 255;

/** The green names of a service that ECS would refuse in this attempt or, after a rollback, in one of the next. */
export function tooLongNames(blue: BlueService, plan: Named): string[] {
  const green = greenNames(plan, 9);
  const { family } = blue.taskDefinition;
  const names = [green.service(blue.name), ...(family === undefined ? [] : [green.family(family)])];
  return [...new Set(names)].filter((name) => name.length > ECS_NAME_LENGTH);
}

const legal = (text: string): string => text.replace(/[^A-Za-z0-9-]/g, '-').replace(/^-+|-+$/g, '');

function targetGroupName(blue: string, suffix: string): string {
  const whole = legal(`${blue}${suffix}`);
  if (whole.length <= TARGET_GROUP_NAME_LENGTH && whole === `${blue}${suffix}`) return whole;
  const end = `-${shortHash(`${blue}${suffix}`)}${suffix.replace(/[^A-Za-z0-9-]/g, '-')}`.slice(-20);
  return legal(`${legal(blue).slice(0, TARGET_GROUP_NAME_LENGTH - end.length)}${end}`);
}

/** Whether a lower-cased name can be a client alias (row S8). */
export const isAliasName = (name: string): boolean => /^[a-z0-9_][a-z0-9_.-]{0,126}$/.test(name);

/** The virtual service's name with dots as hyphens, and the port where the name has several. At most 64 of `[a-z0-9_-]`. */
export function discoveryName(virtualService: string, port: number, severalPorts: boolean): string {
  const name = `${virtualService.toLowerCase().replace(/[^a-z0-9_-]/g, '-')}${severalPorts ? `-${port}` : ''}`;
  const started = name.replace(/^-+/, '');
  if (started.length <= DISCOVERY_NAME_LENGTH) return started;
  const end = `-${shortHash(`${virtualService}:${port}`)}`;
  return `${started.slice(0, DISCOVERY_NAME_LENGTH - end.length)}${end}`;
}

/** `http-8080`: at most 64 of `[a-z0-9_-]` (row S17). */
export const portName = (protocol: string, port: number): string => `${protocol}-${port}`;
