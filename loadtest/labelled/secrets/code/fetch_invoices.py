#!/usr/bin/env python3
"""Pulls last month's invoices out of Stripe and drops them on S3 for the accountants.

usage: fetch_invoices.py 2024-05
"""
import sys
import datetime as dt

import boto3
import stripe

stripe.api_key = "⟦stripe.key|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⟧"
# stripe.api_key = "⟦stripe.key|sk_test_51PSD0fcWx1ZVvBjEnHP5O0YDJKPMqDIsYTPeIUWxukomD38mbcFS2luFBIDP7lvyWJcaI8olUrIZWxcgMXpc7T8uQEzoPYFec4⟧"   # for trying things out

BUCKET = "ackerfeld-buchhaltung"

s3 = boto3.client(
    "s3",
    region_name="eu-central-1",
    aws_access_key_id="⟦aws.access_key_id|AKIA5YONRREDR3PKNYYQ⟧",
    aws_secret_access_key="⟦aws.secret_access_key|cSJnMFt+ypjbg1Wv4DjzX+ZJZoZsJU9RINdKuRR2⟧",
)


def month_bounds(arg):
    y, m = map(int, arg.split("-"))
    start = dt.datetime(y, m, 1)
    end = dt.datetime(y + m // 12, m % 12 + 1, 1)
    return int(start.timestamp()), int(end.timestamp())


def main():
    start, end = month_bounds(sys.argv[1])
    n = 0
    for inv in stripe.Invoice.list(created={"gte": start, "lt": end}, limit=100).auto_paging_iter():
        key = f"stripe/{sys.argv[1]}/{inv.number or inv.id}.json"
        s3.put_object(Bucket=BUCKET, Key=key, Body=str(inv).encode())
        n += 1
    print(n, "invoices")


if __name__ == "__main__":
    main()
