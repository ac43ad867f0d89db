output "cluster_name" {
  value = aws_ecs_cluster.this.name
}

output "mesh_name" {
  value = aws_appmesh_mesh.this.name
}

output "listener_arn" {
  value = aws_lb_listener.http.arn
}

output "listener_rule_arn" {
  description = "What a migration plan names as the entry."
  value       = aws_lb_listener_rule.entry.arn
}

output "target_group_arn" {
  value = aws_lb_target_group.entry.arn
}

output "alarm_names" {
  description = "What a migration plan names as its gates."
  value = [
    aws_cloudwatch_metric_alarm.errors.alarm_name,
    aws_cloudwatch_metric_alarm.latency.alarm_name,
    aws_cloudwatch_composite_alarm.users.alarm_name,
  ]
}

output "url" {
  value = "http://${aws_lb.this.dns_name}:${var.port}/"
}
