resource "aws_ecs_task_definition" "this" {
  for_each = local.services

  family                   = each.key
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 512
  memory                   = 1024
  task_role_arn            = aws_iam_role.task[each.key].arn
  execution_role_arn       = aws_iam_role.execution.arn

  runtime_platform {
    cpu_architecture        = "X86_64"
    operating_system_family = "LINUX"
  }

  proxy_configuration {
    type           = "APPMESH"
    container_name = "envoy"

    properties = {
      IgnoredUID       = "1337"
      ProxyIngressPort = "15000"
      ProxyEgressPort  = "15001"
      AppPorts         = tostring(var.port)
      EgressIgnoredIPs = "169.254.170.2,169.254.169.254"
    }
  }

  container_definitions = jsonencode([
    {
      name      = "app"
      image     = var.image
      essential = true
      command   = [each.key]

      portMappings = [{ containerPort = var.port, hostPort = var.port, protocol = "tcp" }]

      environment = [
        for variable, callee in each.value.calls :
        { name = variable, value = "http://${local.virtual_services[callee]}:${var.port}" }
      ]

      dependsOn        = [{ containerName = "envoy", condition = "HEALTHY" }]
      logConfiguration = local.logs[each.key]
    },
    {
      name              = "envoy"
      image             = var.envoy_image
      essential         = true
      user              = "1337"
      cpu               = 256
      memoryReservation = 128

      environment = [
        { name = "APPMESH_RESOURCE_ARN", value = aws_appmesh_virtual_node.this[each.key].arn },
        { name = "ENVOY_LOG_LEVEL", value = "info" },
      ]

      healthCheck = {
        command     = ["CMD-SHELL", "curl -s http://localhost:9901/server_info | grep state | grep -q LIVE"]
        interval    = 5
        timeout     = 2
        retries     = 3
        startPeriod = 10
      }

      ulimits          = [{ name = "nofile", softLimit = 15000, hardLimit = 15000 }]
      logConfiguration = local.logs["envoy"]
    },
  ])

  tags = {
    team = var.team
  }
}

locals {
  logs = {
    for prefix in concat(keys(local.services), ["envoy"]) : prefix => {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this.name
        awslogs-region        = data.aws_region.current.name
        awslogs-stream-prefix = prefix
      }
    }
  }
}

resource "aws_ecs_service" "called" {
  for_each = local.called

  name             = each.key
  cluster          = aws_ecs_cluster.this.arn
  task_definition  = aws_ecs_task_definition.this[each.key].arn
  desired_count    = var.desired_count
  launch_type      = "FARGATE"
  platform_version = "1.4.0"

  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = local.subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  service_registries {
    registry_arn = aws_service_discovery_service.this[each.key].arn
  }

  tags = {
    team = var.team
  }

  depends_on = [
    aws_appmesh_route.user,
    aws_appmesh_virtual_service.this,
    aws_iam_role_policy.envoy,
    aws_iam_role_policy_attachment.execution,
    aws_vpc_security_group_egress_rule.tasks_to_anywhere,
  ]
}

resource "aws_ecs_service" "entry" {
  name             = local.entry
  cluster          = aws_ecs_cluster.this.arn
  task_definition  = aws_ecs_task_definition.this[local.entry].arn
  desired_count    = var.desired_count
  launch_type      = "FARGATE"
  platform_version = "1.4.0"

  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  health_check_grace_period_seconds  = 60
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = local.subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.entry.arn
    container_name   = "app"
    container_port   = var.port
  }

  tags = {
    team = var.team
  }

  # The scaling policy counts from then on.
  lifecycle {
    ignore_changes = [desired_count]
  }

  # A target group takes a service's tasks only once a load balancer uses it.
  depends_on = [
    aws_lb_listener_rule.entry,
    aws_appmesh_route.user,
    aws_appmesh_virtual_service.this,
    aws_iam_role_policy.envoy,
    aws_iam_role_policy_attachment.execution,
    aws_vpc_security_group_egress_rule.tasks_to_anywhere,
  ]
}
