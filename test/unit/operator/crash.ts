import type { Mishap, OperatorProcess } from './operatorProcess.ts';
import { OperatorWorld } from './operatorWorld.ts';

/** What the operators are to live through, whoever of them is alive. */
export interface Story {
  name: string;
  /** What the frontend speaks behind the load balancer. Default HTTP1. */
  protocolVersion?: 'HTTP1' | 'GRPC';
  tell(world: OperatorWorld): Promise<void>;
}

/** Runs a story whose first operator meets a mishap; without one, as it is. Answers that operator. Throws with the mishap. */
export async function live(story: Story, mishap?: Mishap): Promise<OperatorProcess> {
  const { protocolVersion } = story;
  const world = await OperatorWorld.create({
    settings: { tickMs: 30_000 },
    wire: false,
    ...(protocolVersion === undefined ? {} : { protocolVersion }),
  });
  const first = mishap === undefined ? world.operator : world.startOperator(mishap);
  try {
    await story.tell(world);
    if (mishap !== undefined && first.begun.length < mishap.call) throw new Error('the mishap never came');
    return first;
  } catch (cause) {
    const at =
      mishap === undefined ? '' : ` whose operator met ${JSON.stringify(mishap)} (${first.begun[mishap.call - 1]})`;
    throw new Error(`${story.name}${at}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await world.close();
  }
}

const KINDS = ['diesBefore', 'diesAfter', 'answerLost'] as const;

/** Every mishap that can come over a story: three at each mutating call of its operator. */
export async function mishapsOf(story: Story): Promise<(Mishap & { api: string })[]> {
  const { begun } = await live(story);
  return begun.flatMap((api, index) => KINDS.map((kind) => ({ call: index + 1, kind, api })));
}

/** Runs the story once for each; throws at the first that ends otherwise than it should. */
export async function liveThrough(story: Story, mishaps: readonly Mishap[]): Promise<void> {
  for (const mishap of mishaps) await live(story, mishap);
}
