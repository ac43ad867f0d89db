import type { BlueService, Estate } from '../../estate/model.ts';
import type { ProposedPlan, ReportService } from '../report.ts';
import type { OperationsCode } from './catalogue.ts';

/** A finding before it is put in words. */
export interface Note {
  code: OperationsCode;
  /** Name of the ECS service. */
  service: string;
  /** A sentence of what was seen. Names, hosts and numbers alone: never a value of an environment. */
  detail?: string;
}

/** What the rules look at. */
export interface Operations {
  estate: Estate;
  /** The services of the mesh that would move: gateways are not among them. */
  services: readonly BlueService[];
  entries: ReadonlyMap<string, ReportService['entries']>;
  proposals: readonly ProposedPlan[];
  greenName: (blue: string) => string;
}
