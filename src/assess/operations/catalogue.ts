import type { CatalogueEntry } from '../catalogue.ts';

/**
 * Findings of the move itself, which no mapping of the mesh knows: weight 0 is not effect 0, and a mesh is not all that names a
 * service. Codes are stable, as those of the mapping are.
 */
export const OPERATIONS = {
  OPS_ALARM_FIRES: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'Alarms that name blue fire of the move itself, when nothing is wrong: as blue is asked less, or once it is gone.',
    instead: "alarms on green's service and target group; disable the actions of blue's before blue is retired",
  },
  OPS_ALARM_ON_BLUE: {
    severity: 'info',
    fidelity: 'lost',
    say: 'Alarms name blue. They see nothing of green, and have no data once blue is gone.',
    instead: "alarms of the same kind on green's service and target group before blue is retired",
  },
  OPS_CALLER_LEFT_BEHIND: {
    severity: 'needs-decision',
    fidelity: 'exact',
    say: 'Services that do not move with this plan call it, and fail if blue of it is retired.',
    instead: 'retain blue until a later plan moves its callers, or add their entries to this plan',
  },
  OPS_CALLER_OUTSIDE_MESH: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: "A service or a task outside the mesh calls a service of the mesh by its Cloud Map name. It goes on calling blue whatever the weights say, and fails once blue's tasks are gone.",
    instead:
      "give the caller green's address through a load balancer, or attach green to the same Cloud Map service before blue is retired",
  },
  OPS_CONNECTIONS_OUTLIVE_WEIGHTS: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'A weight chooses the side of a new request, and leaves open connections and streams where they are. They stay on blue while the ramp goes on, and on green after a rollback, until they end or deregistration cuts them.',
    instead: "a longest life for connections and streams in the application, shorter than a step's bake",
  },
  OPS_DAEMON: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'A DAEMON service runs one task on every instance, so both sides run everywhere at once. That Service Connect serves a DAEMON is not documented.',
    instead: 'make it a REPLICA service, or leave it as it is and let its callers use the instance',
  },
  OPS_DATABASE_CONNECTIONS: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: "Green's tasks open their own connections from the moment they start, at weight 0 too, so the database sees twice as many until blue is gone.",
    instead:
      "a limit of connections that bears both sides, a pooler (RDS Proxy, PgBouncer), or half the pool's size while both run",
  },
  OPS_IN_NO_PLAN: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'No rule and no listener leads to it, and nothing that one leads to calls it, so no proposed plan moves it.',
    instead: 'move it by hand, or give it an entry of its own',
  },
  OPS_NAME_TAKEN: {
    severity: 'needs-decision',
    fidelity: 'exact',
    say: "Green's name is the name of another service of the cluster.",
    instead: 'another spec.target.nameSuffix; spec.target.shared, where an earlier plan has made it as green',
  },
  OPS_NAME_TOO_LONG: {
    severity: 'needs-decision',
    fidelity: 'exact',
    say: "Green's name would be longer than ECS takes: 255 characters, with room for the digit of another attempt.",
    instead: 'a shorter spec.target.nameSuffix, or a shorter name for blue',
  },
  OPS_QUEUE_CONSUMER: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'It seems to take work from a queue or a stream. Green takes its share from the moment it starts, whatever the weights say, and no rollback gives it back.',
    instead: 'stop blue before green starts (exclusive), or see that the work bears two versions at once',
  },
  OPS_SCALING_ALARMS: {
    severity: 'degraded',
    fidelity: 'lost',
    say: "Its step scaling is driven by alarms made by hand. Green's copy of the policy has an ARN of its own, that no alarm names, so green does not scale by it.",
    instead: "name green's policy in the alarms' actions, or use target tracking, which makes its own alarms",
  },
  OPS_SCHEDULER: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'It seems to start work by the clock. While both sides run every schedule fires twice.',
    instead: 'stop blue before green starts (exclusive), a lock in the application, or EventBridge Scheduler',
  },
  OPS_SCHEMA_MIGRATION: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: "It seems to migrate a database's schema when it starts. Green runs blue's own image, so there is nothing to migrate unless the image's tag has moved on; no rollback takes a migration back.",
    instead: 'pin the image by its digest; migrate in a step of its own',
  },
  OPS_SHARED_SERVICE: {
    severity: 'info',
    fidelity: 'exact',
    say: 'Several proposed plans move it. The one that runs first is to decide that blue of it is retained (OPS_CALLER_LEFT_BEHIND); a later one uses the green that it made (spec.target.shared), or makes one of its own, under another suffix and in another namespace.',
    instead: 'one plan with the entries of all of them, or a blue that is retained',
  },
  OPS_SINGLETON: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'It is deployed so that never two tasks run at once. While both sides run there are two.',
    instead: 'stop blue before green starts (exclusive), or a lock in the application',
  },
  OPS_STICKY_SESSIONS: {
    severity: 'info',
    fidelity: 'approximate',
    say: "A client's cookie outweighs the weights: a session that began on blue stays there until its cookie ends.",
    instead: '-',
  },
  OPS_UNDER_CLOUDFORMATION: {
    severity: 'info',
    fidelity: 'approximate',
    say: 'CloudFormation made it. A stack update that touches it or its listener rule, or a deletion of the stack, undoes the move; after blue is retired the stack describes what is gone.',
    instead: 'freeze the stack while the plan runs; write green into the template afterwards',
  },
  OPS_UNDER_TERRAFORM: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: "Terraform made it. The next apply, of whatever, compares all it knows: it sets the rule's weights back to blue, and makes a retired blue anew.",
    instead:
      'no apply while the plan runs, or lifecycle ignore_changes on the rule; write green into the configuration and import it afterwards',
  },
  OPS_VOLUME_EMPTY: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: "Each task of a service gets an EBS volume of its own, empty or from a snapshot. All of green's begin so at the same time: caches are cold, and what blue's tasks have gathered is not there.",
    instead: 'a snapshot, or time to warm up before the first step',
  },
  OPS_VOLUME_OF_HOST: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'It writes to a directory of its instance. A green task on the same instance writes to the same files; on another it finds none.',
    instead: 'EFS, or placement constraints that keep the sides apart',
  },
  OPS_VOLUME_SHARED: {
    severity: 'degraded',
    fidelity: 'approximate',
    say: 'Blue and green mount the same file system and write to it at the same time.',
    instead: 'see that the application bears writers of both sides, or give green an access point of its own',
  },
  OPS_WORKS_WITHOUT_TRAFFIC: {
    severity: 'needs-decision',
    fidelity: 'lost',
    say: 'Nothing sends it requests: it has no listener in the mesh and no load balancer, so it works of its own accord. No weight holds green back; it works from the moment it starts.',
    instead: 'stop blue before green starts (exclusive)',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type OperationsCode = keyof typeof OPERATIONS;
