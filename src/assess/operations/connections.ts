import type { BlueService } from '../../estate/model.ts';
import { hintsOf, isShownHost } from './hints.ts';
import type { Note, Operations } from './note.ts';

const DATABASE_SCHEMES = new Set(
  'postgres postgresql mysql mysql2 mariadb mongodb mongodb+srv redis rediss sqlserver mssql oracle cassandra clickhouse'.split(
    ' ',
  ),
);
const DATABASE_HOST =
  /\.(rds|docdb|redshift|neptune)(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$|\.cache\.amazonaws\.com$|\.(docdb|neptune|redshift|memorydb)\.[a-z0-9-]*\.?amazonaws\.com$/;
const DATABASE_VARIABLE =
  /^(PGHOST|PGDATABASE|DB_HOST(NAME)?|DB_URL|DATABASE_(URL|HOST|DSN)|(\w+_)?(DSN|DATABASE_URL|JDBC_URL|DB_HOST|DB_URL)|(POSTGRES(QL)?|MYSQL|MARIADB|MONGO(DB)?|REDIS)_(HOST|URL|URI|ADDR(ESS)?|ENDPOINT)|SPRING_DATASOURCE_URL)$/i;

/** Connections that the move doubles, and those that no weight moves. */
export const connectionNotes = (operations: Operations): Note[] => [
  ...operations.services.flatMap(databaseNotes),
  ...operations.services.flatMap((blue) => lastingNotes(blue, operations)),
];

function databaseNotes(blue: BlueService): Note[] {
  const byEnvironment = hintsOf(blue).flatMap(({ variables }) =>
    variables.flatMap(({ name, scheme, hosts, isOff }) => {
      const found = hosts.filter((host) => DATABASE_HOST.test(host));
      const isDatabase = DATABASE_SCHEMES.has(scheme ?? '') || DATABASE_VARIABLE.test(name) || found.length > 0;
      if (isOff || !isDatabase) return [];
      const shown = [...new Set([...found, ...hosts.filter(isShownHost)])];
      return [shown.length === 0 ? `${name} names one.` : `${name} names ${shown.join(', ')}.`];
    }),
  );
  const byMesh = (blue.outsideCalls ?? []).flatMap(({ hostname, virtualService }) => {
    if (hostname === undefined || !DATABASE_HOST.test(hostname.toLowerCase())) return [];
    return [
      virtualService === hostname ? `It calls ${hostname}.` : `It calls ${virtualService}, which is ${hostname}.`,
    ];
  });
  return [...byEnvironment, ...byMesh].map((detail) => ({
    code: 'OPS_DATABASE_CONNECTIONS',
    service: blue.name,
    detail,
  }));
}

const SOCKET_VARIABLE = /(^|_)(WEBSOCKETS?|WS|WSS|SOCKET_?IO|SSE)_?(URL|PORT|PATH|ENABLED|ENDPOINT|HOST)?$/i;

/** Only where traffic comes in by weights: behind an entry green talks to green. */
function lastingNotes(blue: BlueService, { estate, entries }: Operations): Note[] {
  const ways = entries.get(blue.name) ?? [];
  if (ways.length === 0) return [];
  const notes: Note[] = [];
  const note = (detail: string): void => {
    notes.push({ code: 'OPS_CONNECTIONS_OUTLIVE_WEIGHTS', service: blue.name, detail });
  };
  for (const { targetGroup, attributes } of blue.targetGroups) {
    const name = targetGroup.TargetGroupName ?? '';
    if (targetGroup.ProtocolVersion === 'GRPC') note(`Target group ${name} takes gRPC, whose streams last.`);
    if (['TCP', 'TLS', 'UDP', 'TCP_UDP'].includes(targetGroup.Protocol ?? '')) {
      note(`Target group ${name} takes ${targetGroup.Protocol ?? ''} connections whole.`);
    }
    if (attributes.some((one) => one.Key === 'stickiness.enabled' && one.Value === 'true')) {
      notes.push({ code: 'OPS_STICKY_SESSIONS', service: blue.name, detail: `Target group ${name}.` });
    }
  }
  const unlimited = estate.virtualServices.filter(
    (one) => one.timeout.perRequestTimeoutSeconds === 0 && one.targets.some((target) => target.service === blue.name),
  );
  for (const { name, port } of unlimited) note(`${name}:${port} has no timeout for a request.`);
  for (const { variables } of hintsOf(blue)) {
    for (const { name, scheme, isOff } of variables) {
      if (!isOff && (SOCKET_VARIABLE.test(name) || scheme === 'ws' || scheme === 'wss'))
        note(`${name} names a WebSocket.`);
    }
  }
  const sticky = [
    ...estate.listeners.map((one) => ({ arn: one.ListenerArn, actions: one.DefaultActions })),
    ...estate.rules.map((one) => ({ arn: one.RuleArn, actions: one.Actions })),
  ];
  for (const way of ways) {
    const actions = sticky.find((one) => one.arn === way.arn)?.actions ?? [];
    if (actions.some((action) => action.ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true)) {
      notes.push({
        code: 'OPS_STICKY_SESSIONS',
        service: blue.name,
        detail: `${way.kind === 'listener' ? 'Listener' : 'Rule'} ${way.arn}.`,
      });
    }
  }
  return notes;
}
