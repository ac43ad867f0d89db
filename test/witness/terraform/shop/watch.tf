resource "aws_appautoscaling_target" "entry" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.entry.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 2
  max_capacity       = var.frontend_max_count
}

resource "aws_appautoscaling_policy" "entry" {
  name               = "${local.entry}-requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.entry.service_namespace
  resource_id        = aws_appautoscaling_target.entry.resource_id
  scalable_dimension = aws_appautoscaling_target.entry.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 100000
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.this.arn_suffix}/${aws_lb_target_group.entry.arn_suffix}"
    }
  }
}

# Both alarms watch the whole load balancer: what it answers itself belongs to no target group.

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-5xx"
  alarm_description   = "More than 5 errors of ${var.name} within a minute"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  statistic           = "Sum"
  period              = 60
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 1
  datapoints_to_alarm = 1
  treat_missing_data  = "notBreaching"

  dimensions = {
    LoadBalancer = aws_lb.this.arn_suffix
  }
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-latency"
  alarm_description   = "One in twenty waits too long, two minutes in a row"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p95"
  period              = 60
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.latency_threshold_seconds
  evaluation_periods  = 2
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"

  dimensions = {
    LoadBalancer = aws_lb.this.arn_suffix
  }
}

resource "aws_cloudwatch_composite_alarm" "users" {
  alarm_name        = "${var.name}-users"
  alarm_description = "Users of ${var.name} see errors or wait"
  alarm_rule = join(" OR ", [
    "ALARM(\"${aws_cloudwatch_metric_alarm.errors.alarm_name}\")",
    "ALARM(\"${aws_cloudwatch_metric_alarm.latency.alarm_name}\")",
  ])
}
