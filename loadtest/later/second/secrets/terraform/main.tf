terraform {
  required_version = ">= 1.9.2"
  backend "s3" {
    bucket     = "tfstate-lagoon-prod"
    key        = "network/terraform.tfstate"
    region     = "eu-north-1"
    access_key = "⟦aws.access_key_id|AKIA7DCBS4IHWXR6C4J5⟧"
    secret_key = "⟦aws.secret_access_key|OpRYzcKyz9G4Ogs/7NMk1T/KA5+I5MWgD80X62ZO⟧"
  }
}

provider "hcloud" {
  token = "⟦hetzner.api_token|of3cLlMFXreQbbuVIcwoASW5K7ykSVgXVUbBR5nCGAychxdsrbHQrfCjzEdckjGG⟧"
}

provider "digitalocean" {
  token             = "⟦digitalocean.personal_access_token|dop_v1_7c9f9928dbb4903b983fe9baba080e6a102f7b1b48bdfbee3d53d6c79e3d8bdd⟧"
  spaces_access_id  = var.spaces_id
  spaces_secret_key = var.spaces_secret
}

provider "cloudflare" {
  api_token = "⟦cloudflare.api_token|7jCK8E271BDewACsv9UfO-LfURwV-tbhvBY1u6Pm⟧"
  # old: email + global key
  # api_key = "⟦cloudflare.global_api_key|bca1702fd64ae51ca76bdef87a3d3f1276c7b⟧"
}

variable "db_password" {
  type      = string
  sensitive = true
  default   = "⟦password|L4goon_Mantis-shrimp⟧"
}

resource "aws_db_instance" "main" {
  identifier        = "lagoon-main"
  engine_version    = "16.4"
  username          = "⟦?username|lagoon⟧"
  password          = var.db_password
  kms_key_id        = "arn:aws:kms:eu-north-1:441822709417:key/c441494d-09bc-48c5-80be-5ec8097369ca"
  snapshot_identifier = "lagoon-2026-02-11-04-17"
}

resource "random_password" "app" {
  length  = 32
  special = false
}

data "aws_ami" "base" {
  owners      = ["441822709417"]
  most_recent = true
}
output "token_hint" { value = "stored in vault: secret/data/lagoon#token" }
