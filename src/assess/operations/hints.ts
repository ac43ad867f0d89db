import { keptContainers } from '../../estate/envoy.ts';
import { hostsIn } from '../../estate/environment.ts';
import type { BlueService } from '../../estate/model.ts';

/** What an application's container says of itself, without its values. */
export interface Hints {
  /** Name of the container, name of its image without registry and tag, and the name of the task's family. Lower case. */
  names: string[];
  /** Entry point and command in one line, lower case. */
  command: string;
  variables: Variable[];
}

interface Variable {
  /** As it is written. */
  name: string;
  /** Scheme of the first URL, lower case, without what runs it (`jdbc:`). */
  scheme: string | undefined;
  /** Hosts in the value. Empty for a secret, which is not read. */
  hosts: string[];
  /** Whether the value reads as no: `false`, `0`, `off`, nothing. */
  isOff: boolean;
}

const SCHEME = /\b([a-z][a-z0-9+.]*):\/\//i;

/** `123.dkr.ecr.eu-west-1.amazonaws.com/shop/order-worker:1.2` → `order-worker`. */
const imageName = (image: string): string => image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*$/, '');

export function hintsOf(blue: BlueService): Hints[] {
  const family = blue.taskDefinition.family ?? blue.name;
  return keptContainers(blue.taskDefinition).map((container) => ({
    names: [container.name ?? '', imageName(container.image ?? ''), family, blue.name].map((name) =>
      name.toLowerCase(),
    ),
    command: [...(container.entryPoint ?? []), ...(container.command ?? [])].join(' ').toLowerCase(),
    variables: [
      ...(container.environment ?? []).map(({ name, value }): Variable => {
        const text = value ?? '';
        return {
          name: name ?? '',
          scheme: SCHEME.exec(text)?.[1]?.toLowerCase(),
          hosts: hostsIn(text).map(({ host }) => host),
          isOff: /^(|0|false|off|no|none|disabled)$/i.test(text.trim()),
        };
      }),
      ...(container.secrets ?? []).map(
        ({ name }): Variable => ({ name: name ?? '', scheme: undefined, hosts: [], isOff: false }),
      ),
    ],
  }));
}

/** Ends that only AWS's own and private names have: what ends so is a host for certain, and may be shown. */
export const isShownHost = (host: string): boolean => /\.(amazonaws\.com(\.cn)?|internal|local)$/.test(host);
