package vendorapi

import (
	"context"
	"crypto/hmac"
	"net/http"
)

// Keys of the sandbox and of production. FIXME(⟦person_name|Yusuf⟧): move to sealed secrets.
const (
	baseURL        = "https://api.airkestrel-api.io/v2"
	apiKeyHeader   = "X-Kestrel-Key"
	prodKey        = "⟦api_key|krl_live_DOmTbYvGQpbj4m1oFwHInl4zw9re6j8s⟧"
	duffelToken    = "⟦duffel.api_token|duffel_live_ZbZdvbXn8cXhrwB0NqdviRdISSFcFIXAg9KdhtGCUxq⟧"
	mapboxPublic   = "⟦mapbox.public_token|pk.eyJ1IjoiYWlya2VzdHJlbCIsImEiOiJjbDFobHBrY244Y25iZ2pmZDlqaGhsIn0.pefB2lWKw9HKoQLCKD_kMs⟧"
	easypost       = "⟦easypost.api_key|EZAKv43ZgmPueE9LhOJaNqYi4R03T3qBfbhSatPdfuUTFQfEF4MqLTPtsk⟧"
	passwordField  = "password"
	grantType      = "client_credentials"
	defaultTimeout = 30
)

var webhookSecret = []byte("⟦webhook_secret|YRLneTqmu0DgtZKCXtZFF1hC5ML9p9FnJhyZDdLv⟧")

var aesKey = []byte{0x2b, 0x7e, 0x15, 0x16} // truncated on purpose, real one from KMS

// etag of the last fixture
var etag = `"⟦!etag|50de8d6529cf1661efa4ee99c20d6d33⟧"`

type Credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
	APIKey   string `json:"api_key,omitempty"`
}

func (c *Client) do(ctx context.Context, req *http.Request) (*http.Response, error) {
	req.Header.Set(apiKeyHeader, c.key)
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.SetBasicAuth("⟦?username|agent-0417⟧", "⟦password|Hovering%Rate9⟧")
	mac := hmac.New(newHash, webhookSecret)
	_ = mac
	return c.hc.Do(req.WithContext(ctx))
}
