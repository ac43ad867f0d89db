import type { MeshAnswer } from '../../../estate/export.ts';
import { isToStop } from '../../../machines/gates/turns.ts';
import { all, pass, unknown, wait, type Verdict } from '../../../plan/verdict.ts';
import { approvedTurnTakers, turnTakers } from '../../../plan/turns.ts';
import type { Groundwork } from '../../run.ts';
import { approvalInForce } from '../approvals.ts';
import { attempt, type Read } from '../attempt.ts';
import type { Look, Observation } from '../observation.ts';
import { turnsOf } from '../../turns.ts';
import type { Gate } from './gate.ts';

/**
 * Services whose sides take turns: before blue is stopped a person has approved those that are `manual`, by name, and all of them where
 * App Mesh does not answer; once green has the turn it must still have it.
 */
export const turnsGate: Gate = async (look, groundwork, observation) => {
  const { run, state } = look;
  if (turnsOf(run.spec, groundwork).length === 0) return [];
  switch (state) {
    case 'cutover.stopBlue': {
      const approval = await cutoverApproval(look, groundwork, observation);
      return approval === undefined ? [] : [{ name: 'approval/cutover', ...approval }];
    }
    case 'soak':
    case 'retire.prove':
    case 'retire.handOver':
      return [{ name: 'cutover', ...all([observation.facts.cutOver], pass('')) }];
    default:
      return [];
  }
};

/** Whether a person has said what is needed before blue is stopped; `undefined` where nothing is. */
async function cutoverApproval(
  look: Look,
  groundwork: Groundwork,
  { turns }: Observation,
): Promise<Verdict | undefined> {
  const { run, now } = look;
  const given = approvalInForce(run, 'cutover', now);
  const isApproved = (name: string): boolean => given?.services?.includes(name) === true;
  const manual = new Set(approvedTurnTakers(run.spec));
  // A blue that was told to stop already is not asked about any more: that would only keep green from its work.
  const others = turnsOf(run.spec, groundwork).flatMap(({ blue: { name } }) => {
    const turn = turns.get(name);
    return manual.has(name) || (turn !== undefined && isToStop(turn.blue)) ? [] : [name];
  });
  const approve = (names: readonly string[]) =>
    `meshlift approve ${run.owner.plan} cutover --services ${names.join(',')}`;
  // A person's word on each of them holds whatever App Mesh does.
  const mesh = others.every(isApproved) ? undefined : await meshNow(look, groundwork);
  if (mesh !== undefined && !mesh.ok) {
    const all = turnTakers(run.spec).filter((name) => manual.has(name) || others.includes(name));
    return unknown(
      `whether App Mesh still answers is not known, and without it blue, once stopped, may not start again (${mesh.verdict.why}); a person may say so all the same: ${approve(all)}`,
    );
  }
  const gone = mesh === undefined || mesh.value.state === 'read' ? undefined : mesh.value;
  const wanted = turnTakers(run.spec).filter(
    (name) => manual.has(name) || (others.includes(name) && (gone !== undefined || isApproved(name))),
  );
  if (wanted.length === 0) return undefined;
  const missing = wanted.filter((name) => !isApproved(name));
  if (missing.length === 0) return pass(`the cutover of ${wanted.join(', ')} was approved by ${given?.by ?? ''}`);
  const because = gone === undefined ? '' : ` (App Mesh is gone: blue, once stopped, may not start again. ${gone.why})`;
  return wait(`the cutover of ${missing.join(', ')} waits for a person${because}: ${approve(wanted)}`);
}

/**
 * Without App Mesh no new task of blue becomes healthy: what is stopped may not start again, and that takes a person's word. One that was
 * gone when the estate was recorded is not asked again: of what it held nothing is known.
 */
const meshNow = async ({ run, world }: Look, { estate }: Groundwork): Promise<Read<MeshAnswer>> =>
  estate.mesh.answer.state === 'read'
    ? attempt(() => world.meshAnswer(run.spec.source.mesh))
    : { ok: true, value: estate.mesh.answer };
