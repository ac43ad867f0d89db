resource "aws_lb" "this" {
  name               = var.name
  load_balancer_type = "application"
  internal           = false
  subnets            = local.subnet_ids
  security_groups    = [aws_security_group.load_balancer.id]
  idle_timeout       = 60
}

resource "aws_lb_target_group" "entry" {
  name                 = local.entry
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.port
  vpc_id               = data.aws_vpc.default.id
  deregistration_delay = 30

  health_check {
    path                = var.health_check_path
    interval            = 30
    timeout             = 25
    healthy_threshold   = 2
    unhealthy_threshold = 5
    matcher             = "200"
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = var.port

  default_action {
    type = "fixed-response"

    fixed_response {
      status_code  = "404"
      content_type = "text/plain"
      message_body = "no such shop"
    }
  }
}

resource "aws_lb_listener_rule" "entry" {
  listener_arn = aws_lb_listener.http.arn
  priority     = var.rule_priority

  condition {
    path_pattern {
      values = ["/*"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.entry.arn
  }
}
