import type { BlueService, Estate } from '../../estate/model.ts';
import type { ReportService } from '../report.ts';
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
  /** Names of the services that some proposed plan moves. */
  planned: ReadonlySet<string>;
  greenName: (blue: string) => string;
}
