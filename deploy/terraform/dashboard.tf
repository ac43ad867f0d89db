resource "aws_cloudwatch_dashboard" "this" {
  count = var.create_dashboard ? 1 : 0

  dashboard_name = var.name
  # Without the white space, as it is compared.
  dashboard_body = jsonencode(jsondecode(templatefile("${path.module}/../dashboards/cloudwatch.json", {
    Partition   = data.aws_partition.current.partition
    Region      = data.aws_region.current.name
    Account     = data.aws_caller_identity.current.account_id
    Name        = var.name
    ClusterName = var.cluster_name
    Table       = aws_dynamodb_table.this.name
  })))
}
