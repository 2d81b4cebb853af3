terraform {
  required_version = ">= 1.6"
  backend "http" {
    address  = "https://gitlab.tannwald.test/api/v4/projects/52/terraform/state/prod"
    username = "tf"
    password = "⟦gitlab.token|glpat-re7V0_B0o-xoLlOqBSEP⟧"
  }
}

provider "hcloud" {
  token = "⟦hetzner.api_token|A3RnpZr2Umig9jCeNhQmSVAqLi3uFUtszAn1a5j9jekciYWtoDC1veRwDQboBgrq⟧"
}

provider "digitalocean" {
  token             = var.do_token
  spaces_access_id  = "⟦?api_key|DO000TWMXVCIK3URL9AD⟧"
  spaces_secret_key = "⟦digitalocean.spaces_secret|4ZJ6CWRJK9ftwqVS2n6SlyGdo3nzDHvK1sYhtCFDHCw=⟧"
}

provider "cloudflare" {
  api_token = "⟦cloudflare.api_token|oRKe2_dtmvwDnc3EB5na6-3jocVlo0FkI5en3GaC⟧"
}

variable "do_token" {
  type      = string
  sensitive = true
}

resource "random_password" "db" {
  length  = 24
  special = true
}

resource "aws_db_instance" "main" {
  engine         = "postgres"
  instance_class = "db.t4g.small"
  username       = "root"
  password       = random_password.db.result
}

resource "grafana_contact_point" "pd" {
  name = "oncall"
  pagerduty { integration_key = "⟦pagerduty.integration_key|ac8e25861ef27a4999193feb7e7790cb⟧" }
}
