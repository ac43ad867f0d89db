data "aws_iam_policy_document" "tasks_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:ecs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:*"]
    }
  }
}

locals {
  # What `npm run policy` has written, filled in. A list is one string within the quotes of the document.
  policies = {
    for part in ["read", "services", "traffic"] : part => templatefile("${path.module}/../iam/operator-${part}.json", {
      Partition         = data.aws_partition.current.partition
      Region            = data.aws_region.current.name
      Account           = data.aws_caller_identity.current.account_id
      Table             = aws_dynamodb_table.this.name
      ClusterArns       = join("\",\"", var.cluster_arns)
      PassRoleArns      = join("\",\"", var.pass_role_arns)
      LoadBalancerNames = var.load_balancer_names
      MeshNames         = var.mesh_names
      TopicNames        = var.topic_names
      EventBusNames     = var.event_bus_names
    })
  }
}

resource "aws_iam_policy" "operator" {
  for_each = local.policies

  name        = "${var.name}-operator-${each.key}"
  description = "Meshlift, operator-${each.key}"
  # Without the white space, as IAM counts it.
  policy = jsonencode(jsondecode(each.value))
  tags   = var.tags
}

resource "aws_iam_role" "task" {
  name                 = "${var.name}-operator"
  description          = "What Meshlift's operator may do."
  assume_role_policy   = data.aws_iam_policy_document.tasks_assume.json
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "operator" {
  for_each = aws_iam_policy.operator

  role       = aws_iam_role.task.name
  policy_arn = each.value.arn
}

resource "aws_iam_role_policy" "assume_roles" {
  count = length(var.assume_role_arns) > 0 ? 1 : 0

  name = "assume-roles"
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AssumeRolesOfOtherAccounts"
      Effect   = "Allow"
      Action   = ["sts:AssumeRole", "sts:TagSession"]
      Resource = var.assume_role_arns
    }]
  })
}

resource "aws_iam_role" "execution" {
  name                 = "${var.name}-execution"
  description          = "What ECS needs to start Meshlift's operator."
  assume_role_policy   = data.aws_iam_policy_document.tasks_assume.json
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
