import { keptContainers } from './envoy.ts';
import type { Json } from './export.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** A host that a container's environment names. */
export interface EnvironmentHost {
  container: string;
  /** Name of the environment variable. */
  variable: string;
  /** Lower case. */
  host: string;
  /** From the text, or the scheme's default; `undefined` for a bare host name. */
  port: number | undefined;
}

/** A scheme, a user part and a port, each optional, around a host name. */
const HOST = /(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^\s/@,;"'<>()[\]{}]*@)?([a-z0-9_][a-z0-9_.-]*)(?::(\d{1,5})(?!\d))?/gi;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, ws: 80, https: 443, wss: 443 };

/** Every word of a text that may be a host, with its scheme, and its port where the text or the scheme's default tells one. */
export const namesIn = (
  text: string,
): { scheme: string | undefined; host: string; told: string | undefined; port: number | undefined }[] =>
  [...text.matchAll(HOST)].map(([, scheme, host = '', told]) => ({
    scheme,
    host: host.toLowerCase().replace(/[.-]+$/, ''),
    told,
    port: told === undefined ? DEFAULT_PORTS[scheme?.toLowerCase() ?? ''] : Number(told),
  }));

/** Every host in a text, with its port where the text or its scheme tells one. */
export const hostsIn = (text: string): { host: string; port: number | undefined }[] =>
  namesIn(text).map(({ host, port }) => ({ host, port }));

/** The hosts that stand in URLs, or with a port, in the application containers' environment; lower case. */
export const urlHosts = (taskDefinition: Json<Ecs.TaskDefinition>): string[] =>
  keptContainers(taskDefinition)
    .flatMap((container) => container.environment ?? [])
    .flatMap(({ value = '' }) => namesIn(value))
    .flatMap(({ scheme, told, host }) => (scheme === undefined && told === undefined ? [] : [host]));

/** The hosts among `known` (lower case) that the application containers' environment names. Envoy's own is left out. */
export function environmentHosts(
  taskDefinition: Json<Ecs.TaskDefinition>,
  known: ReadonlySet<string>,
): EnvironmentHost[] {
  const found: EnvironmentHost[] = [];
  for (const container of keptContainers(taskDefinition)) {
    for (const variable of container.environment ?? []) {
      for (const { host, port } of hostsIn(variable.value ?? '')) {
        if (known.has(host)) found.push({ container: container.name ?? '', variable: variable.name ?? '', host, port });
      }
    }
  }
  return found;
}
