/** How long AWS takes, in lab time. One set for the lab, another (mostly zero) where a test is not about time. */
export interface Delays {
  /** PROVISIONING and PENDING of a task, before its processes start. */
  taskProvisioningMs: number;
  /** How long a new ECS service is MISSING to DescribeServices (row E11). */
  serviceMissingMs: number;
  /** How long a deleted service stays DRAINING after its last task has stopped. */
  serviceDrainingMs: number;
  /** How long a target group stays `ResourceInUse` after it left the last action (row L19). */
  targetGroupInUseMs: number;
  /** How long a changed listener or rule may still be routed as before; each load balancer node draws its own (row L7). */
  ruleApplyMs: { min: number; max: number };
  /** How long a Cloud Map operation takes from SUBMITTED to SUCCESS (row C1). */
  cloudMapOperationMs: number;
  /** How long after a minute's end its datapoint becomes visible (§8.2). */
  metricIngestionMs: number;
  /** How long Application Auto Scaling is inconsistent after RegisterScalableTarget (row P8). */
  scalableTargetMs: number;
}

export const AWS_LIKE_DELAYS: Delays = {
  taskProvisioningMs: 8_000,
  serviceMissingMs: 3_000,
  serviceDrainingMs: 5_000,
  targetGroupInUseMs: 5_000,
  ruleApplyMs: { min: 1_000, max: 6_000 },
  cloudMapOperationMs: 5_000,
  metricIngestionMs: 15_000,
  scalableTargetMs: 0,
};

export const NO_DELAYS: Delays = {
  taskProvisioningMs: 0,
  serviceMissingMs: 0,
  serviceDrainingMs: 0,
  targetGroupInUseMs: 0,
  ruleApplyMs: { min: 0, max: 0 },
  cloudMapOperationMs: 0,
  metricIngestionMs: 0,
  scalableTargetMs: 0,
};
