import type { BlueService, Estate } from '../../estate/model.ts';
import type { ProposedPlan } from '../report.ts';
import type { WayIn } from '../waysIn.ts';
import type { OperationsCode } from './catalogue.ts';

/** A finding before it is put in words. */
export interface Note {
  code: OperationsCode;
  /** Name of the ECS service. */
  service: string;
  /** A sentence of what was seen. Names, hosts and numbers alone: never a value of an environment. */
  detail?: string;
}

/** What the rules look at, whether there is a plan or not. */
export interface Operations {
  estate: Estate;
  /** The services of the mesh that would move: gateways are not among them. */
  services: readonly BlueService[];
  entries: ReadonlyMap<string, readonly WayIn[]>;
}

/** What is looked at as well while there is no plan: which plans there could be, and under which names. */
export interface Proposals extends Operations {
  proposals: readonly ProposedPlan[];
  greenName: (blue: string) => string;
  /** Green's names that ECS would refuse. */
  tooLong: (blue: BlueService) => readonly string[];
}
