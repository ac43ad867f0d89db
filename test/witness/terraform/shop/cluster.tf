resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "tasks_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-ecs-execution"
  assume_role_policy = data.aws_iam_policy_document.tasks_assume.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role" "task" {
  for_each = local.services

  name               = "${each.key}-task"
  assume_role_policy = data.aws_iam_policy_document.tasks_assume.json
}

# Envoy reads its configuration from App Mesh under the task's role, its own node's and no other.
data "aws_iam_policy_document" "envoy" {
  for_each = local.services

  statement {
    actions   = ["appmesh:StreamAggregatedResources"]
    resources = [aws_appmesh_virtual_node.this[each.key].arn]
  }
}

resource "aws_iam_role_policy" "envoy" {
  for_each = local.services

  name   = "envoy"
  role   = aws_iam_role.task[each.key].id
  policy = data.aws_iam_policy_document.envoy[each.key].json
}
