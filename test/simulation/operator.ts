import type { SimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import { currentCall, withCallContext } from '../../src/aws/callContext.ts';
import { createClients } from '../../src/aws/clients.ts';
import type { Direct } from '../../src/aws/directClient.ts';
import type { PlanStatus } from '../../src/machines/record.ts';
import type { Reconciler } from '../../src/reconciler/reconcile.ts';
import type { Settings } from '../../src/reconciler/settings.ts';
import { MemoryTable } from '../../src/state/memoryTable.ts';
import { compose } from '../unit/operator/compose.ts';
import { patientBudget, SILENT } from '../unit/operator/operatorProcess.ts';
import type { OperatorWorld } from '../unit/operator/operatorWorld.ts';
import type { Faults, Life } from './faults.ts';

/** One process. What dies with it is lost. */
export interface SimulatedOperator extends Life {
  reconciler: Reconciler;
}

/** In which way an operator is known to be bad. None of it is so in the one that is shipped. */
export interface Variant {
  name: string;
  /** Stands between the operator and what befalls its calls. */
  direct?: (reach: Direct) => Direct;
  scoped?: typeof withCallContext;
}

export function startSimulated(options: {
  name: string;
  world: OperatorWorld;
  faults: Faults;
  settings: Partial<Settings>;
  persisted: (plan: string, status: PlanStatus) => void;
  variant: Variant | undefined;
}): SimulatedOperator {
  const { name, world, faults, variant } = options;
  const { simulated, items } = world;
  if (items === undefined) throw new Error('a simulation needs a world without a wire');
  const life: Life = { name, hasDied: false };
  const direct: Direct = (call) => faults.aws(life, currentCall()?.api ?? '', call, simulated.aws.direct);
  let tokens = 0;
  const newToken = () => `${name}-${(tokens += 1)}`;
  const { reconciler } = compose({
    name,
    clients: createClients({
      ...withoutHandler(simulated),
      direct: variant?.direct?.(direct) ?? direct,
      log: SILENT,
      budget: patientBudget(),
      reads: { monotonicMs: () => world.clock.now(), nowMs: () => world.clock.now(), gatherMs: 0 },
    }),
    table: new MemoryTable({ items, newToken, name: 'meshlift', fault: faults.ofTable(life) }),
    clock: world.clock,
    newUid: () => `uid-${(tokens += 1)}-of-${name}`,
    log: SILENT,
    settings: options.settings,
    persisted: options.persisted,
    ask: world.asked.ask,
    ...(variant?.scoped === undefined ? {} : { scoped: variant.scoped }),
  });
  return Object.assign(life, { reconciler });
}

const withoutHandler = ({ clientConfig: { region } }: SimulatedAws) => ({ region });
