/** Says which plans people may have changed. Only ever a hint: what is to be done is decided from the record itself. */
export interface WakeUps {
  /** What changed since the last look. Throws where the table does not answer. */
  look(): Promise<Changed>;
  /** What stands in the table of a change of this plan that nobody has heard yet; read before the plan itself is read. */
  asked(plan: string): Promise<string | undefined>;
  /** That change was heard. `false`: there is a later one, which stands. */
  heard(plan: string, asked: string): Promise<boolean>;
}

export interface Changed {
  plans: readonly string[];
  /** There may be changes that were not seen: all plans are to be looked at. */
  mayHaveMissed: boolean;
}
