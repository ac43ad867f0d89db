import type { BlueService } from '../../estate/model.ts';
import { loadBalancersOf } from '../../estate/services.ts';
import { hintsOf, type Hints } from './hints.ts';
import type { Note, Operations } from './note.ts';

/** What works without being asked: no weight holds it back. */
export const workNotes = ({ services }: Operations): Note[] =>
  services.flatMap((blue) => {
    const notes: Note[] = [];
    const service = blue.name;
    const hints = hintsOf(blue);
    if (blue.service.schedulingStrategy === 'DAEMON') notes.push({ code: 'OPS_DAEMON', service });
    if (!servesRequests(blue)) notes.push({ code: 'OPS_WORKS_WITHOUT_TRAFFIC', service });
    if (isSingleton(blue)) {
      notes.push({ code: 'OPS_SINGLETON', service, detail: 'Its count is 1 and its maximumPercent 100.' });
    }
    for (const detail of queueHints(hints)) notes.push({ code: 'OPS_QUEUE_CONSUMER', service, detail });
    for (const detail of schedulerHints(hints)) notes.push({ code: 'OPS_SCHEDULER', service, detail });
    for (const detail of migrationHints(hints)) notes.push({ code: 'OPS_SCHEMA_MIGRATION', service, detail });
    return notes;
  });

/** Where the mesh is not known, a port mapping counts as a listener. */
const servesRequests = (blue: BlueService): boolean =>
  blue.listeners.length > 0 || loadBalancersOf(blue.service).length > 0;

/** One task, and no deployment may run a second: with room for two, ECS runs two at every deployment, and it bears that. */
const isSingleton = ({ service, scaling }: BlueService): boolean =>
  service.schedulingStrategy !== 'DAEMON' &&
  service.desiredCount === 1 &&
  (scaling?.target.MaxCapacity ?? 1) <= 1 &&
  (service.deploymentConfiguration?.maximumPercent ?? 200) <= 100;

const QUEUE_SCHEMES = new Set(['amqp', 'amqps', 'kafka', 'nats', 'pulsar', 'stomp']);
const QUEUE_HOST = /^(sqs|kinesis)\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$|\.(kafka|mq)\.[a-z0-9-]+\.amazonaws\.com$/;
const QUEUE_VARIABLE = /(^|_)(SQS|QUEUE|QUEUES|KAFKA|RABBITMQ|AMQP|KINESIS|CELERY|SIDEKIQ|CONSUMER|SUBSCRIPTION)(_|$)/i;
const WORKER = /(^|[^a-z])(worker|workers|consumer|subscriber|sidekiq|celery|resque|rq)([^a-z]|$)/;

/** `celery beat` starts work and consumes none; web servers have workers of their own. */
const NOT_A_WORKER = /\bbeat\b|gunicorn|uvicorn|puma|unicorn|--workers?\b|service-?worker/;

function queueHints(hints: readonly Hints[]): string[] {
  return hints.flatMap(({ names, command, variables }) => {
    const isNamed = names.find((name) => WORKER.test(name));
    const runs = WORKER.test(command) && !NOT_A_WORKER.test(command);
    return [
      ...variables.flatMap(({ name, scheme, hosts, isOff }) => {
        if (isOff) return [];
        const byName = QUEUE_VARIABLE.test(name);
        const byValue = QUEUE_SCHEMES.has(scheme ?? '') || hosts.some((host) => QUEUE_HOST.test(host));
        return byName || byValue ? [`${name} names a queue.`] : [];
      }),
      ...(isNamed === undefined ? [] : [`It is called ${isNamed}.`]),
      ...(runs ? ['Its command runs a worker.'] : []),
    ];
  });
}

const SCHEDULER =
  /(^|[^a-z])(cron|crond|scheduler|clockwork|celerybeat)([^a-z]|$)|\bcelery\b.*\bbeat\b|\bschedule:work\b/;

function schedulerHints(hints: readonly Hints[]): string[] {
  return hints.flatMap(({ names, command }) => {
    const isNamed = names.find((name) => SCHEDULER.test(name));
    return [
      ...(isNamed === undefined ? [] : [`It is called ${isNamed}.`]),
      ...(SCHEDULER.test(command) ? ['Its command runs a scheduler.'] : []),
    ];
  });
}

const MIGRATION_COMMAND =
  /\b(flyway|liquibase|alembic|db:migrate|migrate:latest|migration:run|manage\.py migrate|prisma migrate|goose|dbmate|migrate (up|deploy|database))\b/;
const MIGRATION_VARIABLE = /(^|_)(MIGRATE|MIGRATIONS?|FLYWAY|LIQUIBASE)(_|$)/i;
const MIGRATION_NAME = /(^|[^a-z])(migrate|migrations?|migrator|flyway|liquibase)([^a-z]|$)/;

function migrationHints(hints: readonly Hints[]): string[] {
  return hints.flatMap(({ names, command, variables }) => {
    // The container's name and its image's: a service that is called so may do something else.
    const isNamed = names.slice(0, 2).find((name) => MIGRATION_NAME.test(name));
    return [
      ...variables
        .filter(({ name, isOff }) => !isOff && MIGRATION_VARIABLE.test(name))
        .map(({ name }) => `It is told so by ${name}.`),
      ...(isNamed === undefined ? [] : [`A container or its image is called ${isNamed}.`]),
      ...(MIGRATION_COMMAND.test(command) ? ['Its command migrates.'] : []),
    ];
  });
}

/** How a service can be cut over: `parallel` for what only serves requests; otherwise a person has to choose. */
export interface Cutover {
  proposed: 'parallel' | 'exclusive' | 'manual';
  why: string;
}

/**
 * How a service can be cut over, from what was noted of it. `exclusive` where two sides at once do harm and nobody waits for an
 * answer; `manual` where it serves requests as well, so that stopping blue first is an outage which a person has to weigh.
 */
export function cutoverOf(blue: BlueService, notes: readonly Note[]): Cutover {
  const codes = new Set(notes.filter((note) => note.service === blue.name).map((note) => note.code));
  const reasons = [
    codes.has('OPS_WORKS_WITHOUT_TRAFFIC') ? 'nothing sends it requests' : '',
    codes.has('OPS_QUEUE_CONSUMER') ? 'it seems to take work from a queue' : '',
    codes.has('OPS_SCHEDULER') ? 'it seems to start work by the clock' : '',
    codes.has('OPS_SINGLETON') ? 'never two of its tasks run at once' : '',
  ].filter((reason) => reason !== '');
  if (codes.has('OPS_DAEMON')) {
    return { proposed: 'manual', why: 'A DAEMON runs one task on every instance, so the sides cannot take turns.' };
  }
  if (reasons.length === 0) return { proposed: 'parallel', why: 'It only serves requests, as far as can be seen.' };
  const why = reasons.join(', and ');
  const because = `${why.charAt(0).toUpperCase()}${why.slice(1)}`;
  return codes.has('OPS_WORKS_WITHOUT_TRAFFIC')
    ? { proposed: 'exclusive', why: `${because}.` }
    : { proposed: 'manual', why: `${because}; it serves requests too, so stopping blue first is an outage.` };
}
