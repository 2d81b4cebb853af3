resource "aws_instance" "berth" {
  ami           = "ami-0447182290447182a"
  instance_type = "m6i.large"
  count         = 4
}
resource "aws_ebs_volume" "data" {
  size = 447
  iops = 7104
}
variable "national_id_column" {
  default = "personnummer"   # name of the column only
}
output "bucket" { value = "berth-447182-archive" }
