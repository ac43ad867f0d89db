import type { EstateExport } from '../export.ts';

/** What an estate can be read from. Where two tell of the same object, the earlier one in this list is believed. */
export const SOURCE_KINDS = [
  'live',
  'export',
  'terraformState',
  'cloudFormation',
  'kubernetes',
  'taskDefinitions',
] as const;

export type SourceKind = (typeof SOURCE_KINDS)[number];

/** What one source tells of the estate, in the shape of an export; lists that it says nothing about are empty. */
export interface SourceReading {
  source: SourceKind;
  /** What was read, for a person: a file's name, or account and region. */
  where: string;
  exported: EstateExport;
  /** What the source names and does not tell. Nothing is guessed in its stead: the member is absent from `exported`. */
  unresolved: Unresolved[];
}

export interface Unresolved {
  /** Where in the source: `aws_ecs_service.frontend.load_balancer[0]`, `Resources.Frontend.Properties.Cluster`, `line 12`. */
  place: string;
  /** One sentence: what is missing, and what would tell it. */
  why: string;
}

/** Why a file cannot be read at all. Nothing of it was taken. */
export class SourceError extends Error {
  readonly where: string;
  readonly place: string;

  /** @param place line and column, or the path of the member at fault; empty for the whole file */
  constructor(where: string, place: string, message: string) {
    super(`${where}${place === '' ? '' : `, ${place}`}: ${message}`);
    this.name = 'SourceError';
    this.where = where;
    this.place = place;
  }
}
