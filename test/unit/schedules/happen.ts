import type { Incident } from './incident.ts';
import { isGreenOf, ORIGINAL } from './scene.ts';
import { BLUE_COUNTS, BLUE_REVISIONS, ENTRY, WORKER } from './shop.ts';
import type { Stage } from './stage.ts';

const BY = { by: 'ann', why: 'a drill' };

/** Lets an incident happen on a stage. What makes no sense at the moment changes nothing. */
export async function happen(stage: Stage, incident: Incident): Promise<void> {
  const { scene, table } = stage;
  switch (incident.kind) {
    case 'alarm':
      scene.setAlarm(incident.name, incident.state);
      return;
    case 'alarmFlaps':
      scene.setAlarm(incident.name, 'OK');
      return;
    case 'metricsStop':
      scene.silentSince ??= scene.now - incident.agoMs;
      return;
    case 'metricsComeBack':
      scene.silentSince = undefined;
      return;
    case 'denied':
      scene.denied.add(incident.family);
      return;
    case 'allowed':
      scene.denied.clear();
      return;
    case 'tasksDie': {
      const { side, service, howMany } = incident;
      const tasks = side === 'blue' ? scene.blue.get(service) : scene.greenOf(service);
      if (tasks === undefined) return;
      tasks.healthy = howMany === 'all' ? 0 : Math.max(0, tasks.healthy - 1);
      tasks.isStarting = false;
      return;
    }
    case 'tasksRecover':
      for (const tasks of [...scene.blue.values(), ...scene.green.values()]) tasks.isStarting = true;
      return;
    case 'blueScaledByHand': {
      const tasks = scene.blue.get(incident.service);
      if (tasks !== undefined && tasks.desired > 1) tasks.desired = 1;
      return;
    }
    case 'greenChangedByHand': {
      for (const [id, made] of scene.made) if (isGreenOf(id, `service/${incident.service}`)) made.status = 'differs';
      return;
    }
    case 'blueDeployed': {
      const tasks = scene.blue.get(incident.service);
      if (tasks !== undefined) tasks.taskDefinition = `${tasks.taskDefinition}+1`;
      return;
    }
    case 'weightsEdited': {
      const { blue, green, isForeign } = scene.rule;
      if (blue === undefined || green === undefined) return;
      scene.rule = { blue: 100 - incident.green, green: incident.green, isForeign };
      return;
    }
    case 'ruleEdited':
      scene.rule = { ...scene.rule, isForeign: true };
      return;
    case 'ruleRestored':
      if (scene.blue.has(ENTRY)) scene.rule = { ...ORIGINAL };
      return;
    case 'appMeshGoes':
      scene.isMeshGone = true;
      return;
    case 'pause':
      stage.setPaused(true);
      return;
    case 'resume':
      stage.setPaused(false);
      return;
    case 'abort':
      table.requests = { ...table.requests, abort: { ...BY, at: scene.now } };
      return;
    case 'promote': {
      const { machine } = table.status ?? {};
      if (machine === undefined) return;
      const { forced } = incident;
      const { step, enteredAt } = machine.context;
      const seen = { state: machine.value, step, enteredAt, recordVersion: table.item?.version ?? 0 };
      table.requests = { ...table.requests, promote: { ...BY, at: scene.now, forced, ...seen } };
      return;
    }
    case 'approve': {
      const given = { ...BY, at: scene.now, recordVersion: table.item?.version ?? 0 };
      table.requests = {
        ...table.requests,
        approvals: { beforeRamp: given, beforeRetire: given, iac: given, cutover: { ...given, services: [WORKER] } },
      };
      return;
    }
    case 'retry':
      if (table.status?.machine.value !== 'rolledBack') return;
      table.requests = { retry: { ...BY, at: scene.now, attempt: table.status.attempt } };
      return;
    case 'timePasses':
      scene.pass(incident.ms);
      return;
    case 'operatorRestarts':
      stage.replaceOperator();
      return;
    case 'operatorStandsStill':
      await stage.letOtherTakeOver(incident.ms);
      return;
    case 'callFails':
      stage.operator.life.fault = incident;
      return;
    case 'readFails':
      stage.operator.life.failedRead = incident.read;
      return;
  }
}

/** All is well again, and people do what they are asked for. What the plan itself has taken away stays away. */
export async function mend(stage: Stage): Promise<void> {
  const { scene, table } = stage;
  scene.denied.clear();
  scene.silentSince = undefined;
  scene.isMeshGone = false;
  for (const [name, { state }] of scene.alarms) if (state !== 'OK') scene.setAlarm(name, 'OK');
  for (const made of scene.made.values()) made.status = 'ready';
  for (const tasks of scene.green.values()) tasks.isStarting = true;
  for (const [name, tasks] of scene.blue) {
    tasks.isStarting = true;
    tasks.taskDefinition = BLUE_REVISIONS.get(name) ?? '';
    // Nobody but the plan says whose turn it is.
    if (stage.isBlueWanted() && name !== WORKER) tasks.desired = BLUE_COUNTS.get(name) ?? 0;
  }
  stage.setPaused(false);
  if (table.requests.approvals === undefined) await happen(stage, { kind: 'approve' });
  stage.putRuleBack();
}
