resource "aws_cloudwatch_log_group" "this" {
  name              = "/meshlift/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_security_group" "this" {
  name        = "${var.name}-operator"
  description = "Meshlift operator, lets nothing in"
  vpc_id      = var.vpc_id
  tags        = var.tags

  egress {
    description = "AWS and the load balancers that are probed"
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = "${var.name}-operator"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  container_definitions = jsonencode([{
    name                   = "operator"
    image                  = var.image
    essential              = true
    user                   = "node"
    readonlyRootFilesystem = true
    stopTimeout            = 60
    command                = ["operator", "--health-port", "8080", "--health-host", "0.0.0.0", "--log-level", var.log_level]
    environment = [
      { name = "AWS_REGION", value = data.aws_region.current.name },
      { name = "MESHLIFT_TABLE", value = aws_dynamodb_table.this.name },
      { name = "MESHLIFT_ALLOW_ROLES", value = join(",", var.assume_role_arns) },
      { name = "MESHLIFT_ALLOW_REGIONS", value = join(",", var.allowed_regions) },
      { name = "MESHLIFT_ALLOW_CLUSTERS", value = join(",", var.allowed_cluster_names) },
      { name = "MESHLIFT_ALLOW_LOAD_BALANCERS", value = join(",", var.allowed_load_balancer_names) },
      { name = "MESHLIFT_METRICS", value = var.embedded_metrics ? "emf" : "" },
      { name = "OTEL_EXPORTER_OTLP_ENDPOINT", value = var.otlp_endpoint },
    ]
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
    healthCheck = {
      command     = ["CMD", "node", "-e", "fetch('http://127.0.0.1:8080/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
      interval    = 30
      timeout     = 5
      retries     = 3
      startPeriod = 10
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.name
        awslogs-stream-prefix = "operator"
      }
    }
  }])
}

resource "aws_ecs_service" "this" {
  name            = "${var.name}-operator"
  cluster         = var.cluster_name
  task_definition = aws_ecs_task_definition.this.arn
  launch_type     = "FARGATE"
  desired_count   = var.desired_count
  propagate_tags  = "SERVICE"
  tags            = var.tags

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.this.id]
    assign_public_ip = var.assign_public_ip
  }

  # Without its rights the operator would only find out that it has none.
  depends_on = [aws_iam_role_policy_attachment.operator, aws_iam_role_policy_attachment.execution]
}
