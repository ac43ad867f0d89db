import type { ReadFrom } from './export.ts';

/** Whether the object is a data source of Terraform's, which reads what others make. */
export const isDataSource = ({ source, address = '' }: ReadFrom): boolean =>
  source === 'terraformState' && /(^|\.)data\./.test(address);

/** Whether the source is infrastructure-as-code that makes the object, and would make it again. */
export const isDeclared = (from: ReadFrom): boolean =>
  from.source === 'cloudFormation' || (from.source === 'terraformState' && !isDataSource(from));
