/** What a person asked for beside the spec; kept on the spec item, so that the operator's part is never written by others. */
export interface PlanRequests {
  abort?: { by: string; at: number; why: string };
  delete?: { by: string; at: number };
  approvals?: Record<string, GivenApproval>;
  promote?: GivenPromotion;
  /** A new attempt with the same spec, after the attempt of this number was rolled back. */
  retry?: { by: string; at: number; why: string; attempt: number };
}

/** An approval as it stands on the record. */
export interface GivenApproval {
  by: string;
  at: number;
  why: string;
  /** The services that a person vouches for. */
  services?: string[];
  /** It opens nothing from then on, milliseconds since the epoch. Absent: it does not end. */
  expiresAt?: number;
  /** Version of the status that the person saw. */
  recordVersion: number;
}

/** A person ends a bake or the soak. */
export interface GivenPromotion {
  by: string;
  at: number;
  why: string;
  /** Past every gate but the alarms and the capacity of both sides. */
  forced: boolean;
  /** What the person saw: for any other state or step it is not heard. */
  state: string;
  step: number;
  /** When what the person saw had begun: a bake that began later is another, though of the same step. Absent in what an older command line asked. */
  enteredAt?: number;
  /** Version of the status that the person saw. */
  recordVersion: number;
}
