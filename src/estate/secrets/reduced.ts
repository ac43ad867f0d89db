import { isRecord } from '../../plan/json.ts';
import { parseMeshIdentity } from '../envoy.ts';
import type { EstateExport } from '../export.ts';
import { type Hash, type KnownNames, reducedText, withoutAssigned, withoutCredentials } from './hosts.ts';
import { reducedCommand } from './commands.ts';

type Members = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Names under which people keep secrets: of headers, tags, labels, options and parameters. */
const SECRET_NAME =
  /passw|secret|token|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|^key$|auth|cookie|session|signature|origin-?verify|dsn/i;

function nameOf(value: Members): string | undefined {
  const name = value['name'] ?? value['key'] ?? value['Key'] ?? value['Name'] ?? value['HttpHeaderName'];
  return typeof name === 'string' ? name : undefined;
}

/** Options of log drivers that say where logs go and how they are written. */
const PLAIN_OPTION =
  /^(awslogs-(create-group|region|endpoint|group|stream-prefix|datetime-format|multiline-pattern)|mode|max-buffer-size|max-size|max-file|Name|region|log_group_name|log_stream_prefix|log_driver_buffer_limit|enable-ecs-log-metadata|config-file-type)$/;

/** What switches something on or off. */
const SWITCH = /^(true|false|yes|no|on|off|none|enabled|disabled|[01])$/i;

/** A number that is a port because its variable says so. */
const PORT_NAME = /PORT|ADDR|LISTEN|BIND/i;

const lower = (names: readonly (string | undefined)[]): Set<string> =>
  new Set(names.flatMap((name) => (name === undefined || name === '' ? [] : [name.toLowerCase()])));

/** What is known by name in an export, so that it may stand in clear wherever it stands. */
export function knownNames(exports: readonly EstateExport[]): KnownNames {
  const namespaces = exports.flatMap(({ serviceDiscovery }) => serviceDiscovery.namespaces);
  const namespaceOf = new Map(namespaces.map((one) => [one.Id, one.Name]));
  return {
    hosts: lower(
      exports.flatMap(({ appMesh, ecs, elbv2, serviceDiscovery }) => [
        ...appMesh.virtualServices.map((one) => one.virtualServiceName),
        ...appMesh.virtualNodes.map((one) => one.spec?.serviceDiscovery?.dns?.hostname),
        ...ecs.taskDefinitions.flatMap(({ taskDefinition }) =>
          (taskDefinition.containerDefinitions ?? []).map((container) => container.name),
        ),
        ...elbv2.loadBalancers.map((one) => one.DNSName),
        ...serviceDiscovery.services.map((one) => `${one.Name}.${namespaceOf.get(one.NamespaceId) ?? ''}`),
      ]),
    ),
    namespaces: lower(namespaces.filter((one) => one.Name?.includes('.') === true).map((one) => one.Name)),
    words: lower(exports.flatMap(({ ecs }) => ecs.services.map((one) => one.serviceName))),
  };
}

/**
 * An export without what a person would keep to themselves: values of environment variables, words of command lines, options of
 * drivers and values under the name of a secret are reduced to the hosts that they name and a hash; users and passwords are taken
 * out of URLs everywhere, and what `token=` and the like give becomes a hash. Names, numbers and identifiers stay, so that an
 * assessment reads the same estate from it: the same services, calls, findings and stack, but for those values.
 *
 * @param known the names of everything that is read together, `knownNames`
 */
export function reducedExport(exported: EstateExport, known: KnownNames, hash: Hash): EstateExport {
  const text = (value: string): string => reducedText(value, known, hash);

  function variable(value: unknown): unknown {
    if (!isRecord(value) || typeof value['value'] !== 'string') return reduced(value);
    return { ...value, value: variableValue(textOf(value['name']), value['value']) };
  }

  function variableValue(name: string, value: string): string {
    if (SWITCH.test(value) || parseMeshIdentity(value) !== undefined) return value;
    if (PORT_NAME.test(name) && !SECRET_NAME.test(name) && /^\d{1,5}$/.test(value)) return value;
    return text(value);
  }

  const byName = (members: Members, isPlain: (name: string) => boolean): Members =>
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        typeof value === 'string' && !isPlain(name) ? text(value) : reduced(value),
      ]),
    );

  /** Every text in it, for what stands under the name of a secret. */
  function whole(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(whole);
    return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whole(one)])) : value;
  }

  function member(name: string, value: unknown): unknown {
    if (Array.isArray(value)) {
      if (name === 'environment' || name === 'Environment') return value.map(variable);
      if (name === 'command' || name === 'entryPoint') return reducedCommand(value, known, hash);
    }
    if (isRecord(value)) {
      if (name === 'options' || name === 'driverOpts') return byName(value, (option) => PLAIN_OPTION.test(option));
      if (name === 'dockerLabels' || name === 'labels')
        return byName(value, (label) => label.startsWith('com.amazonaws.'));
      if (name === 'Attributes') return byName(value, (attribute) => !SECRET_NAME.test(attribute));
      if (name === 'AuthenticationRequestExtraParams') return byName(value, () => false);
    }
    // Free text, with the address of a runbook as often as not; what an alarm watches is told elsewhere.
    if (typeof value === 'string' && /^(AlarmDescription|StateReason|StateReasonData)$/.test(name)) return text(value);
    // Names and values are AWS's own: a stickiness.app_cookie.duration_seconds is no secret, and green's group takes it over.
    if (name === 'targetGroupAttributes') return value;
    if (typeof value === 'string' && /^(client_?secret|password)$/i.test(name)) return text(value);
    return reduced(value);
  }

  function reduced(value: unknown): unknown {
    if (typeof value === 'string') return withoutAssigned(withoutCredentials(value), hash);
    if (Array.isArray(value)) return value.map(reduced);
    if (!isRecord(value)) return value;
    const name = nameOf(value);
    const isSecret = name !== undefined && SECRET_NAME.test(name);
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        isSecret && /^(value|Value|Values|match)$/.test(key) ? whole(one) : member(key, one),
      ]),
    );
  }

  const { readFrom, ...rest } = exported;
  return { ...(reduced(rest) as EstateExport), ...(readFrom === undefined ? {} : { readFrom }) };
}
