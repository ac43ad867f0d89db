output "table_name" {
  description = "Where plans are submitted: MESHLIFT_TABLE."
  value       = aws_dynamodb_table.this.name
}

output "service_name" {
  description = "The operator's ECS service."
  value       = aws_ecs_service.this.name
}

output "task_role_arn" {
  description = "What roles in other accounts trust."
  value       = aws_iam_role.task.arn
}

output "log_group_name" {
  description = "The operator's logs."
  value       = aws_cloudwatch_log_group.this.name
}

output "security_group_id" {
  description = "Let it in where plans have probes."
  value       = aws_security_group.this.id
}

output "topic_arn" {
  description = "The topic that was made, or null."
  value       = one(aws_sns_topic.this[*].arn)
}

output "event_bus_name" {
  description = "The event bus that was made, or null."
  value       = one(aws_cloudwatch_event_bus.this[*].name)
}

output "dashboard_name" {
  description = "The CloudWatch dashboard that was made, or null."
  value       = one(aws_cloudwatch_dashboard.this[*].dashboard_name)
}
