import type { Estate } from '../estate/model.ts';
import { canonicalJson } from '../plan/canonical.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { assess } from './assess.ts';
import type { Assessment, Stack, StackResource } from './model.ts';
import { sharedGreenOf } from './shared/shared.ts';
import { buildStack } from './stack.ts';

/** What green would be made from after a deployment on blue. */
export type Followed =
  | { kind: 'followed'; estate: Estate; assessment: Assessment; stack: Stack }
  /** `why` is a sentence without its full stop. */
  | { kind: 'refused'; why: string };

/**
 * The recorded estate with the task definitions that blue's services run now, and the stack that follows from it. Everything else stays as
 * it was recorded: counts, scaling and rules of a blue under a plan are not its own. Refused where the plan would not be admitted with them,
 * and where more of green would have to change than its task definitions. Pure.
 *
 * @param names of blue's services that were deployed
 * @param attempt as in {@link buildStack}
 */
export function followed(
  plan: MigrationPlan,
  recorded: { estate: Estate; stack: Stack },
  current: Estate,
  names: ReadonlySet<string>,
  attempt: number,
): Followed {
  const problems: string[] = [];
  const shared = new Map(sharedGreenOf(recorded.stack).map((green) => [green.blueService, green]));
  const services = recorded.estate.services.map((service) => {
    if (!names.has(service.name)) return service;
    const another = shared.get(service.name);
    if (another !== undefined) {
      problems.push(`${another.name} is shared with plan ${another.maker.plan}: deploy it there`);
      return service;
    }
    const now = current.services.find(({ name }) => name === service.name);
    if (now === undefined) {
      problems.push(`service ${service.name} is not in the new inventory`);
      return service;
    }
    if (now.virtualNode?.name !== service.virtualNode?.name) {
      const [before, after] = [service.virtualNode?.name ?? 'none', now.virtualNode?.name ?? 'none'];
      problems.push(`service ${service.name} runs as another virtual node: ${before} → ${after}`);
    }
    return {
      ...service,
      service: { ...service.service, taskDefinition: now.service.taskDefinition },
      taskDefinition: now.taskDefinition,
      taskDefinitionTags: now.taskDefinitionTags,
    };
  });
  if (problems.length > 0) return { kind: 'refused', why: problems.join('; ') };
  const estate: Estate = { ...recorded.estate, services };
  const assessment = assess(plan, estate);
  if (assessment.refusals.length > 0) {
    const refusals = assessment.refusals.map(({ place, message }) => `${place}: ${message}`);
    return { kind: 'refused', why: `the plan would not be admitted with it (${refusals.join('; ')})` };
  }
  const stack = buildStack(plan, estate, assessment, attempt);
  const others = otherChanges(recorded.stack, stack);
  return others.length === 0
    ? { kind: 'followed', estate, assessment, stack }
    : { kind: 'refused', why: `more than its task definition would change: ${others.join(', ')}` };
}

const text = (resource: StackResource): string =>
  resource.kind === 'taskDefinition' ? resource.id : canonicalJson(resource);

/** Ids of what is not the same in both, task definitions of the same id aside. */
function otherChanges(before: Stack, after: Stack): string[] {
  const was = new Map(before.resources.map((resource) => [resource.id, text(resource)]));
  const is = new Map(after.resources.map((resource) => [resource.id, text(resource)]));
  const ids = [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
  const retire = canonicalJson(before.retire) === canonicalJson(after.retire) ? [] : ['what is taken away in retire'];
  return [...ids, ...retire];
}
