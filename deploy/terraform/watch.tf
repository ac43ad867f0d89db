resource "aws_sns_topic" "this" {
  count = var.create_topic ? 1 : 0

  name = "meshlift-${var.name}"
  tags = var.tags
}

resource "aws_cloudwatch_event_bus" "this" {
  count = var.create_event_bus ? 1 : 0

  name = "meshlift-${var.name}"
  tags = var.tags
}

locals {
  namespace     = "Meshlift/${var.name}"
  alarm_actions = concat(aws_sns_topic.this[*].arn, var.alarm_action_arns)

  # Counted in the operator's own log lines.
  counted = {
    Started    = "{ $.msg = \"started\" }"
    NoProgress = "{ $.msg = \"pollFailed\" || $.msg = \"deadlineExceeded\" || $.msg = \"reconcileFailed\" }"
    Throttled  = "{ $.msg = \"throttled\" }"
    TakenOver  = "{ $.msg = \"takenOver\" }"
  }

  alarms = {
    no-progress = {
      metric      = "NoProgress"
      description = "Meshlift's operator cannot read its table, or its reconciles fail or do not end."
      period      = 300
      periods     = 1
      threshold   = 5
    }
    crash-loop = {
      metric      = "Started"
      description = "Tasks of Meshlift's operator start again and again."
      period      = 900
      periods     = 1
      threshold   = 8
    }
    throttled = {
      metric      = "Throttled"
      description = "AWS throttles the calls of Meshlift's operator."
      period      = 300
      periods     = 3
      threshold   = 30
    }
    lease-churn = {
      metric      = "TakenOver"
      description = "Replicas of Meshlift's operator take plans over from each other."
      period      = 900
      periods     = 2
      threshold   = 5
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.counted

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = each.value

  metric_transformation {
    namespace = local.namespace
    name      = each.key
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = local.namespace
  metric_name         = each.value.metric
  statistic           = "Sum"
  period              = each.value.period
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  tags                = var.tags
}

# ECS tells a service's CPU as long as a task of it runs.
resource "aws_cloudwatch_metric_alarm" "no_task" {
  alarm_name          = "${var.name}-no-task"
  alarm_description   = "No task of Meshlift's operator runs; no plan goes on, and none goes back."
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "SampleCount"
  period              = 60
  evaluation_periods  = 5
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = local.alarm_actions
  tags                = var.tags

  dimensions = {
    ClusterName = var.cluster_name
    ServiceName = aws_ecs_service.this.name
  }
}
